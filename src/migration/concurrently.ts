import type { Engine } from '../database/database.ts'

/**
 * Whether an engine can't make, drop or rebuild an index concurrently: PGlite's Postgres 17 always says "tuple concurrently
 * updated", and leaves the index invalid.
 */
export function lacksConcurrently({ kind, version }: Engine): boolean {
  return kind === 'pglite' && version.startsWith('17.')
}

const concurrently =
  /^((?:create\s+(?:unique\s+)?index|drop\s+index|reindex\s+(?:index|table|schema))\s+)concurrently\s/i

/** A statement as an engine can execute it: where nobody else is connected, it comes to the same without the word. */
export function executable(text: string, engine: Engine): string {
  return lacksConcurrently(engine) ? text.replace(concurrently, '$1') : text
}
