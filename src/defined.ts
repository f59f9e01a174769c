/** `fields` with every field optional, and none of them undefined. */
export type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> }

/** The fields that have a value: an optional field may be left out, but not be undefined. */
export function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Defined<T>
}
