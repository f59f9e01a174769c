import type { Database, Engine } from '../database/database.ts'
import { openFresh } from '../database/template.ts'
import type { BenchDocument } from './result.ts'

/** Settings that timings depend on. */
const timedSettings = [
  'shared_buffers',
  'work_mem',
  'maintenance_work_mem',
  'effective_cache_size',
  'random_page_cost',
  'jit',
  'fsync',
  'synchronous_commit',
  'wal_level',
  'max_parallel_workers_per_gather',
  'default_statistics_target',
] as const

export interface EngineFacts extends Pick<BenchDocument, 'settings'> {
  readonly engine: Engine
}

export async function introduceEngine(database: Database): Promise<EngineFacts> {
  const rows = await database.query<{ readonly name: string; readonly value: string }>(
    'select name, current_setting(name) as value from unnest($1::text[]) as name',
    [timedSettings],
  )
  return {
    engine: database.engine,
    settings: Object.fromEntries(rows.map(({ name, value }) => [name, value])),
  }
}

/** When no rung opened an engine: either none opens, and this says why, or it was not the engine's fault. */
export async function introduceFresh(signal: AbortSignal | undefined): Promise<EngineFacts> {
  await using database = await openFresh(signal === undefined ? {} : { signal })
  return introduceEngine(database)
}
