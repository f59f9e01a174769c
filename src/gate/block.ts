import { shuffle } from '../benchmark/run.ts'
import type { Database } from '../database/database.ts'
import type { Random } from '../random.ts'
import { median, nonEmpty } from '../statistics/samples.ts'
import type { GateEffort } from './effort.ts'
import { type ArmName, type Instances, armNames } from './ground.ts'
import type { Query } from './query.ts'
import type { Block } from './result.ts'

/** What one session saw of one query. */
export interface Course {
  readonly query: Query
  readonly executionsPerBatch: number
  readonly blocks: readonly Block[]
  /** Single executions of both arms, in the order taken. */
  readonly latenciesMs: Readonly<Record<'base' | 'candidate', readonly number[]>>
}

export interface SessionOptions {
  readonly phase: Block['phase']
  readonly session: number
  readonly blocks: number
  readonly batchMs: number
  readonly random: Random
  /** Told the batches done, and how many there will be. */
  readonly onProgress: (done: number, total: number) => void
}

interface Draft {
  readonly query: Query
  executionsPerBatch: number
  readonly blocks: Block[]
  readonly latenciesMs: Record<ArmName, number[]>
}

/** Warm-up ends after this long on each arm, and no earlier than after so many executions. */
const warmUpMs = 10
const warmUpExecutions = 3
/** Of the shortest queries: enough to fill any batch. */
const mostExecutions = 250
/** An interruption hits one of two; what takes this many batches by itself has its share of them each time. */
const fewestExecutions = 2
const longBatches = 10

const letters: Readonly<Record<ArmName, string>> = { base: 'A', candidate: 'B', control: 'C' }

/**
 * Times queries on one set of instances: blocks of all queries in turn, so that a slow minute falls on each alike. In a block the
 * arms come in a random order and then in its mirror image; seen as a pair, any two of them are ABBA or BAAB.
 */
export async function timeSession(
  { databases }: Instances,
  queries: readonly Query[],
  options: SessionOptions,
): Promise<readonly Course[]> {
  const { random, onProgress } = options
  const drafts: Draft[] = []
  for (const query of queries) drafts.push(await warmUp(databases, query, options))
  const total = options.blocks * drafts.length
  let done = 0
  for (let block = 0; block < options.blocks; block += 1) {
    for (const draft of shuffle(drafts, random)) {
      draft.blocks.push(await timeBlock(databases, draft, options))
      done += 1
      onProgress(done, total)
    }
  }
  return drafts
}

/** Finds out how many executions fill a batch; the same number for all arms. */
async function warmUp(
  databases: Instances['databases'],
  query: Query,
  { batchMs, random }: SessionOptions,
): Promise<Draft> {
  let typicalMs = batchMs
  for (const arm of shuffle(armNames, random)) {
    const latencies: number[] = []
    let spentMs = 0
    while (latencies.length < warmUpExecutions || spentMs < warmUpMs) {
      const { latencyMs } = await databases[arm].time(query.sql, query.params)
      latencies.push(latencyMs)
      spentMs += latencyMs
    }
    if (arm === 'base') typicalMs = median(nonEmpty(latencies))
  }
  const fewest = typicalMs < longBatches * batchMs ? fewestExecutions : 1
  const executionsPerBatch = Math.min(
    Math.max(fewest, Math.ceil(batchMs / typicalMs)),
    mostExecutions,
  )
  return {
    query,
    executionsPerBatch,
    blocks: [],
    latenciesMs: { base: [], candidate: [], control: [] },
  }
}

async function timeBlock(
  databases: Instances['databases'],
  draft: Draft,
  { phase, session, random }: SessionOptions,
): Promise<Block> {
  const order = shuffle(armNames, random)
  const firstMs = await timeHalf(databases, draft, order)
  const secondMs = await timeHalf(databases, draft, order.toReversed())
  return {
    phase,
    session,
    order: order.map((arm) => letters[arm]).join(''),
    baseMs: [firstMs.base, secondMs.base],
    candidateMs: [firstMs.candidate, secondMs.candidate],
    controlMs: [firstMs.control, secondMs.control],
  }
}

async function timeHalf(
  databases: Instances['databases'],
  draft: Draft,
  order: readonly ArmName[],
): Promise<Readonly<Record<ArmName, number>>> {
  const fastestMs: Record<ArmName, number> = { base: 0, candidate: 0, control: 0 }
  for (const arm of order) fastestMs[arm] = await timeBatch(databases[arm], draft, arm)
  return fastestMs
}

/**
 * The fastest execution of a batch, without what it waited for a processor. The same statement on the same rows does the same work
 * each time, and everything that makes one execution differ from the next (another process, a collection of garbage) makes it
 * slower: at a load of 4 on two cores the blocks of a query of 20 ms varied by 4 %, and by 12 to 16 % with the mean of all that
 * passed. Batches of the arms are equally long, so that none has more chances.
 */
async function timeBatch(database: Database, draft: Draft, arm: ArmName): Promise<number> {
  const { query, executionsPerBatch, latenciesMs } = draft
  let fastestMs = Infinity
  for (let execution = 0; execution < executionsPerBatch; execution += 1) {
    const { latencyMs, ownMs = latencyMs } = await database.time(query.sql, query.params)
    latenciesMs[arm].push(latencyMs)
    fastestMs = Math.min(fastestMs, ownMs)
  }
  return fastestMs
}

/** Single executions of either arm, in the order taken. */
export type Latencies = Course['latenciesMs']

/** Adds to latencies by executing a query in turn on either arm, until there are `samples` of each or `budgetMs` is spent. */
export async function topUp(
  { databases }: Instances,
  { sql, params }: Query,
  { base, candidate }: Latencies,
  { targetSamples, targetBudgetMs }: Pick<GateEffort, 'targetSamples' | 'targetBudgetMs'>,
): Promise<Latencies> {
  const taken = { base: [...base], candidate: [...candidate] }
  let order: readonly ('base' | 'candidate')[] = ['base', 'candidate']
  let spentMs = 0
  while (taken.base.length < targetSamples && spentMs < targetBudgetMs) {
    for (const arm of order) {
      const { latencyMs } = await databases[arm].time(sql, params)
      taken[arm].push(latencyMs)
      spentMs += latencyMs
    }
    order = order.toReversed()
  }
  return taken
}
