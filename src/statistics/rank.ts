import { normalQuantile, normalTail, probabilitySlack } from './distribution.ts'
import { orderStatistic, type Interval, type Samples } from './samples.ts'

/** Up to here null distributions are exact; above, normal: at 200 p is off by 4e-4 at most, and too large in the tail below 1 %. */
const exactLimit = 200

export interface SignedRankTest {
  /** Differences that were not exactly the shift; the others say nothing about the direction and are left out. */
  readonly n: number
  /** Sum of the ranks of the differences above the shift. */
  readonly rankSum: number
  /** One-sided. 1 when nothing is left to rank. */
  readonly p: number
  readonly method: 'exact' | 'normal'
}

/**
 * Wilcoxon's signed-rank test (Individual Comparisons by Ranking Methods, 1945) of "the differences lie symmetrically about
 * `shift`" against "about something greater", or less. Ties get mid-ranks, and p is exact for the ranks as they are: given the
 * sizes, each sign is a fair coin, so the distribution is counted over all 2^n signs, tied or not.
 */
export function testSignedRank(
  differences: Samples,
  shift: number,
  alternative: 'greater' | 'less',
): SignedRankTest {
  const sign = alternative === 'greater' ? 1 : -1
  const moved = differences.map((difference) => sign * (difference - shift)).filter((d) => d !== 0)
  const ranked = rankBySize(moved)
  const above = ranked.filter(({ difference }) => difference > 0).map(({ rank }) => rank)
  const sumAbove = above.reduce((sum, rank) => sum + rank, 0)

  const ranks = ranked.map(({ rank }) => rank)
  const total = ranks.reduce((sum, rank) => sum + rank, 0)
  const method = ranks.length <= exactLimit ? 'exact' : 'normal'
  const p = method === 'exact' ? exactTail(ranks, sumAbove) : approximateTail(ranks, sumAbove)
  const rankSum = alternative === 'greater' ? sumAbove : total - sumAbove
  return { n: ranks.length, rankSum, p, method }
}

/** Rank 1 for the smallest size; equal sizes share the mean of their ranks. */
function rankBySize(differences: readonly number[]): { difference: number; rank: number }[] {
  const sorted = differences.toSorted((one, other) => Math.abs(one) - Math.abs(other))
  const sizes = sorted.map(Math.abs)
  let [start, end] = [0, 0]
  return sorted.map((difference, index) => {
    if (index === end) {
      start = end
      while (end < sizes.length && sizes[end] === sizes[start]) end += 1
    }
    return { difference, rank: (start + 1 + end) / 2 }
  })
}

/** P(W >= rankSum), every sign a fair coin. Mid-ranks are halves at worst: then the doubled ones are whole numbers. */
function exactTail(ranks: readonly number[], rankSum: number): number {
  const scale = ranks.every(Number.isInteger) ? 1 : 2
  const masses = signDistribution(ranks.map((rank) => scale * rank))
  return masses.subarray(scale * rankSum).reduce((sum, mass) => sum + mass, 0)
}

/** The probability of each sum when every weight is in or out by a fair coin: element k is that of the sum k. */
function signDistribution(weights: readonly number[]): Float64Array {
  const masses = new Float64Array(weights.reduce((sum, weight) => sum + weight, 0) + 1)
  masses[0] = 1
  let reach = 0
  for (const weight of weights) {
    reach += weight
    for (let sum = reach; sum >= 0; sum -= 1) {
      const without = masses[sum] ?? 0
      const having = sum >= weight ? (masses[sum - weight] ?? 0) : 0
      masses[sum] = (without + having) / 2
    }
  }
  return masses
}

/** Mean and variance given the ranks, which corrects for ties; half a rank for continuity. */
function approximateTail(ranks: readonly number[], rankSum: number): number {
  const mean = ranks.reduce((sum, rank) => sum + rank, 0) / 2
  const variance = ranks.reduce((sum, rank) => sum + rank * rank, 0) / 4
  return normalTail((rankSum - mean - 0.5) / Math.sqrt(variance))
}

/** Asked again and again for the same few, and counted over all signs each time. */
const criticalSums = new Map<string, number | null>()

/**
 * The smallest rank sum of `n` untied differences that is significant: P(W >= it) <= alpha. Null when not even n differences
 * of one sign are, because 2^-n > alpha.
 */
export function criticalRankSum(n: number, alpha: number): number | null {
  const key = `${n} ${alpha}`
  const known = criticalSums.get(key)
  if (known !== undefined) return known
  const found = findCriticalRankSum(n, alpha)
  criticalSums.set(key, found)
  return found
}

function findCriticalRankSum(n: number, alpha: number): number | null {
  const ranks = Array.from({ length: n }, (_, index) => index + 1)
  if (n > exactLimit) {
    const [mean, variance] = [(n * (n + 1)) / 4, (n * (n + 1) * (2 * n + 1)) / 24]
    return Math.ceil(mean + 0.5 + normalQuantile(1 - alpha) * Math.sqrt(variance))
  }
  const masses = signDistribution(ranks)
  let tail = 0
  for (let rankSum = masses.length - 1; rankSum >= 0; rankSum -= 1) {
    tail += masses[rankSum] ?? 0
    // Relative, because levels divided by many tests are smaller than any fixed slack should be.
    if (tail > alpha * (1 + probabilitySlack))
      return rankSum === masses.length - 1 ? null : rankSum + 1
  }
  return 0
}

/** Hodges-Lehmann's estimate of where the differences lie: the median of all pairwise means. */
export function hodgesLehmann(differences: Samples): number {
  return middleOf(walshAverages(differences))
}

export interface Location {
  /** Hodges-Lehmann's, in the unit of the differences. */
  readonly estimate: number
  /** Every shift that the two-sided test would not reject; null when there are too few differences to reject any. */
  readonly interval: Interval | null
}

/**
 * Where the differences lie (Hodges & Lehmann 1963), with the interval that inverts the signed-rank test (Tukey 1949;
 * Hollander & Wolfe, Nonparametric Statistical Methods, section 3.3). Quadratic: 20 100 pairwise means for 200 differences.
 */
export function estimateLocation(differences: Samples, confidence: number): Location {
  const means = walshAverages(differences)
  const rank = boundRank(differences.length, (1 + confidence) / 2)
  return {
    estimate: middleOf(means),
    interval:
      rank === null
        ? null
        : [orderStatistic(means, rank), orderStatistic(means, means.length - rank + 1)],
  }
}

/** One-sided: the location is at or above this with at least this confidence; null when there are too few differences. */
export function lowerBoundOfLocation(differences: Samples, confidence: number): number | null {
  const rank = boundRank(differences.length, confidence)
  return rank === null ? null : orderStatistic(walshAverages(differences), rank)
}

/** One-sided: the location is at or below this with at least this confidence; null when there are too few differences. */
export function upperBoundOfLocation(differences: Samples, confidence: number): number | null {
  const rank = boundRank(differences.length, confidence)
  if (rank === null) return null
  const means = walshAverages(differences)
  return orderStatistic(means, means.length - rank + 1)
}

/** W above a shift is the number of pairwise means above it: a shift below this one is rejected. */
function boundRank(n: number, confidence: number): number | null {
  const critical = criticalRankSum(n, 1 - confidence)
  return critical === null ? null : (n * (n + 1)) / 2 - critical + 1
}

/** The means of all pairs, each difference paired with itself too, ascending. */
function walshAverages(differences: Samples): Float64Array {
  const means = new Float64Array((differences.length * (differences.length + 1)) / 2)
  let filled = 0
  for (const [index, one] of differences.entries()) {
    for (const other of differences.slice(index)) {
      means[filled] = (one + other) / 2
      filled += 1
    }
  }
  return means.toSorted()
}

function middleOf(sorted: Float64Array): number {
  const lower = orderStatistic(sorted, Math.ceil(sorted.length / 2))
  const upper = orderStatistic(sorted, Math.floor(sorted.length / 2) + 1)
  return (lower + upper) / 2
}
