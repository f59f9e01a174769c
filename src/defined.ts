/** `fields` with every field optional, and none of them undefined. */
export type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> }

/** The fields that have a value: an optional field may be left out, but not be undefined. */
export function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Defined<T>
}

/** The named fields of an object, as far as they have a value. */
export function pickDefined<T extends object, Key extends keyof T>(
  from: T,
  keys: readonly Key[],
): Defined<Pick<T, Key>> {
  return defined(Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, Key>)
}
