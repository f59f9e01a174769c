import { quoteIdentifier } from '../database/identifier.ts'

/** A relation or function, by its schema and its name as the catalog holds them. */
export interface ObjectName {
  readonly schema: string
  readonly name: string
}

/** Where everything lives that a contract names without a schema. */
const defaultSchema = 'public'

/**
 * Reads a name as contracts write it: `report`, or `billing.report` where it isn't in `public`. Letters keep their case;
 * what holds a dot stands in double quotes.
 */
export function parseName(text: string): ObjectName {
  const parts = readParts(text, /"((?:[^"]|"")*)"|[^."]+/y)
  const name = parts.pop() ?? text
  return { schema: parts.pop() ?? defaultSchema, name }
}

/** The schema, the name and, of a column, its own name, from an identity as snapshots print it. */
function readIdentity(identity: string): readonly string[] {
  return readParts(identity, /"((?:[^"]|"")*)"|[^."(\s]+/y)
}

/** The name by which contracts call the object of an identity: `public.f(integer)` → `f`, `billing.f()` → `billing.f`. */
export function declaredName({ identity }: { readonly identity: string }): string {
  const [schema = '', name = ''] = readIdentity(identity)
  return renderName({ schema, name })
}

/** The shortest name that `parseName` reads as this object. */
export function renderName({ schema, name }: ObjectName): string {
  const parts = schema === defaultSchema ? [name] : [schema, name]
  return parts.map((part) => (/[."]/.test(part) ? quoteIdentifier(part) : part)).join('.')
}

/** A contract's name as SQL takes it, whatever the search path is. */
export function quoteName(text: string): string {
  const { schema, name } = parseName(text)
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`
}

/** Parts divided by dots; what follows the last one is left alone. */
function readParts(text: string, part: RegExp): string[] {
  const parts: string[] = []
  for (let at = 0; ; at += 1) {
    part.lastIndex = at
    const match = part.exec(text)
    if (match === null) return parts
    parts.push(match[1]?.replaceAll('""', '"') ?? match[0])
    at += match[0].length
    if (text[at] !== '.') return parts
  }
}
