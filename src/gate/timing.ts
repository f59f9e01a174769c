import { createRandom } from '../random.ts'
import { type Samples, median, nonEmpty } from '../statistics/samples.ts'
import type { Sessions } from '../statistics/session.ts'
import { type Latencies, timeSession, topUp } from './block.ts'
import { type GateEffort, alpha } from './effort.ts'
import type { Ground, Instances } from './ground.ts'
import { type Plan, promise } from './promise.ts'
import type { Query } from './query.ts'
import type { Block, TimedComparison, TimingFacts, VerdictName } from './result.ts'
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
  readonly latencies: ReadonlyMap<string, Latencies>
}

/** One query at one scale on its way to a verdict. */
interface Trial {
  readonly field: Field
  readonly query: Query
  executionsPerBatch: number
  readonly blocks: Block[]
  latenciesMs: Latencies
}

interface Judged extends Judgement {
  readonly reading: Reading
  readonly series: Series
}

export function keyOf(id: string, scale: number): string {
  return `${id} ${scale}`
}

/**
 * Triage on few blocks, a decision on fresh blocks of fresh instances for whatever that leaves open, and a confirmation, on new
 * instances again, of whatever seems to have changed. What was contaminated is decided, or confirmed, once more, and only once.
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
  const court = new Court(trials.length, options)
  const open = await court.triage(trials)
  await court.decide(open, 'decision')
  await court.decide(court.among(open, 'contaminated'), 'repeated decision')
  await court.confirm(court.among(open, 'slower', 'faster'))
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
  /** The whole family. */
  readonly #tests: number
  readonly #options: TimingOptions
  readonly #judged = new Map<Trial, Judged>()

  constructor(tests: number, options: TimingOptions) {
    this.#tests = tests
    this.#options = options
  }

  among(trials: readonly Trial[], ...verdicts: readonly VerdictName[]): readonly Trial[] {
    return trials.filter((trial) => {
      const judged = this.#judged.get(trial)
      return judged !== undefined && verdicts.includes(judged.verdict)
    })
  }

  /** Returns what is still open. */
  async triage(trials: readonly Trial[]): Promise<readonly Trial[]> {
    const { triageSessions, triageBlocksPerSession } = this.#options.effort
    if (triageSessions === 0) return trials
    await this.#run(trials, 'triage', triageSessions, triageBlocksPerSession)
    for (const trial of trials) {
      const series = seriesOf(trial, 'triage')
      const reading = readSeries(series)
      if (!isPlainlyUnchanged(reading)) continue
      this.#judged.set(trial, { ...settle(reading), reading, series })
    }
    return trials.filter((trial) => !this.#judged.has(trial))
  }

  async decide(
    trials: readonly Trial[],
    phase: Exclude<Block['phase'], 'triage'>,
    tests: number = this.#tests,
  ): Promise<void> {
    const { sessions, blocksPerSession } = this.#options.effort
    await this.#run(trials, phase, sessions, blocksPerSession)
    const series = trials.map((trial) => seriesOf(trial, phase))
    const readings = series.map(readSeries)
    for (const [index, judgement] of judgeFamily(readings, tests, alpha).entries()) {
      const [trial, own, reading] = [trials[index], series[index], readings[index]]
      if (trial === undefined || own === undefined || reading === undefined) continue
      this.#judged.set(trial, { ...judgement, series: own, reading })
    }
  }

  /** Only what says the same again stands. */
  async confirm(trials: readonly Trial[]): Promise<void> {
    const before = trials.map((trial) => this.#judged.get(trial)?.verdict)
    await this.decide(trials, 'confirmation', trials.length)
    const contaminated = this.among(trials, 'contaminated')
    await this.decide(contaminated, 'repeated confirmation', trials.length)
    for (const [index, trial] of trials.entries()) {
      const now = this.#judged.get(trial)
      if (now === undefined || now.verdict === before[index]) continue
      const reason = `${before[index]} at first, not confirmed on new instances: ${now.reason}`
      this.#judged.set(trial, { ...now, verdict: 'inconclusive', reason })
    }
  }

  conclude(trials: readonly Trial[]): readonly TimedComparison[] {
    const { sessions, blocksPerSession } = this.#options.effort
    const plan = { sessions, blocksPerSession, level: alpha / this.#tests }
    return trials.flatMap((trial) => {
      const judged = this.#judged.get(trial)
      return judged === undefined ? [] : [describe(trial, judged, plan)]
    })
  }

  async #run(
    trials: readonly Trial[],
    phase: Block['phase'],
    sessions: number,
    blocks: number,
  ): Promise<void> {
    for (const field of new Set(trials.map((trial) => trial.field))) {
      const own = trials.filter((trial) => trial.field === field)
      for (let session = 1; session <= sessions; session += 1) {
        const isLast = phase === 'triage' && session === sessions
        await this.#runSession(field, own, { phase, blocks, isLast })
      }
    }
  }

  async #runSession(
    field: Field,
    trials: readonly Trial[],
    { phase, blocks, isLast }: SessionPlan,
  ): Promise<void> {
    const { effort, seed, instrument, onProgress } = this.#options
    this.sessions += 1
    const { scale } = field.ground
    const random = createRandom(`${seed} ${scale} ${this.sessions}`)
    await using opened = await field.ground.open(random)
    const instances = instrument?.(opened) ?? opened
    const courses = await timeSession(
      instances,
      trials.map(({ query }) => query),
      {
        phase,
        session: this.sessions,
        blocks,
        batchMs: effort.batchMs,
        random,
        onProgress: (done, total) => onProgress(phase, scale, done, total),
      },
    )
    for (const [index, trial] of trials.entries()) {
      const course = courses[index]
      if (course === undefined) continue
      trial.blocks.push(...course.blocks)
      trial.executionsPerBatch = course.executionsPerBatch
      if (phase !== 'triage') continue
      trial.latenciesMs = join(trial.latenciesMs, course.latenciesMs)
      if (!isLast) continue
      trial.latenciesMs = await topUp(instances, trial.query, trial.latenciesMs, effort)
    }
  }
}

interface SessionPlan {
  readonly phase: Block['phase']
  readonly blocks: number
  /** Of triage: there are no more latencies to come. */
  readonly isLast: boolean
}

function join(some: Latencies, more: Latencies): Latencies {
  return {
    base: [...some.base, ...more.base],
    candidate: [...some.candidate, ...more.candidate],
  }
}

function settle({ floor }: Reading): Judgement {
  const reason = `shown to be below ${Math.exp(floor).toFixed(2)}× in triage`
  return { verdict: 'unchanged', reason, adjustedP: null }
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

function compare(
  sessions: readonly (readonly Block[])[],
  armOf: (block: Block) => readonly [number, number],
): Sessions {
  const [first, ...rest] = sessions.map((blocks): Samples =>
    nonEmpty(blocks.map((block) => logRatio(block, armOf(block)))),
  )
  return [first ?? nonEmpty([]), ...rest]
}

/** d = ½[(ln b₁ + ln b₂) − (ln a₁ + ln a₂)], a block each; the a are the base's. */
export function logRatio(
  { baseMs: [a1, a2] }: Pick<Block, 'baseMs'>,
  [b1, b2]: readonly [number, number],
): number {
  return (Math.log(b1) + Math.log(b2) - Math.log(a1) - Math.log(a2)) / 2
}

function describe(trial: Trial, judged: Judged, plan: Plan): TimedComparison {
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
    detectable: promise(series, reading, plan),
    executionsPerBatch,
    blocks,
  }
}
