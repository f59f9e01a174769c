import type { Database, Row } from '../database/database.ts'

export interface WatchedTable {
  readonly id: number
  /** Schema and name, as SQL takes them. */
  readonly table: string
  readonly rows: number
}

/** A table at one moment, as the script's own transaction sees it. */
export interface TableState {
  /** The file that holds its rows: another one, and the table was written anew. Null: it is gone. */
  readonly filenode: number | null
  /** What the connection holds on it, in the spelling of `pg_locks`. */
  readonly modes: readonly string[]
  /** Rows inserted, updated and deleted so far, whoever counts anew from time to time. */
  readonly written: number
}

/** Whether rows were written between two moments; a count that starts anew in between has only those after. */
export function isWritten(
  { written: before }: TableState,
  { written: after }: TableState,
): boolean {
  return after > before || (after < before && after > 0)
}

const watchedSql = `
select c.oid as id, format('%I.%I', n.nspname, c.relname) as table
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
order by 2`

/** Every ordinary table outside the system's schemas. @throws {QueryError} */
export async function listWatched(database: Database): Promise<readonly WatchedTable[]> {
  const tables = await database.query<{ id: number; table: string }>(watchedSql)
  const watched: WatchedTable[] = []
  for (const { id, table } of tables) {
    const [count] = await database.query<{ rows: number }>(`select count(*) as rows from ${table}`)
    watched.push({ id, table, rows: count?.rows ?? 0 })
  }
  return watched
}

const statesSql = `
select t.id, pg_relation_filenode(t.id) as filenode,
       coalesce(array_agg(l.mode) filter (where l.mode is not null), '{}') as modes,
       pg_stat_get_xact_tuples_inserted(t.id) + pg_stat_get_xact_tuples_updated(t.id)
         + pg_stat_get_xact_tuples_deleted(t.id) as written
from unnest($1::text::oid[]) t(id)
left join pg_locks l on l.locktype = 'relation' and l.relation = t.id and l.granted
  and coalesce(l.pid, 0) = pg_backend_pid()
group by t.id`

/** By the tables' ids. @throws {QueryError} */
export async function readStates(
  database: Database,
  tables: readonly WatchedTable[],
): Promise<ReadonlyMap<number, TableState>> {
  const rows = await database.query<{ id: number } & TableState & Row>(statesSql, [
    `{${tables.map(({ id }) => id).join(',')}}`,
  ])
  return new Map(rows.map((row) => [row.id, row]))
}
