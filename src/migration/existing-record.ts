import type { RecordContract } from './contract.ts'
import { splitScript } from './statement.ts'

/** `existingSql`, cut into what makes the table and what puts rows of others into it. */
export interface ExistingRecord {
  readonly table: readonly string[]
  readonly rows: readonly string[]
}

/** @throws {QueryError} where it can't be cut into statements. */
export async function splitExisting({ existingSql }: RecordContract): Promise<ExistingRecord> {
  const statements = await splitScript(existingSql ?? '')
  const textOf = (isRow: boolean): readonly string[] =>
    statements.filter(({ kind }) => (kind === 'InsertStmt') === isRow).map(({ text }) => text)
  return { table: textOf(false), rows: textOf(true) }
}
