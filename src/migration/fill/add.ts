import type { Database } from '../../database/database.ts'
import { parseName, renderName } from '../object-name.ts'
import { insertOf, rowsOfTable, tryInsert } from './fill.ts'
import { type WritableColumn, type WritableTable, listWritable } from './table.ts'
import { type Style, extremesOf, literalOf, styles } from './value.ts'

/** The tables that there are before a migration, and what their columns refer to: rows that it adds may go with its rollback. */
export type Grounds = ReadonlyMap<string, ReadonlyMap<string, string>>

/** How many keys of a table are referred to. */
const keysOfTable = 8

/** @throws {QueryError} where the catalog can't be read */
export async function readGrounds(database: Database): Promise<Grounds> {
  const grounds = new Map<string, ReadonlyMap<string, string>>()
  for (const { table, columns } of await listWritable(database)) {
    const keys = new Map<string, string>()
    for (const column of columns) {
      const sql = await readKeys(database, column)
      if (sql !== null) keys.set(column.name, sql)
    }
    grounds.set(table, keys)
  }
  return grounds
}

/** As `keySql`, but for the keys that there are now; null: it refers to nothing, or to no row. */
async function readKeys(
  database: Database,
  { keySql, type }: WritableColumn,
): Promise<string | null> {
  if (keySql === null) return null
  const rows = await database.query<{ key: string | null }>(
    `select ${keySql.replace('$row', 'i')}::text as key from generate_series(0, ${keysOfTable - 1}) i`,
  )
  const keys = rows.flatMap(({ key }) => (key === null ? [] : [`(${literalOf(key)}::${type})`]))
  if (keys.length === 0) return null
  return `(select key from (values ${keys.join(', ')}) v (key) offset $row % ${keys.length} limit 1)`
}

/**
 * Adds rows to tables that were there before: plain ones, and for each column those with a value at an edge of its type,
 * which the schema before may not have taken. What a table refuses it does without.
 * @param plainly tables that get a plain row only, with a value in every column
 * @param except tables to leave alone, as a contract names them
 * @throws {QueryError} where the catalog can't be read
 */
export async function addRows(
  database: Database,
  grounds: Grounds,
  { plainly, except }: { readonly plainly: readonly string[]; readonly except: readonly string[] },
): Promise<void> {
  await database.transaction(async (transaction) => {
    await transaction.query('set constraints all immediate')
    const tables = (await listWritable(transaction)).flatMap(({ table, columns }) => {
      const keys = grounds.get(table)
      if (keys === undefined || except.includes(renderName(parseName(table)))) return []
      return [{ table, columns: columns.map((one) => withKeys(one, keys)) }]
    })
    for (const one of tables) await addFull(transaction, one)
    for (const one of tables)
      if (!plainly.includes(one.table)) {
        await addBare(transaction, one)
        await addExtreme(transaction, one)
      }
  })
}

function withKeys(column: WritableColumn, keys: ReadonlyMap<string, string>): WritableColumn {
  return { ...column, keySql: keys.get(column.name) ?? column.keySql }
}

/** With a value in every column. The rows of a filling come first. */
async function addFull(database: Database, table: WritableTable): Promise<void> {
  const ways = styles.filter(({ columns }) => columns === 'all')
  await addOne(database, table, ways, rowsOfTable)
}

/** As a program writes that gives only what must be given now. */
async function addBare(database: Database, table: WritableTable): Promise<void> {
  const ways = styles.filter(({ columns }) => columns === 'needed')
  await addOne(database, table, ways, rowsOfTable + 1)
}

/** In the style that a plain row is taken in: what else is refused is the value. */
async function addExtreme(database: Database, table: WritableTable): Promise<void> {
  let row = rowsOfTable + 2
  const style = await addOne(database, table, styles, row)
  if (style === undefined) return
  for (const column of table.columns) {
    for (const value of extremesOf(column)) {
      row += 1
      await tryInsert(database, insertOf(table, row, style, new Map([[column.name, value]])))
    }
  }
}

/** The first style in which the table takes the row. */
async function addOne(
  database: Database,
  table: WritableTable,
  ways: readonly Style[],
  row: number,
): Promise<Style | undefined> {
  for (const style of ways)
    if ((await tryInsert(database, insertOf(table, row, style))) === null) return style
  return undefined
}
