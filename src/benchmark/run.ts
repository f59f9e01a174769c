import { Bench } from 'tinybench'
import type { Database } from '../database/database.ts'
import { QueryError } from '../errors.ts'
import { createRandom, type Random } from '../random.ts'
import { blame } from './engine-loss.ts'
import type { Effort, Sample, Void } from './result.ts'

export type { Effort } from './result.ts'

/** A statement that is ready to be timed. */
export interface Task {
  readonly id: string
  readonly sql: string
  readonly params: readonly unknown[]
  readonly expectedRows: number
}

/** Enough samples for a claim about p95 (59) of whatever takes less than 100 ms. */
export const thoroughEffort: Effort = {
  minimumSamples: 5,
  maximumSamples: 120,
  timeMs: 6_000,
  warmUpMs: 100,
  rounds: 5,
}

export interface RunOptions {
  readonly effort: Effort
  /** Decides the order of the tasks in every round. */
  readonly seed: string
  readonly signal?: AbortSignal
  /** Told how many of all samples have been taken. */
  readonly onProgress?: (done: number, total: number) => void
}

export type Taken =
  { readonly state: 'taken'; readonly samples: readonly [Sample, ...Sample[]] } | Void

/** One task on its way through the rounds. */
interface Course {
  readonly task: Task
  readonly samples: Sample[]
  /** Samples of each round; known after the warm-up. */
  perRound: number
  fault: Void | undefined
}

/**
 * Times every task: warm-up, then rounds over all tasks in a random order, so that what drifts on the machine hits all of them
 * alike. A task that fails, or returns another number of rows than expected even once, is void; the others go on.
 * @throws {HarnessError} when the engine is gone, or the signal aborts.
 */
export async function runTasks(
  database: Database,
  tasks: readonly Task[],
  options: RunOptions,
): Promise<ReadonlyMap<string, Taken>> {
  const { effort, signal } = options
  const random = createRandom(options.seed)
  const courses = tasks.map((task): Course => ({
    task,
    samples: [],
    perRound: 0,
    fault: undefined,
  }))
  for (const course of shuffle(courses, random)) {
    await repeat(database, course, { time: effort.warmUpMs, iterations: 2 }, signal)
    // The quickest: what held up the others once would cost the workload most of its samples.
    const latencyMs = Math.min(...course.samples.map((sample) => sample.latencyMs), Infinity)
    course.samples.length = 0
    course.perRound = Math.ceil(countSamples(latencyMs, effort) / effort.rounds)
  }
  const total = courses.reduce((sum, { perRound }) => sum + perRound * effort.rounds, 0)
  let done = 0
  for (let round = 0; round < effort.rounds; round += 1) {
    for (const course of shuffle(courses, random)) {
      await repeat(database, course, { time: 0, iterations: course.perRound }, signal)
      done += course.perRound
      options.onProgress?.(done, total)
    }
  }
  return new Map(courses.map((course) => [course.task.id, takenOf(course)]))
}

/** As many as fit into the time, within the bounds. */
function countSamples(latencyMs: number, effort: Effort): number {
  const fitting = latencyMs > 0 ? Math.floor(effort.timeMs / latencyMs) : effort.maximumSamples
  return Math.min(Math.max(fitting, effort.minimumSamples), effort.maximumSamples)
}

/** tinybench goes on until it has both the time and the iterations; durations are the engine's, not this thread's. */
async function repeat(
  database: Database,
  course: Course,
  amount: { readonly time: number; readonly iterations: number },
  signal: AbortSignal | undefined,
): Promise<void> {
  if (course.fault !== undefined) return
  const { task } = course
  const bench = new Bench({
    ...amount,
    warmup: false,
  })
  bench.add(
    task.id,
    async () => {
      signal?.throwIfAborted()
      const { rows, latencyMs } = await blame(task.id, () => database.time(task.sql, task.params))
      if (rows.length !== task.expectedRows) throw new WrongRows(task.expectedRows, rows.length)
      course.samples.push({ latencyMs, rows: rows.length })
      return { overriddenDuration: latencyMs, overriddenIterationCost: latencyMs }
    },
    { async: true },
  )
  const [finished] = await bench.run()
  signal?.throwIfAborted()
  if (finished?.result.state === 'errored') course.fault = voidOf(finished.result.error)
}

class WrongRows extends Error {
  readonly mismatch: { readonly expectedRows: number; readonly actualRows: number }

  constructor(expectedRows: number, actualRows: number) {
    super(`returned ${actualRows} rows, expected ${expectedRows}`)
    this.mismatch = { expectedRows, actualRows }
  }
}

/** Postgres said no, or the answer was wrong. Anything else is not the task's fault, and ends the run. */
function voidOf(error: Error): Void {
  if (error instanceof WrongRows) {
    return { state: 'void', fault: 'wrong', reason: error.message, mismatch: error.mismatch }
  }
  if (error instanceof QueryError) return { state: 'void', fault: 'error', reason: error.message }
  throw error
}

function takenOf({ fault, samples }: Course): Taken {
  const [first, ...rest] = samples
  if (fault !== undefined) return fault
  if (first === undefined) return { state: 'void', fault: 'error', reason: 'was not executed' }
  return { state: 'taken', samples: [first, ...rest] }
}

/** Fisher and Yates' shuffle, into a copy. */
export function shuffle<T>(items: readonly T[], random: Random): readonly T[] {
  const rest = [...items]
  return items.flatMap(() => rest.splice(random.integer(0, rest.length - 1), 1))
}
