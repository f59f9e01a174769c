import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  criticalRankSum,
  estimateLocation,
  lowerBoundOfLocation,
  testSignedRank,
  upperBoundOfLocation,
} from '../../src/statistics/rank.ts'
import { nonEmpty, type Samples } from '../../src/statistics/samples.ts'
import { createNormal, draw, shareOf, simulationError } from './noise.ts'

/** Heights of cross- less self-fertilised maize, in eighths of an inch: Darwin 1876, in Fisher, The Design of Experiments. */
const darwin: Samples = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]

/** Depression scale before less after: Hollander & Wolfe, table 3.1, the example of R's `wilcox.test`. */
const depression: Samples = nonEmpty(
  [
    [1.83, 0.878],
    [0.5, 0.647],
    [1.62, 0.598],
    [2.48, 2.05],
    [1.68, 1.06],
    [1.88, 1.29],
    [1.55, 1.06],
    [3.06, 3.14],
    [1.3, 1.29],
  ].map(([before = 0, after = 0]) => before - after),
)

/** p over all 2^n signs, one by one: nothing shared with the code under test. */
function enumerateP(differences: readonly number[]): number {
  const sizes = differences.filter((difference) => difference !== 0).map(Math.abs)
  const rankOf = (size: number): number =>
    sizes.filter((other) => other < size).length +
    (sizes.filter((other) => other === size).length + 1) / 2
  const ranks = sizes.map(rankOf)
  const observed = differences
    .filter((difference) => difference > 0)
    .reduce((sum, size) => sum + rankOf(size), 0)
  const sums = Array.from({ length: 2 ** ranks.length }, (_, signs) =>
    ranks.reduce((sum, rank, index) => sum + (Math.floor(signs / 2 ** index) % 2) * rank, 0),
  )
  return sums.filter((sum) => sum >= observed).length / sums.length
}

const tiedDifferences = fc.array(
  fc.integer({ min: -6, max: 6 }).map((n) => n + 0),
  {
    minLength: 1,
    maxLength: 11,
  },
)
const smoothDifferences = fc
  .uniqueArray(fc.integer({ min: -100_000, max: 100_000 }), { minLength: 2, maxLength: 30 })
  .map(nonEmpty)

describe('testSignedRank', () => {
  test("Darwin's maize: ranks 10 and 14 are negative, p = 0.0413 on both sides", () => {
    expect(testSignedRank(darwin, 0, 'greater')).toEqual({
      n: 15,
      rankSum: 96,
      p: 676 / 2 ** 15,
      method: 'exact',
    })
  })

  test('the rank sum is that of the differences above the shift, whichever way one asks', () => {
    const less = testSignedRank(darwin, 0, 'less')
    expect(less.rankSum).toBe(96)
    expect(less.p).toBeGreaterThan(0.97)
  })

  test('Hollander & Wolfe: V = 40, p = 0.01953', () => {
    expect(testSignedRank(depression, 0, 'greater')).toMatchObject({
      n: 9,
      rankSum: 40,
      p: 10 / 512,
    })
  })

  test('above 200 it takes the normal distribution, with ties and continuity as SciPy does', () => {
    const differences = nonEmpty(
      Array.from({ length: 250 }, (_, index) => (((index * 7919) % 401) - 190) / 10),
    )
    const greater = testSignedRank(differences, 0, 'greater')
    // scipy.stats.wilcoxon(method='asymptotic', correction=True)
    expect(greater).toMatchObject({ n: 249, rankSum: 17_545, method: 'normal' })
    expect(greater.p).toBeCloseTo(0.04073943717367755, 12)
  })

  test('the two methods meet at the limit', () => {
    const differences = draw(200, createNormal('limit')).map((value) => value + 0.1)
    const exact = testSignedRank(nonEmpty(differences), 0, 'greater')
    // One more, smaller than all: every other rank moves up by one.
    const normal = testSignedRank(nonEmpty([...differences, 1e-9]), 0, 'greater')
    expect([exact.method, normal.method]).toEqual(['exact', 'normal'])
    expect(exact.p).toBeGreaterThan(0.001)
    expect(Math.abs(normal.p / exact.p - 1)).toBeLessThan(0.05)
  })

  test('is the share of sign patterns at least as extreme, with ties and zeros', () => {
    fc.assert(
      fc.property(tiedDifferences, (differences) => {
        const { p } = testSignedRank(nonEmpty(differences), 0, 'greater')
        expect(p).toBeCloseTo(enumerateP(differences), 12)
      }),
      { numRuns: 60 },
    )
  })

  test('a shift moves the differences, and less is the mirror of greater', () => {
    fc.assert(
      fc.property(tiedDifferences, fc.integer({ min: -3, max: 3 }), (differences, shift) => {
        const samples = nonEmpty(differences)
        const { p } = testSignedRank(samples, shift, 'greater')
        const moved = nonEmpty(differences.map((difference) => difference - shift))
        expect(testSignedRank(moved, 0, 'greater').p).toBe(p)
        const mirrored = nonEmpty(differences.map((difference) => -difference))
        expect(testSignedRank(mirrored, -shift, 'less').p).toBe(p)
      }),
    )
  })

  test('differences that are all the shift show nothing', () => {
    expect(testSignedRank([5, 5, 5], 5, 'greater')).toMatchObject({ n: 0, p: 1 })
  })

  test('alarms on identical arms no more often than it says', () => {
    const noise = createNormal('A/A')
    const rounds = 4_000
    const alarms = shareOf(rounds, () => testSignedRank(draw(14, noise), 0, 'greater').p <= 0.05)
    expect(alarms).toBeLessThan(0.05 + simulationError(0.05, rounds))
    expect(alarms).toBeGreaterThan(0.03)
  })
})

/** The critical value in standard deviations from the mean, so that different numbers of differences can be compared. */
function standardised(n: number): number {
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24)
  return ((criticalRankSum(n, 0.01) ?? 0) - (n * (n + 1)) / 4) / deviation
}

describe('criticalRankSum', () => {
  // Wilcoxon's table of T: the greatest smaller sum at a one-sided level, here n(n + 1)/2 - T.
  test.each([
    [6, 0.025, 0],
    [8, 0.025, 3],
    [10, 0.025, 8],
    [10, 0.01, 5],
    [15, 0.025, 25],
    [20, 0.005, 37],
    [25, 0.01, 76],
  ])('%i differences at %f: T = %i', (n, alpha, smaller) => {
    expect(criticalRankSum(n, alpha)).toBe((n * (n + 1)) / 2 - smaller)
  })

  test('is null where all signs alike are not enough', () => {
    expect(criticalRankSum(12, 0.01 / 80)).toBeNull()
    expect(criticalRankSum(13, 0.01 / 80)).toBe(91)
  })

  test('the exact and the normal value meet', () => {
    expect(Math.abs(standardised(201) - standardised(200))).toBeLessThan(0.01)
  })
})

describe('estimateLocation', () => {
  test('Hollander & Wolfe: 0.46 with 96 % interval 0.010 to 0.786', () => {
    const { estimate, interval } = estimateLocation(depression, 0.96)
    expect(estimate).toBeCloseTo(0.46, 10)
    expect(interval?.map((end) => end.toFixed(3))).toEqual(['0.010', '0.786'])
  })

  test('is the median of the pairwise means', () => {
    expect(estimateLocation([1, 2, 10], 0.5).estimate).toBe((2 + 5.5) / 2)
    expect(estimateLocation(darwin, 0.95).estimate).toBe(25)
  })

  test('five differences reject nothing at 95 %, six do', () => {
    expect(estimateLocation([1, 2, 3, 4, 5], 0.95).interval).toBeNull()
    expect(estimateLocation([1, 2, 3, 4, 5, 6], 0.95).interval).toEqual([1, 6])
    expect(lowerBoundOfLocation([1, 2, 3, 4], 0.95)).toBeNull()
    expect(upperBoundOfLocation([1, 2, 3, 4], 0.95)).toBeNull()
  })

  test('the bounds are where the test turns: rejected just outside, kept just inside', () => {
    fc.assert(
      fc.property(smoothDifferences, fc.constantFrom(0.8, 0.95, 0.99), (samples, confidence) => {
        const lower = lowerBoundOfLocation(samples, confidence) ?? -Infinity
        const upper = upperBoundOfLocation(samples, confidence) ?? Infinity
        fc.pre(Number.isFinite(lower) && Number.isFinite(upper))
        // An irrational step below the grid of halves keeps ties out of the shifted differences.
        const step = Math.SQRT2 / 100
        const alpha = 1 - confidence + 1e-9
        expect(testSignedRank(samples, lower - step, 'greater').p).toBeLessThanOrEqual(alpha)
        expect(testSignedRank(samples, lower + step, 'greater').p).toBeGreaterThan(alpha)
        expect(testSignedRank(samples, upper + step, 'less').p).toBeLessThanOrEqual(alpha)
        expect(testSignedRank(samples, upper - step, 'less').p).toBeGreaterThan(alpha)
      }),
    )
  })

  test.each([10, 25])(
    'the interval of %i differences covers the truth as often as it says',
    (n) => {
      const noise = createNormal(`coverage ${n}`)
      const rounds = 3_000
      const covered = shareOf(rounds, () => {
        const { interval } = estimateLocation(
          draw(n, () => 7 + noise() ** 3),
          0.9,
        )
        return interval !== null && interval[0] <= 7 && 7 <= interval[1]
      })
      expect(covered).toBeGreaterThan(0.9 - simulationError(0.9, rounds))
      expect(covered).toBeLessThan(0.95)
    },
  )
})
