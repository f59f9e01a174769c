import { HarnessError } from '../errors.ts'
import { binomialQuantile } from './distribution.ts'

/** At least one number, each finite, in whatever unit the caller measures: there is no median of nothing. */
export type Samples = readonly [number, ...number[]]

/** Lower and upper end, both included. */
export type Interval = readonly [lower: number, upper: number]

/** The same numbers as `Samples`. @throws {HarnessError} E_SAMPLES when there are none or one is NaN or infinite. */
export function nonEmpty(numbers: readonly number[]): Samples {
  const [first, ...rest] = numbers
  if (first === undefined) {
    throw new HarnessError('E_SAMPLES', 'Samples: found none, expected at least one', {
      hint: 'Take a measurement before asking what it says.',
    })
  }
  const wrong = numbers.findIndex((number) => !Number.isFinite(number))
  if (wrong !== -1) {
    throw new HarnessError(
      'E_SAMPLES',
      `Sample ${wrong + 1} of ${numbers.length}: found ${numbers[wrong]}, expected a finite number`,
    )
  }
  return [first, ...rest]
}

/** Ascending copy. */
export function sortSamples(samples: Samples): Float64Array {
  return Float64Array.from(samples).toSorted()
}

/** The `rank`-th smallest, 1-based, of numbers in ascending order. @throws {RangeError} when there is no such rank. */
export function orderStatistic(sorted: Float64Array, rank: number): number {
  const value = sorted[rank - 1]
  if (value === undefined) {
    throw new RangeError(`order statistic ${rank}: expected a rank of 1 to ${sorted.length}`)
  }
  return value
}

/**
 * The point estimate behind every p50, p75, p95 and p99 that is shown: type 7 of Hyndman & Fan (Sample Quantiles in
 * Statistical Packages, 1996), linear between order statistics at (n - 1)q. It is the default of R and NumPy and what
 * Postgres calls `percentile_cont`, so a reader can recompute it anywhere. It is only an estimate: p99 of 20 samples lies
 * just below the largest one. Claims rest on `upperBoundOfQuantile`, which uses no interpolation.
 */
export function quantile(samples: Samples, q: number): number {
  const sorted = sortSamples(samples)
  const position = (sorted.length - 1) * q
  const below = Math.floor(position)
  const lower = orderStatistic(sorted, below + 1)
  const upper = orderStatistic(sorted, Math.ceil(position) + 1)
  return lower + (upper - lower) * (position - below)
}

/** Half of the samples on either side; the mean of the middle two of an even number. */
export function median(samples: Samples): number {
  return quantile(samples, 0.5)
}

/** Median absolute deviation from the median, unscaled: for normal noise it is 0.6745 of the standard deviation. */
export function medianAbsoluteDeviation(samples: Samples): number {
  const middle = median(samples)
  return median(nonEmpty(samples.map((sample) => Math.abs(sample - middle))))
}

/**
 * The smallest order statistic that lies at or above the true q-quantile with at least this confidence, or null when even the
 * largest sample does not (see `samplesNeeded`). Free of any assumption about the distribution: the number of samples below
 * the quantile is Binomial(n, q) (Conover, Practical Nonparametric Statistics, section 3.2). Samples must be independent.
 */
export function upperBoundOfQuantile(
  samples: Samples,
  q: number,
  confidence: number,
): number | null {
  const rank = binomialQuantile(confidence, samples.length, q) + 1
  return rank > samples.length ? null : orderStatistic(sortSamples(samples), rank)
}

/** The mirror of `upperBoundOfQuantile`: at or below the true q-quantile with at least this confidence, or null. */
export function lowerBoundOfQuantile(
  samples: Samples,
  q: number,
  confidence: number,
): number | null {
  const rank = samples.length - binomialQuantile(confidence, samples.length, 1 - q)
  return rank < 1 ? null : orderStatistic(sortSamples(samples), rank)
}

/** Two-sided interval of the q-quantile, half of the risk on either side; null when there are too few samples. */
export function intervalOfQuantile(
  samples: Samples,
  q: number,
  confidence: number,
): Interval | null {
  const oneSided = (1 + confidence) / 2
  const lower = lowerBoundOfQuantile(samples, q, oneSided)
  const upper = upperBoundOfQuantile(samples, q, oneSided)
  return lower === null || upper === null ? null : [lower, upper]
}

/** Two-sided interval of the median; null below 6 samples at 95 %. */
export function intervalOfMedian(samples: Samples, confidence: number): Interval | null {
  return intervalOfQuantile(samples, 0.5, confidence)
}

/** How many samples `upperBoundOfQuantile` needs to give a bound at all: 59 for p95 at 95 %, 299 for p99. */
export function samplesNeeded(q: number, confidence: number): number {
  let n = 1
  while (binomialQuantile(confidence, n, q) >= n) n += 1
  return n
}
