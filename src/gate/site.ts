import { benchEndUs } from '../benchmark/clock.ts'
import { prepareWorkloads } from '../benchmark/prepare.ts'
import { type Workload, loadWorkloads } from '../benchmark/workload.ts'
import type { Engine } from '../database/database.ts'
import { defined } from '../defined.ts'
import { chooseFixture } from '../fixture/source.ts'
import { createRandom } from '../random.ts'
import { type Ground, layGround } from './ground.ts'
import { isDeclared } from './layer.ts'
import { openPool } from './pool.ts'
import { type Query, listQueries } from './query.ts'
import type { SelfTestOptions } from './self-test.ts'

/** Rows of one size, instances on them, and what they are asked. */
export interface Site extends AsyncDisposable {
  /** From the pool. */
  readonly ground: Ground
  readonly queries: readonly Query[]
  readonly engine: Engine
}

/** @throws {HarnessError} as `layGround` does. */
export async function openSite(scale: number, options: SelfTestOptions): Promise<Site> {
  const { arm, amount, seed } = options
  const ground = await layOne(scale, options)
  const pool = await openPool(ground, amount.poolSets, createRandom(`${seed} pool ${scale}`))
  try {
    const { databases } = await pool.ground.open()
    const workloads = await chooseWorkloads(options)
    const prepared = await prepareWorkloads(databases.base, ground.oracle, workloads)
    return {
      ground: pool.ground,
      queries: listQueries(arm.set, prepared),
      engine: databases.base.engine,
      [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
    }
  } catch (error) {
    await pool[Symbol.asyncDispose]()
    throw error
  }
}

/** The same site under another name: whoever opened it closes it. */
export function borrow(site: Site): Site {
  return { ...site, [Symbol.asyncDispose]: async () => undefined }
}

/** Both arms are the one. */
export function layOne(scale: number, options: SelfTestOptions): Promise<Ground> {
  const { arm, statementTimeoutMs, signal } = options
  const endUs = benchEndUs
  return layGround({
    base: arm.set,
    candidate: arm.set,
    endUs,
    fixture: chooseFixture({ events: scale, endUs }),
    engine: { clockUs: benchEndUs, ...defined({ statementTimeoutMs, signal }) },
  })
}

export async function chooseWorkloads({
  arm,
  workloads,
}: SelfTestOptions): Promise<readonly Workload[]> {
  const all = workloads ?? (await loadWorkloads())
  return all.filter(({ relation }) => isDeclared(arm.set, relation))
}

/** The `count` workloads that take the longest. */
export async function chooseLongest(
  { ground, queries }: Site,
  count: number,
): Promise<readonly Query[]> {
  const { databases } = await ground.open()
  const measured: { readonly query: Query; readonly latencyMs: number }[] = []
  for (const query of queries.filter(({ object }) => object.kind !== 'index')) {
    await databases.base.time(query.sql, query.params)
    const { latencyMs } = await databases.base.time(query.sql, query.params)
    measured.push({ query, latencyMs })
  }
  return measured
    .toSorted((one, other) => other.latencyMs - one.latencyMs)
    .slice(0, count)
    .map(({ query }) => query)
}
