import { bisect } from './distribution.ts'
import { growthFunctions, halfWidthOf, type Growth, type GrowthClass, type Law } from './fit.ts'
import type { Interval } from './samples.ts'

/** Beyond this many times the largest measured rows a law is a guess: plans change, memory runs out. */
const trustedExtrapolation = 10
/** No table has as many rows as this: what is reached here or later is never reached. */
const mostRows = 1e18

export interface Prediction {
  /** In the unit of the work that was fitted. */
  readonly work: number
  /**
   * Where a measurement at these rows should fall, 95 %: uncertainty of the coefficients and noise of one more point, Student t
   * with the law's degrees of freedom, widened to hold the intervals of all plausible laws. Never below 0.
   */
  readonly interval: Interval
  /** `rows` divided by the largest measured rows. */
  readonly extrapolation: number
  /** True when extrapolating more than tenfold. */
  readonly farOut: boolean
}

/** What the best law says about work at `rows` (more than 1). */
export function predictWork(growth: Growth, rows: number): Prediction {
  const intervals = growth.plausible.map((law) => intervalAt(law, rows))
  return {
    work: workAt(growth.best, rows),
    interval: hullOf(intervals),
    ...extrapolate(growth, rows),
  }
}

/** At how many rows the target is reached. */
export type Crossing =
  /** No plausible law reaches the target before 10^18 rows, with 95 %. */
  | { readonly reached: 'never' }
  /** The best law does not, but others that are as plausible do, from so many rows on at the earliest. */
  | { readonly reached: 'not-told'; readonly earliest: number }
  /** At the smallest measured rows, or before. */
  | { readonly reached: 'already' }
  | {
      readonly reached: 'at'
      /** Where the law meets the target, to the nearest whole row. */
      readonly rows: number
      /**
       * 95 %, by Fieller's theorem (Some Problems in Interval Estimation, 1954), widened to all plausible laws that grow.
       * No upper end (null) where the data cannot exclude that the target is never reached.
       */
      readonly interval: readonly [lower: number, upper: number | null]
      readonly extrapolation: number
      readonly farOut: boolean
    }

/** Where the best law meets `target`, in the unit of the work that was fitted. */
export function findCrossing(growth: Growth, target: number): Crossing {
  const { best, plausible } = growth
  if (workAt(best, growth.measuredRows[0]) >= target) return { reached: 'already' }
  const growing = plausible.filter((law) => law.growthClass !== '1')
  const [lower, upper] = hullOf(growing.map((law) => crossingInterval(law, target)))
  const rows = Math.round(rowsAt(best.growthClass, (target - best.offset) / best.factor))
  if (best.growthClass === '1' || rows >= mostRows) {
    return lower >= mostRows ? { reached: 'never' } : { reached: 'not-told', earliest: lower }
  }
  const canStayBelow = plausible.some((law) => law.growthClass === '1' && law.factor < target)
  const hasEnd = upper < mostRows && !canStayBelow
  return {
    reached: 'at',
    rows,
    interval: [Math.min(lower, rows), hasEnd ? Math.max(upper, rows) : null],
    ...extrapolate(growth, rows),
  }
}

function extrapolate(
  { measuredRows }: Growth,
  rows: number,
): { extrapolation: number; farOut: boolean } {
  const extrapolation = rows / measuredRows[1]
  return { extrapolation, farOut: extrapolation > trustedExtrapolation }
}

function workAt(law: Law, rows: number): number {
  return law.offset + law.factor * growthFunctions[law.growthClass](rows)
}

function intervalAt(law: Law, rows: number): Interval {
  const work = workAt(law, rows)
  const growth = growthFunctions[law.growthClass](rows)
  const { offset, factor, both } = law.covariance
  const ofLaw = offset + 2 * both * growth + factor * growth ** 2
  const ofPoint = (law.relativeError * work) ** 2
  const halfWidth = halfWidthOf(law.degrees) * Math.sqrt(ofLaw + ofPoint)
  return [Math.max(0, work - halfWidth), work + halfWidth]
}

/**
 * All f with (offset + factor × f - target)² <= t² var(offset + factor × f): a quadratic in f. Where its leading coefficient is
 * not positive, the factor is not clearly above 0 and the set has no upper end.
 */
function crossingInterval(law: Law, target: number): Interval {
  const t = halfWidthOf(law.degrees)
  const { offset, factor, both } = law.covariance
  const distance = target - law.offset
  const a = law.factor ** 2 - t ** 2 * factor
  const halfB = -law.factor * distance - t ** 2 * both
  const c = distance ** 2 - t ** 2 * offset
  const discriminant = halfB ** 2 - a * c
  const rowsOf = (f: number): number => rowsAt(law.growthClass, f)
  if (a > 0) {
    const root = Math.sqrt(Math.max(0, discriminant))
    return [rowsOf((-halfB - root) / a), rowsOf((-halfB + root) / a)]
  }
  // Opening downwards, the set lies outside of the two roots; the crossing itself is beyond the larger or before the smaller.
  const larger = discriminant > 0 ? (-halfB - Math.sqrt(discriminant)) / a : -Infinity
  return [distance / law.factor >= larger ? rowsOf(larger) : 0, mostRows]
}

/** The rows at which a class reaches the value `f`: 0 where it is above it from the start, `mostRows` at most. */
function rowsAt(growthClass: GrowthClass, f: number): number {
  if (f <= 0) return 0
  return bisect(0, mostRows, (rows) => growthFunctions[growthClass](rows) >= f)
}

function hullOf(intervals: readonly Interval[]): Interval {
  return [
    Math.min(...intervals.map(([lower]) => lower)),
    Math.max(...intervals.map(([, upper]) => upper)),
  ]
}
