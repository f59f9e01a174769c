import type { Database } from '../../database/database.ts'
import { quoteIdentifier } from '../../database/identifier.ts'
import { QueryError } from '../../errors.ts'
import { parseName, renderName } from '../object-name.ts'
import { type WritableTable, listFillable } from './table.ts'
import { type Style, styles, valueOf } from './value.ts'

/** Rows for the tables that a base schema leaves empty: what a migration does to rows shows only where there are some. */
export interface Filling {
  /** INSERTs that the tables took, in order: on the same schema they make the same rows again. */
  readonly inserts: readonly string[]
  /** Tables that stay empty, and what the server said to the last attempt. */
  readonly empty: readonly EmptyTable[]
}

export interface EmptyTable {
  /** Schema and name, as SQL takes them. */
  readonly table: string
  readonly reason: string
}

/** Two can tie, three can be in an order. */
export const rowsOfTable = 3

/**
 * Puts a few plain rows into every empty table: values by the type of each column, keys of other tables where they must
 * be. What a table refuses it does without. Values depend on the schema alone, so that two databases are filled alike.
 * @param except tables to leave alone, as a contract names them
 * @throws {QueryError} where the catalog can't be read
 */
export async function fillTables(
  database: Database,
  except: readonly string[] = [],
): Promise<Filling> {
  return database.transaction(async (transaction) => {
    // A constraint that waits for the end would undo all of it there.
    await transaction.query('set constraints all immediate')
    const tables = await listFillable(transaction)
    let waiting = tables.filter(({ table }) => !except.includes(renderName(parseName(table))))
    const inserts: string[] = []
    let refusals: EmptyTable[] = []
    for (let isMoving = true; isMoving && waiting.length > 0;) {
      refusals = []
      const left: WritableTable[] = []
      for (const one of waiting) {
        const { accepted, reason } = await fillTable(transaction, one)
        inserts.push(...accepted)
        if (accepted.length > 0) continue
        left.push(one)
        refusals.push({ table: one.table, reason })
      }
      // What a table refers to may have been filled after it.
      isMoving = left.length < waiting.length
      waiting = left
    }
    return { inserts, empty: refusals }
  })
}

/** Makes the rows of a filling once more, on the same schema. @throws {QueryError} */
export async function refill(database: Database, { inserts }: Filling): Promise<void> {
  if (inserts.length > 0) await database.execute(inserts.join(';\n'))
}

async function fillTable(
  database: Database,
  table: WritableTable,
): Promise<{ readonly accepted: readonly string[]; readonly reason: string }> {
  const accepted: string[] = []
  let reason = ''
  for (let row = 0; row < rowsOfTable; row += 1) {
    for (const style of styles) {
      const sql = insertOf(table, row, style)
      const refusal = await tryInsert(database, sql)
      if (refusal === null) {
        accepted.push(sql)
        break
      }
      reason = refusal
    }
  }
  return { accepted, reason }
}

/** Null: the server took it, and nothing of it is left where it did not. */
export async function tryInsert(database: Database, sql: string): Promise<string | null> {
  try {
    await database.transaction((inner) => inner.query(sql))
    return null
  } catch (error) {
    if (error instanceof QueryError) return error.message
    throw error
  }
}

/** A row of a style, from 0 on; `values` instead of what the style says. */
export function insertOf(
  { table, columns }: WritableTable,
  row: number,
  style: Style,
  values: ReadonlyMap<string, string> = new Map(),
): string {
  const given = columns.filter(
    ({ name, isNeeded }) => style.columns === 'all' || isNeeded || values.has(name),
  )
  if (given.length === 0) return `insert into ${table} default values`
  const names = given.map(({ name }) => quoteIdentifier(name)).join(', ')
  const listed = given.map((column) => values.get(column.name) ?? valueOf(column, row, style))
  return `insert into ${table} (${names}) overriding system value values (${listed.join(', ')})`
}
