import type { Database, Row, TimedRows } from '../database/database.ts'
import { openOwnTime } from '../database/own-time.ts'
import type { Instances } from './ground.ts'

/** Executions that tell how long a statement takes by itself. */
const calibration = 3

/** The candidate takes longer by this share: the processor spins for it after every timed statement. */
export function slowCandidate(instances: Instances, share: number): Instances {
  const { databases } = instances
  return {
    ...instances,
    databases: { ...databases, candidate: new SlowedDatabase(databases.candidate, share) },
  }
}

/** A database whose `time` spins. The spin is as long each time, so that its own noise is the clock's. */
class SlowedDatabase implements Database {
  readonly engine: Database['engine']
  readonly #inner: Database
  readonly #share: number
  readonly #latencies = new Map<string, number[]>()

  constructor(inner: Database, share: number) {
    this.engine = inner.engine
    this.#inner = inner
    this.#share = share
  }

  async time<R extends Row = Row>(
    sql: string,
    params: readonly unknown[] = [],
  ): Promise<TimedRows<R>> {
    const timed = await this.#inner.time<R>(sql, params)
    const { rows, latencyMs, ownMs } = timed
    const known = this.#latencies.get(sql) ?? []
    this.#latencies.set(sql, known)
    if (known.length < calibration) known.push(ownMs ?? latencyMs)
    // A sample is the fastest of several: that is what the share is of.
    const spun = spin(Math.min(...known) * this.#share)
    const sum = { rows, latencyMs: latencyMs + spun.latencyMs }
    return ownMs === undefined || spun.ownMs === undefined
      ? sum
      : { ...sum, ownMs: ownMs + spun.ownMs }
  }

  query<R extends Row = Row>(sql: string, params?: readonly unknown[]): Promise<readonly R[]> {
    return this.#inner.query<R>(sql, params)
  }

  execute(script: string): Promise<void> {
    return this.#inner.execute(script)
  }

  copyIn(...args: Parameters<Database['copyIn']>): Promise<number> {
    return this.#inner.copyIn(...args)
  }

  transaction<T>(work: (transaction: Database) => Promise<T>): Promise<T> {
    return this.#inner.transaction(work)
  }

  close(): Promise<void> {
    return this.#inner.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

const startWatch = openOwnTime()

/** Keeps the processor for so long, whoever else has it in between; returns what that took. */
function spin(durationMs: number): {
  readonly latencyMs: number
  readonly ownMs: number | undefined
} {
  const watch = startWatch()
  const started = performance.now()
  const elapsedMs = (): number => performance.now() - started
  while ((watch() ?? elapsedMs()) < durationMs);
  return { latencyMs: elapsedMs(), ownMs: watch() }
}
