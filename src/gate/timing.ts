import { createRandom } from '../random.ts'
import { type Samples, median, nonEmpty } from '../statistics/samples.ts'
import type { Sessions } from '../statistics/session.ts'
import { type Course, timeSession, topUp } from './block.ts'
import { type GateEffort, alpha } from './effort.ts'
import type { Ground, Instances } from './ground.ts'
import type { Query } from './query.ts'
import type { Block, TimedComparison, TimingFacts } from './result.ts'
import {
  type Judgement,
  type Reading,
  type Series,
  isPlainlyUnchanged,
  judgeFamily,
  readSeries,
} from './verdict.ts'

/** Queries that have an answer on both arms, at one size. */
export interface Field {
  readonly ground: Ground
  readonly queries: readonly Query[]
}

export interface TimingOptions {
  readonly effort: GateEffort
  readonly seed: string
  /** Wraps the instances of every session; the self-test slows one arm down with it. */
  readonly instrument?: (instances: Instances) => Instances
  readonly onProgress: (phase: Block['phase'], scale: number, done: number, total: number) => void
}

export interface Timed {
  readonly facts: TimingFacts
  /** Latencies of single executions, by `keyOf`. */
  readonly latencies: ReadonlyMap<string, Course['latenciesMs']>
}

/** One query at one scale on its way to a verdict. */
interface Trial {
  readonly field: Field
  readonly query: Query
  executionsPerBatch: number
  readonly blocks: Block[]
  latenciesMs: Course['latenciesMs']
}

interface Judged extends Judgement {
  readonly reading: Reading
  readonly series: Series
}

export function keyOf(id: string, scale: number): string {
  return `${id} ${scale}`
}

/**
 * Triage on few blocks, a decision on fresh blocks of fresh instances for whatever that leaves open, once more for what was
 * contaminated, and a confirmation, on new instances again, of whatever seems to have changed.
 */
export async function timeFields(fields: readonly Field[], options: TimingOptions): Promise<Timed> {
  const trials = fields.flatMap((field) =>
    field.queries.map((query): Trial => ({
      field,
      query,
      executionsPerBatch: 1,
      blocks: [],
      latenciesMs: { base: [], candidate: [] },
    })),
  )
  const court = new Court(options)
  const open = await court.triage(trials)
  await court.decide(open, 'decision', trials.length)
  const contaminated = open.filter((trial) => court.verdictOf(trial) === 'contaminated')
  await court.decide(contaminated, 'repeated decision', trials.length)
  await court.confirm(
    open.filter((trial) => ['slower', 'faster'].includes(court.verdictOf(trial) ?? '')),
  )
  return {
    facts: {
      tests: trials.length,
      alpha,
      sessions: court.sessions,
      comparisons: court.conclude(trials),
    },
    latencies: new Map(
      trials.map(({ query, field, latenciesMs }) => [
        keyOf(query.id, field.ground.scale),
        latenciesMs,
      ]),
    ),
  }
}

/** Takes trials through the phases; counts sessions, no two of which share instances. */
class Court {
  sessions = 0
  readonly #options: TimingOptions
  readonly #judged = new Map<Trial, Judged>()

  constructor(options: TimingOptions) {
    this.#options = options
  }

  verdictOf(trial: Trial): Judgement['verdict'] | undefined {
    return this.#judged.get(trial)?.verdict
  }

  /** Returns what is still open. */
  async triage(trials: readonly Trial[]): Promise<readonly Trial[]> {
    await this.#run(trials, 'triage')
    for (const trial of trials) {
      const series = seriesOf(trial, 'triage')
      const reading = readSeries(series)
      if (!isPlainlyUnchanged(reading)) continue
      this.#judged.set(trial, { ...settle(reading), reading, series })
    }
    return trials.filter((trial) => !this.#judged.has(trial))
  }

  async decide(trials: readonly Trial[], phase: Block['phase'], tests: number): Promise<void> {
    await this.#run(trials, phase)
    const read = trials.map((trial) => {
      const series = seriesOf(trial, phase)
      return { series, reading: readSeries(series) }
    })
    for (const [index, judgement] of judgeFamily(read, tests, alpha).entries()) {
      const [trial, entry] = [trials[index], read[index]]
      if (trial === undefined || entry === undefined) continue
      this.#judged.set(trial, { ...judgement, ...entry })
    }
  }

  /** Only what says the same again stands. */
  async confirm(trials: readonly Trial[]): Promise<void> {
    const before = trials.map((trial) => this.verdictOf(trial))
    await this.decide(trials, 'confirmation', trials.length)
    for (const [index, trial] of trials.entries()) {
      const now = this.#judged.get(trial)
      if (now === undefined || now.verdict === before[index]) continue
      const reason = `${before[index]} at first, not confirmed on new instances: ${now.reason}`
      this.#judged.set(trial, { ...now, verdict: 'inconclusive', reason })
    }
  }

  conclude(trials: readonly Trial[]): readonly TimedComparison[] {
    return trials.flatMap((trial) => {
      const judged = this.#judged.get(trial)
      return judged === undefined ? [] : [describe(trial, judged)]
    })
  }

  async #run(trials: readonly Trial[], phase: Block['phase']): Promise<void> {
    const sessions = phase === 'triage' ? 1 : this.#options.effort.sessions
    for (const field of new Set(trials.map((trial) => trial.field))) {
      const own = trials.filter((trial) => trial.field === field)
      for (let session = 0; session < sessions; session += 1) {
        await this.#runSession(field, own, phase)
      }
    }
  }

  async #runSession(field: Field, trials: readonly Trial[], phase: Block['phase']): Promise<void> {
    const { effort, seed, instrument, onProgress } = this.#options
    this.sessions += 1
    const { scale } = field.ground
    await using opened = await field.ground.open()
    const instances = instrument?.(opened) ?? opened
    const courses = await timeSession(
      instances,
      trials.map(({ query }) => query),
      {
        phase,
        session: this.sessions,
        blocks: phase === 'triage' ? effort.triageBlocks : effort.blocksPerSession,
        batchMs: effort.batchMs,
        random: createRandom(`${seed} ${scale} ${this.sessions}`),
        onProgress: (done, total) => onProgress(phase, scale, done, total),
      },
    )
    for (const [index, trial] of trials.entries()) {
      const course = courses[index]
      if (course === undefined) continue
      trial.blocks.push(...course.blocks)
      trial.executionsPerBatch = course.executionsPerBatch
      if (phase !== 'triage') continue
      const { targetSamples, targetBudgetMs } = effort
      trial.latenciesMs = await topUp(instances, course, targetSamples, targetBudgetMs)
    }
  }
}

function settle({ floor }: Reading): Judgement {
  const reason = `shown to be below ${Math.exp(floor).toFixed(2)}× in triage`
  return { verdict: 'unchanged', reason, adjustedP: null, detectable: null }
}

function seriesOf({ blocks }: Trial, phase: Block['phase']): Series {
  const own = blocks.filter((block) => block.phase === phase)
  const sessions = Array.from(new Set(own.map(({ session }) => session)), (session) =>
    own.filter((block) => block.session === session),
  )
  return {
    candidate: compare(sessions, ({ candidateMs }) => candidateMs),
    control: compare(sessions, ({ controlMs }) => controlMs),
    baseMedianMs: median(nonEmpty(own.flatMap(({ baseMs }) => baseMs))),
  }
}

/** d = ½[(ln b₁ + ln b₂) − (ln a₁ + ln a₂)], a block each. */
function compare(
  sessions: readonly (readonly Block[])[],
  armOf: (block: Block) => readonly [number, number],
): Sessions {
  const [first, ...rest] = sessions.map((blocks): Samples =>
    nonEmpty(
      blocks.map((block) => {
        const [[a1, a2], [b1, b2]] = [block.baseMs, armOf(block)]
        return (Math.log(b1) + Math.log(b2) - Math.log(a1) - Math.log(a2)) / 2
      }),
    ),
  )
  return [first ?? nonEmpty([]), ...rest]
}

function describe(trial: Trial, judged: Judged): TimedComparison {
  const { query, field, blocks, executionsPerBatch } = trial
  const { reading, series } = judged
  const last = blocks.filter(({ phase }) => phase === blocks.at(-1)?.phase)
  const { estimate, interval } = reading
  return {
    id: query.id,
    title: query.title,
    object: query.object,
    scale: field.ground.scale,
    verdict: judged.verdict,
    reason: judged.reason,
    baseMedianMs: series.baseMedianMs,
    candidateMedianMs: median(nonEmpty(last.flatMap(({ candidateMs }) => candidateMs))),
    ratio: Math.exp(estimate),
    ratioInterval: interval === null ? null : [Math.exp(interval[0]), Math.exp(interval[1])],
    limitRatio: Math.exp(reading.shift),
    controlRatio: Math.exp(reading.controlEstimate),
    adjustedP: judged.adjustedP,
    designEffect: reading.designEffect,
    detectable: judged.detectable,
    executionsPerBatch,
    blocks,
  }
}
