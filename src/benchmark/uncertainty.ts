import type { Measured } from './result.ts'

type Scatter = Pick<Measured, 'samples' | 'p50Ms' | 'madMs'>

/** What one size may be off by, however many samples there are: they share one process, one hour and one layout of the rows. */
const leastDrift = 0.05

/** Of normal noise, the standard deviation for a median absolute deviation of 1. */
const deviationOfMad = 1.4826

/** Standard error of a quantile of n normal samples, times √n: √(q(1 − q)) over the density there. */
const errorOfQuantile = { median: 1.2533, tail: 2.1133 } as const

/**
 * What an exact count may be off a law by, relative to it. The count has no noise, but the data has: how many rows of a few
 * are of some kind, or in how many blocks they lie, is chance.
 */
export function errorOfCount(count: number): number {
  return count === 0 ? leastDrift : Math.hypot(leastDrift, 1 / Math.sqrt(count))
}

/** The standard error of a median, relative to it; it counts for no less than its own scatter. */
export function errorOfMedian(scatter: Scatter): number {
  return errorOf(scatter, errorOfQuantile.median)
}

/** The same of p95: of five samples it is hardly more than the largest. */
export function errorOfTail(scatter: Scatter): number {
  return errorOf(scatter, errorOfQuantile.tail)
}

function errorOf({ samples, p50Ms, madMs }: Scatter, factor: number): number {
  const deviation = p50Ms === 0 ? 0 : (deviationOfMad * madMs) / p50Ms
  return Math.hypot(
    Math.max(leastDrift, deviation),
    (factor * deviation) / Math.sqrt(samples.length),
  )
}
