import type { Database } from '../database/database.ts'
import type { Contract } from '../migration/contract.ts'
import type { IndexUse, StorageFacts } from './result.ts'

/** Sizes of the table that the views read, which is the contract's first, and of every index on it. */
export async function captureStorage(
  database: Database,
  contract: Contract,
  events: number,
): Promise<StorageFacts> {
  const [table] = contract.tables
  if (table === undefined) return nothingStored
  const [relation] = await database.query<{
    readonly table_bytes: number
    readonly toast_bytes: number
    readonly total_bytes: number
  }>(
    `select pg_relation_size(c.oid) as table_bytes, pg_total_relation_size(c.oid) as total_bytes,
            coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0) as toast_bytes
       from pg_class c where c.oid = $1::regclass`,
    [table],
  )
  const rows = await database.query<{ readonly name: string; readonly size_bytes: number }>(
    `select i.relname::text as name, pg_relation_size(i.oid) as size_bytes
       from pg_index x join pg_class i on i.oid = x.indexrelid
      where x.indrelid = $1::regclass order by i.relname collate "C"`,
    [table],
  )
  const indexes = rows.map(({ name, size_bytes: sizeBytes }) => ({
    name,
    sizeBytes,
    ofMigration: contract.indexes.some((index) => index.name === name),
  }))
  const addedBytes = indexes
    .filter(({ ofMigration }) => ofMigration)
    .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  return {
    tableBytes: relation?.table_bytes ?? 0,
    toastBytes: relation?.toast_bytes ?? 0,
    indexes,
    totalBytes: relation?.total_bytes ?? 0,
    addedBytesPerEvent: events === 0 ? 0 : addedBytes / events,
  }
}

const nothingStored: StorageFacts = {
  tableBytes: 0,
  toastBytes: 0,
  indexes: [],
  totalBytes: 0,
  addedBytesPerEvent: 0,
}

/** Scans of every index of the main table since the statistics were reset. */
export async function captureIndexUse(
  database: Database,
  contract: Contract,
): Promise<readonly IndexUse[]> {
  const [table] = contract.tables
  if (table === undefined) return []
  // Counts wait in the backend until it is idle for a second, and a benchmark never is.
  await database.query('select pg_stat_force_next_flush()')
  return database.query<{ readonly name: string; readonly scans: number }>(
    `select indexrelname::text as name, idx_scan as scans from pg_stat_user_indexes
      where relid = $1::regclass order by indexrelname collate "C"`,
    [table],
  )
}

/**
 * Blocks of the main table's TOAST and of its index that `work` reads, wherever they are found: EXPLAIN counts them among all
 * others. Null where nothing is stored there.
 */
export async function countToast(
  database: Database,
  { tables }: Contract,
  work: () => Promise<unknown>,
): Promise<number | null> {
  const [table] = tables
  if (table === undefined) return null
  const before = await readToast(database, table)
  if (before === null) return null
  await work()
  const after = await readToast(database, table)
  return after === null ? null : after - before
}

async function readToast(database: Database, table: string): Promise<number | null> {
  await database.query('select pg_stat_force_next_flush()')
  const [row] = await database.query<{ readonly blocks: number }>(
    `select toast_blks_read + toast_blks_hit + tidx_blks_read + tidx_blks_hit as blocks
       from pg_statio_user_tables s join pg_class c on c.oid = s.relid
      where s.relid = $1::regclass and pg_relation_size(nullif(c.reltoastrelid, 0)) > 0`,
    [table],
  )
  return row?.blocks ?? null
}
