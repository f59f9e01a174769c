import { describe, expect, test } from 'vitest'
import {
  blocksForEffect,
  noiseScale,
  powerOfSignedRank,
  smallestDetectable,
} from '../../src/statistics/power.ts'
import { normalTail } from '../../src/statistics/distribution.ts'
import { criticalRankSum, testSignedRank } from '../../src/statistics/rank.ts'
import { median, nonEmpty } from '../../src/statistics/samples.ts'
import { createNormal, draw, shareOf, simulationError } from './noise.ts'

/** One of 80 tests at 1 %, under Holm. */
const alpha = 0.01 / 80
const demand = { shift: 0.05, alpha, power: 0.8 }

describe('noiseScale', () => {
  test('is the standard deviation of normal noise, without bias at 8 differences', () => {
    const noise = createNormal('scale')
    const scales = Array.from({ length: 2_000 }, () => noiseScale(draw(8, () => 3 * noise())) ?? 0)
    const mean = scales.reduce((sum, scale) => sum + scale, 0) / scales.length
    expect(Math.abs(mean / 3 - 1)).toBeLessThan(0.02)
  })

  test('two differences: their distance times sqrt(pi)/2', () => {
    expect(noiseScale([1, 3])).toBeCloseTo(Math.sqrt(Math.PI), 12)
    expect(noiseScale([5])).toBeNull()
  })
})

describe('powerOfSignedRank', () => {
  test.each([
    [8, 0.01, 1.7],
    [16, alpha, 1.7],
    [20, 0.01, 0.85],
    [50, alpha, 0.7],
  ])('%i differences at %f, %f deviations away: as simulated', (n, level, effect) => {
    const noise = createNormal(`power ${n}`)
    const rounds = 800
    const found = shareOf(rounds, () => {
      const differences = draw(n, () => effect + noise())
      return testSignedRank(differences, 0, 'greater').p <= level
    })
    const promised = powerOfSignedRank(effect, n, level)
    // At the smallest samples it may promise up to ten points less than it keeps, never more.
    expect(found).toBeGreaterThan(promised - simulationError(0.5, rounds))
    expect(found).toBeLessThan(promised + 0.1 + simulationError(0.5, rounds))
  })

  test('without an effect it has the mean and variance that Wilcoxon gave', () => {
    const critical = criticalRankSum(20, 0.05) ?? 0
    const z = (critical - 0.5 - (20 * 21) / 4) / Math.sqrt((20 * 21 * 41) / 24)
    expect(powerOfSignedRank(0, 20, 0.05)).toBeCloseTo(normalTail(z), 10)
  })

  test('grows with the effect, and is nothing where no p can be small enough', () => {
    expect(powerOfSignedRank(0.5, 30, 0.01)).toBeLessThan(powerOfSignedRank(0.6, 30, 0.01))
    expect(powerOfSignedRank(9, 12, alpha)).toBe(0)
    expect(powerOfSignedRank(9, 13, alpha)).toBeGreaterThan(0.99)
  })
})

describe('smallestDetectable', () => {
  test.each([20, 50])(
    'an effect of that size is found as often as demanded with %i blocks',
    (n) => {
      const noise = createNormal(`detect ${n}`)
      const rounds = 800
      const found = shareOf(rounds, () => {
        const seen = draw(n, () => 0.1 * noise())
        const effect = smallestDetectable(seen, demand) ?? 0
        const fresh = draw(n, () => effect + 0.1 * noise())
        return testSignedRank(fresh, demand.shift, 'greater').p <= alpha
      })
      expect(Math.abs(found - 0.8)).toBeLessThan(0.03 + simulationError(0.8, rounds))
    },
  )

  test('is null where the test cannot succeed, and the shift itself without noise', () => {
    const twelve = draw(12, createNormal('few'))
    expect(smallestDetectable(twelve, demand)).toBeNull()
    expect(smallestDetectable(nonEmpty(Array<number>(13).fill(0.3)), demand)).toBe(0.05)
  })

  test('shrinks with more blocks', () => {
    const noise = createNormal('shrink')
    const typical = (n: number): number =>
      median(
        nonEmpty(Array.from({ length: 40 }, () => smallestDetectable(draw(n, noise), demand) ?? 0)),
      )
    expect(typical(60)).toBeLessThan(typical(30))
  })
})

describe('blocksForEffect', () => {
  test.each([0.1, 0.2, 0.5])('is the first number that finds %f', (effect) => {
    const blocks = blocksForEffect(effect, 0.1, demand) ?? 0
    const distance = (effect - demand.shift) / 0.1
    expect(powerOfSignedRank(distance, blocks, alpha)).toBeGreaterThanOrEqual(0.8)
    expect(powerOfSignedRank(distance, blocks - 1, alpha)).toBeLessThan(0.8)
  })

  test('13 where there is no noise, none where the effect is not beyond the shift', () => {
    expect(blocksForEffect(0.2, 0, demand)).toBe(13)
    expect(blocksForEffect(0.05, 0.1, demand)).toBeNull()
    expect(blocksForEffect(0.05, 0, demand)).toBeNull()
    expect(blocksForEffect(0.0501, 1, demand)).toBeNull()
  })
})
