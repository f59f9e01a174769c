import type { Database } from '../database/database.ts'
import type { EmbeddedDatabase } from '../database/pglite.ts'
import { createRandom } from '../random.ts'
import { median, nonEmpty } from '../statistics/samples.ts'
import type { ColdFacts, Measurement } from './result.ts'
import { type Task, shuffle } from './run.ts'

/** Executions of each task. */
const repeats = 3
/** Whatever takes longer when warm isn't worth it: it reads more than the buffers hold anyhow. */
const patienceMs = 2_000

export interface ColdOptions {
  readonly seed: string
  /** The longest that one execution may take. */
  readonly statementTimeoutMs?: number | undefined
  /** Told how many of all executions are done. */
  readonly onProgress?: (done: number, total: number) => void
}

/**
 * Times each task after every shared buffer was taken by another table. The table is made for that, and gone afterwards. What
 * the operating system has read stays in its cache: only a restart of the machine could take it away.
 */
export async function measureCold(
  database: EmbeddedDatabase,
  tasks: readonly Task[],
  warm: readonly Measurement[],
  { seed, statementTimeoutMs, onProgress }: ColdOptions,
): Promise<readonly ColdFacts[]> {
  const warmMs = new Map(
    warm.flatMap((one) => (one.state === 'measured' ? [[one.workloadId, one.p50Ms] as const] : [])),
  )
  const quick = tasks.filter(({ id }) => (warmMs.get(id) ?? Infinity) < patienceMs)
  const latencies = new Map(quick.map(({ id }) => [id, [] as number[]]))
  const random = createRandom(`${seed} cold`)
  await fill(database)
  let done = 0
  for (let round = 0; round < repeats; round += 1) {
    for (const { id, sql, params } of shuffle(quick, random)) {
      await evict(database)
      const { latencyMs } = await database.limit(statementTimeoutMs, () =>
        database.time(sql, params),
      )
      latencies.get(id)?.push(latencyMs)
      done += 1
      onProgress?.(done, repeats * quick.length)
    }
  }
  await database.query('drop schema hook_harness_filler cascade')
  return quick.map(({ id }) => {
    const latenciesMs = nonEmpty(latencies.get(id) ?? [])
    return {
      workloadId: id,
      latenciesMs,
      p50Ms: median(latenciesMs),
      warmP50Ms: warmMs.get(id) ?? 0,
    }
  })
}

/** A page a row, and a quarter more pages than there are buffers. */
async function fill(database: Database): Promise<void> {
  await database.query('create schema hook_harness_filler')
  await database.query('create unlogged table hook_harness_filler.page (filler text storage plain)')
  await database.query(
    `insert into hook_harness_filler.page select repeat('x', 7000)
       from generate_series(1, pg_size_bytes(current_setting('shared_buffers')) / 8192 * 5 / 4)`,
  )
}

/** A sequential scan would keep to a few buffers of its own; a scan over a range of row addresses takes all there are. */
async function evict(database: Database): Promise<void> {
  await database.query("select count(*) from hook_harness_filler.page where ctid >= '(0,0)'")
}
