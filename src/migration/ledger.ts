import type { Database, Row } from '../database/database.ts'
import { quoteIdentifier } from '../database/identifier.ts'

/** One table's content: as many rows, and the same rows in whatever order. */
export interface TableEntry {
  /** Schema and name, as SQL takes them. */
  readonly table: string
  /** The columns that are summed. */
  readonly columns: readonly string[]
  readonly rows: number
  /** Sum of 64-bit hashes of every row's text: the order of rows changes nothing, a changed byte does. */
  readonly checksum: string
}

/** Every ordinary table outside the system's schemas, and every materialized view that was filled, by name. */
export type Ledger = readonly TableEntry[]

const tablesSql = `
select format('%I.%I', n.nspname, c.relname) as table,
       array_agg(a.attname order by a.attname collate "C") as columns
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where (c.relkind in ('r', 'p') or c.relkind = 'm' and c.relispopulated) and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
group by n.nspname, c.relname
order by n.nspname collate "C", c.relname collate "C"`

/** Every ordinary table outside the system's schemas, as SQL takes its name. @throws {QueryError} */
export async function listTables(database: Database): Promise<readonly string[]> {
  const tables = await readTables(database)
  return tables.map(({ table }) => table)
}

/**
 * Counts and sums every table as it stands. Of a table that `like` has only the columns that it had then: a column more
 * is no other row.
 * @param except columns to leave out, as `captureColumns` calls them
 * @throws {QueryError}
 */
export async function captureLedger(
  database: Database,
  like: Ledger = [],
  except: ReadonlySet<string> = new Set(),
): Promise<Ledger> {
  const entries: TableEntry[] = []
  for (const { table, columns: all } of await readTables(database)) {
    const before = like.find((entry) => entry.table === table)
    const columns = all
      .filter((column) => before?.columns.includes(column) ?? true)
      .filter((column) => !except.has(`${table}.${column}`))
    entries.push({ table, columns, ...(await sumRows(database, table, columns)) })
  }
  return entries
}

type Columns = Pick<TableEntry, 'table' | 'columns'>

function readTables(database: Database): Promise<readonly Columns[]> {
  return database.query<Columns & Row>(tablesSql)
}

async function sumRows(
  database: Database,
  table: string,
  columns: readonly string[],
): Promise<Pick<TableEntry, 'rows' | 'checksum'>> {
  // Columns by name, not by position: a table that is rebuilt with the same rows keeps its checksum.
  const row = `row(${columns.map((column) => `t.${quoteIdentifier(column)}`).join(', ')})`
  const [sum] = await database.query<{ rows: number; checksum: string | null }>(
    `select count(*) as rows, sum(hashtextextended(${row}::text, 0)::numeric)::text as checksum
     from ${table} t`,
  )
  return { rows: sum?.rows ?? 0, checksum: sum?.checksum ?? '0' }
}

/** The sum of each column of each table by itself, by schema, table and name. @throws {QueryError} */
export async function captureColumns(database: Database): Promise<ReadonlyMap<string, string>> {
  const sums = new Map<string, string>()
  for (const { table, columns } of await readTables(database)) {
    for (const column of columns) {
      const { checksum } = await sumRows(database, table, [column])
      sums.set(`${table}.${column}`, checksum)
    }
  }
  return sums
}

/** Tables whose rows are not the same in both. */
export function listChangedTables(before: Ledger, after: Ledger): readonly string[] {
  return before
    .filter((entry) => compareLedgers([entry], after).length > 0)
    .map(({ table }) => table)
}

/** What differs between two ledgers, one line a table; tables that only `after` has are not a loss, and not listed. */
export function compareLedgers(before: Ledger, after: Ledger): readonly string[] {
  const differences: string[] = []
  for (const entry of before) {
    const now = after.find(({ table }) => table === entry.table)
    if (now === undefined)
      differences.push(`${entry.table}: the table is gone, with ${entry.rows} rows`)
    else if (now.columns.length < entry.columns.length) {
      const lost = entry.columns.filter((column) => !now.columns.includes(column))
      differences.push(`${entry.table}: the columns ${lost.join(', ')} are gone`)
    } else if (now.rows !== entry.rows) {
      differences.push(`${entry.table}: ${entry.rows} rows before, ${now.rows} after`)
    } else if (now.checksum !== entry.checksum) {
      differences.push(`${entry.table}: ${entry.rows} rows, but not the same ones`)
    }
  }
  return differences
}
