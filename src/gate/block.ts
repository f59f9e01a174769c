import { shuffle } from '../benchmark/run.ts'
import type { Database } from '../database/database.ts'
import type { Random } from '../random.ts'
import { median, nonEmpty } from '../statistics/samples.ts'
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
const warmUpMs = 20
const warmUpExecutions = 3
/** Of the shortest queries: enough to fill any batch. */
const mostExecutions = 250

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
  for (const query of queries) drafts.push(await warmUp(databases, query, options.batchMs))
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
  batchMs: number,
): Promise<Draft> {
  let typicalMs = batchMs
  for (const arm of armNames) {
    const latencies: number[] = []
    let spentMs = 0
    while (latencies.length < warmUpExecutions || spentMs < warmUpMs) {
      const { latencyMs } = await databases[arm].time(query.sql, query.params)
      latencies.push(latencyMs)
      spentMs += latencyMs
    }
    if (arm === 'base') typicalMs = median(nonEmpty(latencies))
  }
  const executionsPerBatch = Math.min(Math.max(1, Math.ceil(batchMs / typicalMs)), mostExecutions)
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
  const meansMs: Record<ArmName, number> = { base: 0, candidate: 0, control: 0 }
  for (const arm of order) meansMs[arm] = await timeBatch(databases[arm], draft, arm)
  return meansMs
}

async function timeBatch(database: Database, draft: Draft, arm: ArmName): Promise<number> {
  const { query, executionsPerBatch, latenciesMs } = draft
  let sumMs = 0
  for (let execution = 0; execution < executionsPerBatch; execution += 1) {
    const { latencyMs } = await database.time(query.sql, query.params)
    latenciesMs[arm].push(latencyMs)
    sumMs += latencyMs
  }
  return sumMs / executionsPerBatch
}

/** Executes a query in turn on base and candidate until either has `samples` latencies or `budgetMs` is spent. */
export async function topUp(
  { databases }: Instances,
  { query, latenciesMs }: Course,
  samples: number,
  budgetMs: number,
): Promise<Course['latenciesMs']> {
  const taken = { base: [...latenciesMs.base], candidate: [...latenciesMs.candidate] }
  let spentMs = 0
  while (taken.base.length < samples && spentMs < budgetMs) {
    for (const arm of ['base', 'candidate'] as const) {
      const { latencyMs } = await databases[arm].time(query.sql, query.params)
      taken[arm].push(latencyMs)
      spentMs += latencyMs
    }
  }
  return taken
}
