import type { BenchDocument, GrowthFacts, GrowthLaw, Measured, Rung } from '../benchmark/result.ts'
import { formatMs, formatRows } from '../units.ts'
import { describeReach } from './growth.ts'

/** How a p95 stands to its target; null where nothing is promised. */
export type Claim = 'met' | 'missed' | 'too-close' | 'too-few-samples' | null

/** Below so many samples no p95 can be shown to be below anything. */
const enoughSamples = 59

/** One workload at one size. */
export interface LadderTiming {
  readonly p50: string
  readonly p95: string
  readonly claim: Claim
  /** How many samples, where they are few. */
  readonly fewSamples: number | null
}

/** One workload over all sizes: the headline of a ladder. */
export interface LadderStep {
  readonly title: string
  /** One a rung; null where it was not measured. */
  readonly timings: readonly (LadderTiming | null)[]
  /** `n log n`, or several that the points can't tell apart. */
  readonly growth: string
  /** Where p95 reaches the target. */
  readonly reach: string
  /** The sizes from which the plan is another one. */
  readonly planChanges: readonly string[]
  /** Those that the plan uses at the largest size. */
  readonly indexes: readonly string[]
}

/** Whether there is more than one size, and so something to compare. */
export function isLadder({ rungs }: BenchDocument): boolean {
  return rungs.length > 1
}

export function listSteps({ growth, rungs }: BenchDocument): readonly LadderStep[] {
  return growth.map((facts) => ({
    title: facts.title,
    timings: rungs.map((rung) => describeTiming(facts, rung)),
    growth: describeGrowth(facts),
    // Where the law can't be told, neither can what follows from it.
    reach:
      facts.reach === null || isNoisy(facts)
        ? ''
        : describeReach(facts.reach, largestOf(facts), facts.over),
    planChanges: facts.points
      .filter(({ isPlanChanged }) => isPlanChanged)
      .map(({ scale }) => formatRows(scale)),
    indexes: facts.points.at(-1)?.indexes ?? [],
  }))
}

function largestOf({ points }: GrowthFacts): number {
  return Math.max(...points.map(({ rows }) => rows))
}

function describeTiming(
  { workloadId, points }: GrowthFacts,
  { scale, measurements }: Rung,
): LadderTiming | null {
  const point = points.find((mark) => mark.scale === scale)
  if (point === undefined) return null
  const measurement = measurements.find((one) => one.workloadId === workloadId)
  const measured = measurement?.state === 'measured' ? measurement : null
  const samples = measured?.samples.length ?? 0
  return {
    p50: formatMs(point.p50Ms),
    p95: formatMs(point.p95Ms),
    claim: claimOf(measured),
    fewSamples: samples < enoughSamples ? samples : null,
  }
}

function claimOf(measured: Pick<Measured, 'target'> | null): Claim {
  const target = measured?.target ?? null
  if (target === null) return null
  return target.claim === 'not-shown' ? (target.reason ?? 'too-few-samples') : target.claim
}

function describeGrowth(facts: GrowthFacts): string {
  const { time, classes, over } = facts
  if (time === null) return 'growth not told: too few sizes'
  if (classes.length === 0) return 'growth not told: its work follows no class'
  if (isNoisy(facts)) return 'growth not told: too noisy'
  const others = time.plausible.filter((one) => one !== time.growthClass)
  const names = [time.growthClass, ...others].join(' or ')
  return over === 'events' ? names : `${names} over ${over}`
}

/** Who can't rule out most of the five classes knows nothing. */
function isNoisy({ time }: GrowthFacts): boolean {
  return time !== null && new Set([time.growthClass, ...time.plausible]).size > 3
}

/** How one workload grows, in numbers: slopes of log on log, each with its 95 % interval. */
export interface LawLine {
  readonly title: string
  readonly over: string
  /** By its exact work. */
  readonly classes: string
  readonly time: string
  readonly blocks: string
  readonly tuples: string
}

export function listLaws({ growth }: BenchDocument): readonly LawLine[] {
  return growth.flatMap(({ title, over, classes, time, blocks, tuples }) =>
    time === null && blocks === null && tuples === null
      ? []
      : [
          {
            title,
            over,
            classes: classes.join(', '),
            time: describeSlope(time),
            blocks: describeSlope(blocks),
            tuples: describeSlope(tuples),
          },
        ],
  )
}

function describeSlope(law: GrowthLaw | null): string {
  if (law === null) return ''
  const [lower, upper] = law.exponentInterval
  return `${law.exponent.toFixed(2)} (${lower.toFixed(2)} to ${upper.toFixed(2)})`
}

/** The largest size as the smaller ones foretold it, beside what was measured there. */
export interface Foretold {
  readonly title: string
  readonly scale: string
  /** How many smaller sizes. */
  readonly sizes: number
  readonly predicted: string
  readonly interval: string
  readonly measured: string
  readonly isInside: boolean
}

export function listForetold({ growth }: BenchDocument): readonly Foretold[] {
  return growth.flatMap(({ title, foretelling }) => {
    if (foretelling === null) return []
    const { scale, sizes, predictedMs, intervalMs, measuredMs, isInside } = foretelling
    const [lower, upper] = intervalMs
    return [
      {
        title,
        scale: formatRows(scale),
        sizes,
        predicted: formatMs(Math.max(0, predictedMs)),
        interval: `${formatMs(Math.max(0, lower))} to ${formatMs(Math.max(0, upper))}`,
        measured: formatMs(measuredMs),
        isInside,
      },
    ]
  })
}
