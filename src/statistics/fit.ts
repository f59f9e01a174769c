import { HarnessError } from '../errors.ts'
import { normalQuantile, studentHalfWidth } from './distribution.ts'
import type { Interval } from './samples.ts'

/** From best to worst: how work grows with the number of rows. */
export const growthClasses = ['1', 'log n', 'n', 'n log n', 'n²'] as const
export type GrowthClass = (typeof growthClasses)[number]

/** How each class grows, natural logarithm; without the factor and the offset that are fitted. */
export const growthFunctions: Readonly<Record<GrowthClass, (rows: number) => number>> = {
  '1': () => 1,
  'log n': Math.log,
  n: (rows) => rows,
  'n log n': (rows) => rows * Math.log(rows),
  'n²': (rows) => rows * rows,
}

/** Work at one number of rows: blocks, tuples, or a median latency. Several points may share their rows. */
export interface GrowthPoint {
  /** More than 1, so that its logarithm is positive. */
  readonly rows: number
  /** At least 0, any unit. */
  readonly work: number
  /**
   * Standard error, relative to the work, where it is known; then every point of a fit has one. A point weighs the less, the
   * larger it is, and no fit is trusted more than these errors allow.
   */
  readonly error?: number
}

/** `work = offset + factor × f(rows)`, least squares of the relative error (work - law) / work. */
export interface Law {
  readonly growthClass: GrowthClass
  /** What is spent whatever the number of rows, in the unit of the work; 0 in a law through the origin. */
  readonly offset: number
  readonly factor: number
  /** Variance of the offset, of the factor, and their covariance. */
  readonly covariance: { readonly offset: number; readonly factor: number; readonly both: number }
  /** Residual standard deviation of one point, relative to its work. */
  readonly relativeError: number
  /** The same by the errors of the points where they are known: about 1 where the law is right, much more where it is not. */
  readonly scatter: number
  /** Points less fitted coefficients; infinite where the errors of the points were known, and need not be estimated. */
  readonly degrees: number
  /** By the criterion of the fit; less is better, and only differences mean anything. */
  readonly score: number
}

/**
 * Power of rows by which work grew over the whole range: 1 is proportional. Interval 95 %, Student t with n - 2 degrees, or
 * normal where the errors of the points are known.
 */
export interface Slope {
  readonly exponent: number
  readonly interval: Interval
}

export interface Growth {
  readonly slope: Slope
  /** The law of least AICc. */
  readonly best: Law
  /** Every law that the points cannot tell from the best (score less than 4 worse: Burnham & Anderson 2002), the best first. */
  readonly plausible: readonly [Law, ...Law[]]
  /** How laws were weighed: see `fitGrowth`. */
  readonly criterion: 'AICc' | 'AIC with 5 % noise' | 'AIC with known noise'
  /** Smallest and largest measured rows. */
  readonly measuredRows: Interval
}

/** What relative error is taken for granted where there are too few points to estimate it. */
const presumedError = 0.05
/** No measurement is trusted to less than a thousandth: keeps a perfect fit from outweighing everything. */
const leastError = 0.001
const plausibleDelta = 4
const confidence = 0.95

/**
 * Fits every class, with a constant overhead and without, and chooses by AICc (Hurvich & Tsai 1989), whose correction punishes
 * the second coefficient hard at five points. Below five points the AICc of a two-coefficient law does not exist (n <= k + 1,
 * k counting the error as well); there the error is presumed to be 5 % instead of estimated, for which
 * AIC = RSS / 0.05² + 2k needs no correction. Offsets and factors are never negative: no query saves work by having rows.
 *
 * Where the points have known errors, they weigh by them and stand in the place of the 5 %; what the points scatter beyond their
 * errors widens every interval as much (Particle Data Group, Review of Particle Physics, "scale factor").
 *
 * Null, because no law can be told, with fewer than three different numbers of rows or any work of 0.
 * @throws {HarnessError} E_GROWTH_POINT for rows of 1 or less, negative work, or anything not finite.
 */
export function fitGrowth(
  points: readonly GrowthPoint[],
  classes: readonly GrowthClass[] = growthClasses,
): Growth | null {
  for (const { rows, work } of points) {
    if (Number.isFinite(rows) && rows > 1 && Number.isFinite(work) && work >= 0) continue
    throw new HarnessError(
      'E_GROWTH_POINT',
      `Growth point: found work ${work} at ${rows} rows, expected finite work of at least 0 at more than 1 row`,
    )
  }
  const rows = points.map((point) => point.rows)
  if (new Set(rows).size < 3 || points.some(({ work }) => work === 0)) return null

  const [best, ...others] = classes
    .flatMap((growthClass) => lawsOf(growthClass, points))
    .toSorted((one, other) => one.score - other.score)
  if (best === undefined) return null
  return {
    slope: fitSlope(points),
    best,
    plausible: [best, ...others.filter(({ score }) => score - best.score < plausibleDelta)],
    criterion: criterionOf(points),
    measuredRows: [Math.min(...rows), Math.max(...rows)],
  }
}

function criterionOf(points: readonly GrowthPoint[]): Growth['criterion'] {
  if (isEstimable(points.length)) return 'AICc'
  return isKnown(points) ? 'AIC with known noise' : 'AIC with 5 % noise'
}

/** The law through the origin, and the one with an offset where that comes out positive. */
function lawsOf(growthClass: GrowthClass, points: readonly GrowthPoint[]): Law[] {
  const origin = fitThroughOrigin(growthClass, points)
  if (growthClass === '1') return [origin]
  const offset = fitWithOffset(growthClass, points)
  return offset === null ? [origin] : [origin, offset]
}

interface WeightedPoint {
  readonly unit: number
  readonly growth: number
  readonly weight: number
}

/** Divided by the work, a point asks for `offset × unit + factor × growth = 1`. */
function relativePoints(
  growthClass: GrowthClass,
  points: readonly GrowthPoint[],
): readonly WeightedPoint[] {
  return points.map((point) => ({
    unit: 1 / point.work,
    growth: growthFunctions[growthClass](point.rows) / point.work,
    weight: weightOf(point),
  }))
}

/** 1 where no errors are known: only relations between weights mean anything then. */
function weightOf({ error }: GrowthPoint): number {
  return error === undefined ? 1 : 1 / error ** 2
}

function fitThroughOrigin(growthClass: GrowthClass, points: readonly GrowthPoint[]): Law {
  const relative = relativePoints(growthClass, points)
  const squares = sumOf(relative, ({ growth, weight }) => weight * growth ** 2)
  const factor = sumOf(relative, ({ growth, weight }) => weight * growth) / squares
  const residual = sumOf(relative, ({ growth, weight }) => weight * (1 - factor * growth) ** 2)
  const degrees = points.length - 1
  return {
    growthClass,
    offset: 0,
    factor,
    covariance: { offset: 0, factor: scaleOf(residual, degrees, points) / squares, both: 0 },
    ...assess(residual, degrees, points),
  }
}

/**
 * Null where the best offset or factor is not positive, or comes to less than a thousandth even at the most rows: the law
 * through the origin, or the constant, says it better.
 */
function fitWithOffset(growthClass: GrowthClass, points: readonly GrowthPoint[]): Law | null {
  const relative = relativePoints(growthClass, points)
  const units = sumOf(relative, ({ unit, weight }) => weight * unit ** 2)
  const growths = sumOf(relative, ({ growth, weight }) => weight * growth ** 2)
  const both = sumOf(relative, ({ unit, growth, weight }) => weight * unit * growth)
  const unitSum = sumOf(relative, ({ unit, weight }) => weight * unit)
  const growthSum = sumOf(relative, ({ growth, weight }) => weight * growth)
  const determinant = units * growths - both ** 2
  const offset = (unitSum * growths - growthSum * both) / determinant
  const factor = (growthSum * units - unitSum * both) / determinant
  const grown = factor * Math.max(...points.map(({ rows }) => growthFunctions[growthClass](rows)))
  if (!(offset > 0 && grown > leastError * offset)) return null

  const residual = sumOf(
    relative,
    ({ unit, growth, weight }) => weight * (1 - offset * unit - factor * growth) ** 2,
  )
  const degrees = points.length - 2
  const scale = scaleOf(residual, degrees, points) / determinant
  return {
    growthClass,
    offset,
    factor,
    covariance: { offset: scale * growths, factor: scale * units, both: -scale * both },
    ...assess(residual, degrees, points),
  }
}

/** The two-coefficient law counts k = 3 with its error, and AICc divides by n - k - 1. */
function isEstimable(n: number): boolean {
  return n > 4
}

function isKnown(points: readonly GrowthPoint[]): boolean {
  return points.every(({ error }) => error !== undefined)
}

/**
 * The variance of a point of weight 1. Known errors are never found smaller than they are, because few points may agree by
 * chance.
 */
function scaleOf(residual: number, degrees: number, points: readonly GrowthPoint[]): number {
  return isKnown(points) ? Math.max(1, residual / degrees) : residual / degrees
}

/** `residual`: sum of squared relative errors, each by its weight. */
function assess(
  residual: number,
  degrees: number,
  points: readonly GrowthPoint[],
): Pick<Law, 'relativeError' | 'scatter' | 'degrees' | 'score'> {
  const n = points.length
  const k = n - degrees + 1
  const weights = sumOf(points, weightOf)
  const meanSquare = Math.max(residual / weights, leastError ** 2)
  const knownOrPresumed = isKnown(points) ? residual : residual / presumedError ** 2
  const score = isEstimable(n)
    ? n * Math.log(meanSquare) + 2 * k + (2 * k * (k + 1)) / (n - k - 1)
    : knownOrPresumed + 2 * k
  return {
    scatter: Math.sqrt(residual / degrees),
    relativeError: Math.sqrt((scaleOf(residual, degrees, points) * n) / weights),
    degrees: isKnown(points) ? Infinity : degrees,
    score,
  }
}

/** Least squares of log(work) on log(rows), each point by its weight: its relative error is the error of its logarithm. */
function fitSlope(points: readonly GrowthPoint[]): Slope {
  const logs = points.map((point) => ({
    x: Math.log(point.rows),
    y: Math.log(point.work),
    weight: weightOf(point),
  }))
  const weights = sumOf(logs, ({ weight }) => weight)
  const meanX = sumOf(logs, ({ x, weight }) => weight * x) / weights
  const meanY = sumOf(logs, ({ y, weight }) => weight * y) / weights
  const spread = sumOf(logs, ({ x, weight }) => weight * (x - meanX) ** 2)
  const exponent = sumOf(logs, ({ x, y, weight }) => weight * (x - meanX) * (y - meanY)) / spread
  const residual = sumOf(
    logs,
    ({ x, y, weight }) => weight * (y - meanY - exponent * (x - meanX)) ** 2,
  )
  const degrees = points.length - 2
  const error = Math.sqrt(scaleOf(residual, degrees, points) / spread)
  const halfWidth = halfWidthOf(isKnown(points) ? Infinity : degrees) * error
  return { exponent, interval: [exponent - halfWidth, exponent + halfWidth] }
}

/** How many standard errors 95 % are on either side. */
export function halfWidthOf(degrees: number): number {
  return degrees === Infinity
    ? normalQuantile((1 + confidence) / 2)
    : studentHalfWidth(confidence, degrees)
}

function sumOf<T>(items: readonly T[], valueOf: (item: T) => number): number {
  return items.reduce((sum, item) => sum + valueOf(item), 0)
}
