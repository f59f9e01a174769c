import { setTimeout as delay } from 'node:timers/promises'
import type { Database, Row } from '../database/database.ts'
import { quoteIdentifier } from '../database/identifier.ts'
import { QueryError } from '../errors.ts'
import type { Contract } from '../migration/contract.ts'
import { insertOf, rowsOfTable } from '../migration/fill/fill.ts'
import { type WritableTable, listWritable } from '../migration/fill/table.ts'
import { literalOf, styles } from '../migration/fill/value.ts'
import { parseName, renderName } from '../migration/object-name.ts'
import { keepSequences } from '../migration/sequences.ts'

/** What became of one write: the row as it is stored, or the server's refusal. */
export interface WriteAnswer {
  /** Schema and name, as SQL takes them. */
  readonly table: string
  /** `INSERT of every column`, `UPDATE`, … */
  readonly title: string
  readonly sql: string
  readonly answer: string
  readonly isAccepted: boolean
}

/** A row as a program writes it that knows only the schema at the start, then changes and deletes it. */
interface Way {
  readonly table: string
  readonly title: string
  /** Columns that it gives a value, as SQL literals. */
  readonly given: ReadonlyMap<string, string>
  /** Those of them that no key holds. */
  readonly updated: readonly string[]
  readonly columns: readonly string[]
  /** Columns of which only matters whether there is a value: the time of day, keys from a sequence. */
  readonly vague: ReadonlySet<string>
  /** Columns that are meant to change, and so are not compared. */
  readonly changed: ReadonlySet<string>
}

/** Made once, at the start; the same writes are tried at every stage. */
export type WritePlan = readonly Way[]

/** Thrown to leave a transaction without committing it. */
class Undo extends Error {}

async function undone(
  database: Database,
  work: (transaction: Database) => Promise<void>,
): Promise<void> {
  try {
    await database.transaction(async (transaction) => {
      // What waits for the end of a transaction would never speak.
      await transaction.query('set constraints all immediate')
      await work(transaction)
      throw new Undo()
    })
  } catch (error) {
    if (!(error instanceof Undo)) throw error
  }
}

/** Writes that every table takes now; none of one that takes no row. @throws {QueryError} where the catalog can't be read */
export async function planWrites(database: Database, contract: Contract): Promise<WritePlan> {
  return keepSequences(database, async () => {
    const ways: Way[] = []
    for (const table of await listWritable(database)) {
      if (renderName(parseName(table.table)) === contract.record?.table) continue
      for (const columns of ['all', 'needed'] as const) {
        const way = await planWay(database, table, columns)
        if (way !== null) ways.push(withChanges(way, contract))
      }
    }
    const first = await askAll(database, ways)
    // Two transactions begin at two times.
    await delay(2)
    const second = await askAll(database, ways)
    return ways.map((way, index) => {
      const vague = new Set(listDiffering(first[index] ?? [], second[index] ?? []))
      return Object.assign(way, { vague })
    })
  })
}

function withChanges(way: Way, { changes }: Contract): Way {
  const changed = way.columns.filter((column) =>
    changes.some(
      ({ kind, identity }) => kind === 'column' && identity === `${way.table}.${column}`,
    ),
  )
  return { ...way, changed: new Set(changed) }
}

/** The first style that the table takes a row in, with what the row came to: what it referred to may change. */
async function planWay(
  database: Database,
  table: WritableTable,
  columns: 'all' | 'needed',
): Promise<Way | null> {
  const given = table.columns.filter(({ isNeeded }) => columns === 'all' || isNeeded)
  for (const style of styles.filter((one) => one.columns === columns)) {
    let found: Stored | string | null = null
    const sql = `${insertOf(table, rowsOfTable, style)} ${returning(given.map(({ name }) => name))}`
    await undone(database, async (transaction) => {
      found = await attempt(transaction, sql)
    })
    const stored = found as Stored | string | null
    if (stored === null || typeof stored === 'string') continue
    const literal = (name: string, type: string): string => {
      const value = stored.values[name] ?? null
      return value === null ? 'null' : `${literalOf(value)}::${type}`
    }
    return {
      table: table.table,
      title: columns === 'all' ? 'INSERT of every column' : 'INSERT of what must be given',
      given: new Map(given.map(({ name, type }) => [name, literal(name, type)])),
      updated: given.filter(({ isKey }) => !isKey).map(({ name }) => name),
      columns: table.columns.map(({ name }) => name),
      vague: new Set(),
      changed: new Set(),
    }
  }
  return null
}

interface Stored {
  readonly tableId: string
  readonly place: string
  readonly values: Readonly<Record<string, string | null>>
}

function returning(columns: readonly string[]): string {
  const names = columns.map(literalOf).join(', ')
  const texts = columns.map((column) => `${quoteIdentifier(column)}::text`).join(', ')
  return `returning tableoid::text as "tableId", ctid::text as place,
  jsonb_object(array[${names}]::text[], array[${texts}]::text[])::text as values`
}

/** The row as it is stored; null: none is; text: why it is refused. */
async function attempt(database: Database, sql: string): Promise<Stored | string | null> {
  try {
    const [row] = await database.transaction((inner) =>
      inner.query<Row & Record<'tableId' | 'place' | 'values', string>>(sql),
    )
    return row === undefined ? null : { ...row, values: JSON.parse(row.values) }
  } catch (error) {
    if (error instanceof QueryError) return `refused: ${error.message} (${error.sqlState})`
    throw error
  }
}

interface Ending {
  readonly title: string
  readonly sql: string
  readonly found: Stored | string | null
}

/** What became of the INSERT, then of an UPDATE and a DELETE of its row. */
async function askWay(
  database: Database,
  way: Way,
  there: ReadonlySet<string>,
): Promise<readonly Ending[]> {
  const endings: Ending[] = []
  const list = returning(way.columns.filter((column) => there.has(column)))
  const given = [...way.given].filter(([column]) => there.has(column))
  const names = given.map(([column]) => quoteIdentifier(column)).join(', ')
  const values = given.map(([, value]) => value).join(', ')
  const insert =
    given.length === 0
      ? `insert into ${way.table} default values`
      : `insert into ${way.table} (${names}) overriding system value values (${values})`
  const ask = async (
    transaction: Database,
    title: string,
    sql: string,
    where = '',
  ): Promise<Ending['found']> => {
    const found = await attempt(transaction, `${sql}${where} ${list}`)
    endings.push({ title, sql, found })
    return found
  }
  await undone(database, async (transaction) => {
    let row = await ask(transaction, way.title, insert)
    const sets = given.filter(([column]) => way.updated.includes(column))
    if (isStored(row) && sets.length > 0) {
      const changes = sets.map(([column, value]) => `${quoteIdentifier(column)} = ${value}`)
      const update = `update ${way.table} set ${changes.join(', ')}`
      row = await ask(transaction, `UPDATE after an ${way.title}`, update, placeOf(row))
    }
    const remove = `delete from ${way.table}`
    if (isStored(row)) await ask(transaction, `DELETE after an ${way.title}`, remove, placeOf(row))
  })
  return endings
}

function isStored(found: Ending['found']): found is Stored {
  return found !== null && typeof found !== 'string'
}

function placeOf({ tableId, place }: Stored): string {
  return ` where tableoid = ${tableId}::oid and ctid = '${place}'::tid`
}

async function askAll(
  database: Database,
  ways: readonly Way[],
): Promise<readonly (readonly Ending[])[]> {
  const answers: (readonly Ending[])[] = []
  for (const way of ways) {
    const rows = await database.query<{ name: string }>(
      `select attname::text as name from pg_attribute
       where attrelid = to_regclass($1) and attnum > 0 and not attisdropped`,
      [way.table],
    )
    const there = new Set(rows.map(({ name }) => name))
    answers.push(there.size === 0 ? [] : await askWay(database, way, there))
  }
  return answers
}

/** Columns that are stored otherwise when the same is written twice. */
function listDiffering(first: readonly Ending[], second: readonly Ending[]): readonly string[] {
  return first.flatMap(({ found }, index) => {
    const again = second[index]?.found ?? null
    if (!isStored(found) || !isStored(again)) return []
    return Object.keys(found.values).filter((name) => found.values[name] !== again.values[name])
  })
}

/** Tries the writes of a plan; none of them stays. A table that is gone has no answer. @throws {HarnessError} */
export async function askWrites(
  database: Database,
  plan: WritePlan,
): Promise<readonly WriteAnswer[]> {
  if (plan.length === 0) return []
  const answers = await keepSequences(database, () => askAll(database, plan))
  return plan.flatMap((way, index) =>
    (answers[index] ?? []).map(({ title, sql, found }) => ({
      table: way.table,
      title,
      sql,
      answer: describe(found, way),
      isAccepted: isStored(found),
    })),
  )
}

function describe(found: Ending['found'], { vague, changed }: Way): string {
  if (found === null) return 'no row'
  if (typeof found === 'string') return found
  const values = Object.entries(found.values)
    .filter(([name]) => !changed.has(name))
    .map(([name, value]) => [name, vague.has(name) && value !== null ? '…' : value] as const)
  return `stored as ${JSON.stringify(Object.fromEntries(values))}`
}
