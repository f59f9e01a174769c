/**
 * A JSON Schema, draft 2020-12, of the values of type `T`, no more and no fewer: a property that the type has and the
 * schema lacks, or the other way round, does not compile. `accepts` exists for the compiler only.
 */
export type Schema<T> = Readonly<Record<string, unknown>> & {
  readonly accepts?: (value: T) => T
}

/** A property that may be missing. */
export interface Optional<T> {
  readonly optional: Schema<T>
}

/** One schema for each property of `T`. */
export type Fields<T> = {
  readonly [K in keyof T]-?: Partial<Pick<T, K>> extends Pick<T, K>
    ? Optional<Exclude<T[K], undefined>>
    : Schema<T[K]>
}

export const text: Schema<string> = { type: 'string' }
export const flag: Schema<boolean> = { type: 'boolean' }
export const real: Schema<number> = { type: 'number' }
/** A duration, a size or a share: never negative. */
export const quantity: Schema<number> = { type: 'number', minimum: 0 }
export const count: Schema<number> = { type: 'integer', minimum: 0 }
/** A scale or the number of a line. */
export const positive: Schema<number> = { type: 'integer', minimum: 1 }
/** ISO 8601, UTC. */
export const instant: Schema<string> = {
  type: 'string',
  pattern: String.raw`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$`,
}
export const anything: Schema<unknown> = {}

export function literal<const T extends string | number>(value: T): Schema<T> {
  return { const: value }
}

export function choice<const T extends string>(...values: readonly T[]): Schema<T> {
  return { enum: values }
}

/** Text of which the compiler knows a template: `pattern` must say the same. */
export function textLike<T extends string>(pattern: string): Schema<T> {
  return { type: 'string', pattern }
}

export function optional<T>(schema: Schema<T>): Optional<T> {
  return { optional: schema }
}

export function orNull<T>(schema: Schema<T>): Schema<T | null> {
  return { oneOf: [schema, { type: 'null' }] }
}

export function listOf<T>(items: Schema<T>): Schema<readonly T[]> {
  return { type: 'array', items }
}

export function nonEmptyListOf<T>(items: Schema<T>): Schema<readonly [T, ...T[]]> {
  return { type: 'array', items, minItems: 1 }
}

export function pairOf<T>(item: Schema<T>): Schema<readonly [T, T]> {
  return tupleOf(item, item)
}

export function tupleOf<A, B>(first: Schema<A>, second: Schema<B>): Schema<readonly [A, B]> {
  return { type: 'array', prefixItems: [first, second], items: false, minItems: 2 }
}

/** Any number of properties, named by the data. */
export function mapOf<T>(values: Schema<T>): Schema<Readonly<Record<string, T>>> {
  return { type: 'object', additionalProperties: values }
}

/** Exactly one of several records that a constant tells apart. */
export function oneOf<T extends readonly unknown[]>(
  ...members: { readonly [K in keyof T]: Schema<T[K]> }
): Schema<T[number]> {
  return { oneOf: members }
}

/** Knows every property and no other. */
export function recordOf<T extends object>(fields: Fields<T>): Schema<T> {
  const entries: readonly (readonly [string, Schema<never> | Optional<never>])[] =
    Object.entries(fields)
  return {
    type: 'object',
    properties: Object.fromEntries(
      entries.map(([name, field]) => [name, isOptional(field) ? field.optional : field]),
    ),
    required: entries.filter(([, field]) => !isOptional(field)).map(([name]) => name),
    additionalProperties: false,
  }
}

function isOptional<T>(field: Schema<T> | Optional<T>): field is Optional<T> {
  return 'optional' in field
}

export function described<T>(description: string, schema: Schema<T>): Schema<T> {
  return { description, ...schema }
}

/** A schema to be published: it says which draft it is written in, and what it is called. */
export function published<T>(id: string, title: string, schema: Schema<T>): Schema<T> {
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', $id: id, title, ...schema }
}
