import { setMaxListeners } from 'node:events'
import { Worker } from 'node:worker_threads'
import { prepareWorkloads } from '../benchmark/prepare.ts'
import { type Workload, loadWorkloads } from '../benchmark/workload.ts'
import type { Engine } from '../database/database.ts'
import type { OpenOptions } from '../database/pglite.ts'
import { pgliteVersion } from '../database/postgres-version.ts'
import { defined } from '../defined.ts'
import { chooseFixture } from '../fixture/source.ts'
import { captureProvenance } from '../provenance.ts'
import { createRandom } from '../random.ts'
import { noiseScale } from '../statistics/power.ts'
import { median, nonEmpty } from '../statistics/samples.ts'
import type { Arm } from './arm.ts'
import { measureResolution, refuseToothless } from './effort.ts'
import { type Ground, layGround } from './ground.ts'
import { isDeclared } from './layer.ts'
import { listMutants, tryMutant } from './mutant.ts'
import { listPledges } from './pledge.ts'
import { openPool } from './pool.ts'
import { type Query, listQueries } from './query.ts'
import type { Block, TimedComparison, VerdictName } from './result.ts'
import type {
  MutantFacts,
  Pledge,
  SameFacts,
  SelfTestDocument,
  SpinFacts,
} from './self-test-document.ts'
import type { SelfTestAmount } from './self-test-amount.ts'
import { slowCandidate } from './slowed.ts'
import { timeFields } from './timing.ts'

export interface SelfTestOptions extends Pick<OpenOptions, 'statementTimeoutMs' | 'signal'> {
  readonly arm: Arm
  readonly amount: SelfTestAmount
  readonly seed: string
  readonly command: string
  readonly workloads?: readonly Workload[]
  readonly onProgress?: (label: string, done: number, total: number) => void
}

/** Rows of one size, instances on them, and what they are asked. */
interface Site extends AsyncDisposable {
  /** From the pool. */
  readonly ground: Ground
  readonly queries: readonly Query[]
  readonly engine: Engine
}

/**
 * Judges the gate: arms that are the same, arms slowed down by known shares, migrations made worse, and a busy machine.
 * @throws {HarnessError} as `gate` does.
 */
export async function testGate(options: SelfTestOptions): Promise<SelfTestDocument> {
  const started = performance.now()
  const { amount, command, seed, signal } = options
  // Every instance of every pool listens to it.
  if (signal !== undefined) setMaxListeners(0, signal)
  const provenance = captureProvenance({ kind: 'pglite', version: '', package: pgliteVersion() })
  const mutants = await tryMutants(options)
  await using small = await openSite(amount.sameScale, options)
  const same = await runSame(small, amount.sameRuns, 'arms that are the same', options)
  const hog = await besideHogs(provenance.cores, () =>
    runSame(small, amount.hogRuns, 'arms that are the same, busy machine', options),
  )
  await using large =
    amount.spinScale === amount.sameScale
      ? borrow(small)
      : await openSite(amount.spinScale, options)
  const spins: SpinFacts[] = []
  for (const percent of amount.spinPercents) spins.push(await runSpins(large, percent, options))
  const pledges = listPledges(same, hog, spins, mutants)
  return {
    schema: 'hook-harness/gate-self-test',
    schemaVersion: 1,
    status: statusOf(pledges),
    provenance: { ...provenance, engine: large.engine },
    command,
    seed,
    fixtures: [small.ground.fixture, large.ground.fixture],
    same,
    spins,
    mutants,
    hog,
    pledges,
    durationMs: performance.now() - started,
  }
}

function statusOf(pledges: readonly Pledge[]): SelfTestDocument['status'] {
  const states = new Set(pledges.map(({ state }) => state))
  if (states.has('broken')) return 'failed'
  return states.has('not shown') ? 'unjudged' : 'passed'
}

async function openSite(scale: number, options: SelfTestOptions): Promise<Site> {
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
function borrow(site: Site): Site {
  return { ...site, [Symbol.asyncDispose]: async () => undefined }
}

function layOne(scale: number, options: SelfTestOptions): Promise<Ground> {
  const { arm, statementTimeoutMs, signal } = options
  const endUs = Date.now() * 1_000
  return layGround({
    base: arm.set,
    candidate: arm.set,
    endUs,
    fixture: chooseFixture({ events: scale, endUs }),
    engine: defined({ statementTimeoutMs, signal }),
  })
}

async function chooseWorkloads({ arm, workloads }: SelfTestOptions): Promise<readonly Workload[]> {
  const all = workloads ?? (await loadWorkloads())
  return all.filter(({ relation }) => isDeclared(arm.set, relation))
}

/** On instances of their own: what is planted and taken out again leaves dead rows in the catalog. */
async function tryMutants(options: SelfTestOptions): Promise<readonly MutantFacts[]> {
  const { arm, amount, onProgress } = options
  const ground = await layOne(amount.mutantScale, options)
  await using instances = await ground.open()
  const { base } = instances.databases
  const prepared = await prepareWorkloads(base, ground.oracle, await chooseWorkloads(options))
  const queries = listQueries(arm.set, prepared)
  const planned = listMutants(arm.set)
  const facts: MutantFacts[] = []
  for (const mutant of planned) {
    facts.push(await tryMutant(instances, queries, arm.set, ground.scale, mutant))
    onProgress?.('mutants', facts.length, planned.length)
  }
  return facts
}

async function runSame(
  { ground, queries }: Site,
  runs: number,
  label: string,
  { amount, seed, onProgress }: SelfTestOptions,
): Promise<SameFacts> {
  const timed = await chooseLongest(ground, queries, amount.sameQueries)
  refuseToothless(amount.sameEffort, timed.length, measureResolution())
  const all: TimedComparison[] = []
  let alarms = 0
  for (let run = 0; run < runs; run += 1) {
    const { facts } = await timeFields([{ ground, queries: timed }], {
      effort: amount.sameEffort,
      seed: `${seed} ${label} ${run}`,
      onProgress: () => undefined,
    })
    all.push(...facts.comparisons)
    if (facts.comparisons.some(({ verdict }) => verdict === 'slower')) alarms += 1
    onProgress?.(label, run + 1, runs)
  }
  return {
    scale: ground.scale,
    runs,
    alarms,
    verdicts: countVerdicts(all),
    noise: measureNoise(all),
  }
}

/** Standard deviation of a block's log ratio: the median of all comparisons. */
function measureNoise(all: readonly TimedComparison[]): number {
  const noises = all.flatMap(({ blocks }) => noiseScale(nonEmpty(blocks.map(logRatio))) ?? [])
  return median(nonEmpty(noises))
}

function logRatio({ baseMs, candidateMs }: Block): number {
  return Math.log((candidateMs[0] * candidateMs[1]) / (baseMs[0] * baseMs[1])) / 2
}

function countVerdicts(all: readonly TimedComparison[]): Readonly<Record<VerdictName, number>> {
  const countOf = (name: VerdictName): number =>
    all.filter(({ verdict }) => verdict === name).length
  return {
    slower: countOf('slower'),
    contaminated: countOf('contaminated'),
    inconclusive: countOf('inconclusive'),
    faster: countOf('faster'),
    unchanged: countOf('unchanged'),
  }
}

async function runSpins(
  { ground, queries }: Site,
  percent: number,
  { amount, seed, onProgress }: SelfTestOptions,
): Promise<SpinFacts> {
  const chosen = await chooseLongest(ground, queries, amount.spinQueries)
  refuseToothless(amount.spinEffort, chosen.length, measureResolution())
  const all: TimedComparison[] = []
  for (let run = 0; run < amount.spinRuns; run += 1) {
    const { facts } = await timeFields([{ ground, queries: chosen }], {
      effort: amount.spinEffort,
      seed: `${seed} spin ${percent} ${run}`,
      instrument: (instances) => slowCandidate(instances, percent / 100),
      onProgress: () => undefined,
    })
    all.push(...facts.comparisons)
    onProgress?.(`slowed by ${percent} %`, run + 1, amount.spinRuns)
  }
  const promised = all.filter(
    ({ detectable }) => (detectable?.ratio ?? Infinity) <= 1 + percent / 100,
  )
  return {
    scale: ground.scale,
    percent,
    comparisons: all.length,
    found: all.filter(isFound).length,
    promised: promised.length,
    foundOfPromised: promised.filter(isFound).length,
    noise: measureNoise(all),
  }
}

function isFound({ verdict }: TimedComparison): boolean {
  return verdict === 'slower'
}

async function chooseLongest(
  ground: Ground,
  queries: readonly Query[],
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

/** Keeps every core busy while `work` runs. */
async function besideHogs<T>(cores: number, work: () => Promise<T>): Promise<T> {
  const hogs = Array.from({ length: cores }, () => new Worker('for (;;);', { eval: true }))
  try {
    return await work()
  } finally {
    for (const hog of hogs) await hog.terminate()
  }
}
