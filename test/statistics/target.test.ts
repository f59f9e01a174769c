import { describe, expect, test } from 'vitest'
import { createRandom } from '../../src/random.ts'
import { nonEmpty, type Samples } from '../../src/statistics/samples.ts'
import { judgeTarget } from '../../src/statistics/target.ts'

/** `fast` samples of 10 ms and then `slow` of 200 ms. */
function mixture(fast: number, slow: number): Samples {
  return nonEmpty([...Array<number>(fast).fill(10), ...Array<number>(slow).fill(200)])
}

describe('judgeTarget', () => {
  test('58 fast samples do not show it, and 59 are asked for', () => {
    expect(judgeTarget(mixture(58, 0), 100)).toEqual({
      claim: 'not-shown',
      reason: 'too-few-samples',
      n: 58,
      needed: 59,
    })
  })

  test('59 fast samples show it', () => {
    expect(judgeTarget(mixture(59, 0), 100)).toEqual({ claim: 'met', boundMs: 10, n: 59 })
  })

  test('one slow sample among 59 takes it back; 93 bear one', () => {
    expect(judgeTarget(mixture(58, 1), 100).claim).toBe('not-shown')
    // P(Binomial(92, 0.05) <= 1) = 0.0521, P(Binomial(93, 0.05) <= 1) = 0.0500 (0.04998)
    expect(judgeTarget(mixture(91, 1), 100).claim).toBe('not-shown')
    expect(judgeTarget(mixture(92, 1), 100)).toEqual({ claim: 'met', boundMs: 10, n: 93 })
  })

  test('exactly on the target is not below it', () => {
    expect(judgeTarget(nonEmpty(Array<number>(100).fill(100)), 100)).toEqual({
      claim: 'missed',
      boundMs: 100,
      n: 100,
    })
  })

  test('a few slow runs are enough to miss it', () => {
    expect(judgeTarget([200, 201, 202], 100)).toEqual({ claim: 'missed', boundMs: 201, n: 3 })
  })

  test('between the bounds it says how many samples would settle it', () => {
    const verdict = judgeTarget(mixture(97, 3), 100)
    expect(verdict).toMatchObject({ claim: 'not-shown', reason: 'too-close', n: 100 })
    if (verdict.claim !== 'not-shown' || verdict.needed === null) throw new Error('needs a number')
    const factor = Math.ceil(verdict.needed / 100)
    expect(judgeTarget(mixture(97 * factor, 3 * factor), 100).claim).toBe('met')
    expect(factor).toBeLessThan(5)
  })

  test('a share of slow runs exactly as allowed is never settled', () => {
    expect(judgeTarget(mixture(95, 5), 100)).toMatchObject({ reason: 'too-close', needed: null })
  })

  test('is wrong at most one time in twenty, both ways, where p95 is the target', () => {
    const random = createRandom('p95 on the target')
    const rounds = 4_000
    const claims = { met: 0, missed: 0, 'not-shown': 0 }
    for (let round = 0; round < rounds; round += 1) {
      const samples = nonEmpty(Array.from({ length: 120 }, () => random.next() * 100))
      claims[judgeTarget(samples, 95).claim] += 1
    }
    const allowed = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / rounds)
    expect(claims.met / rounds).toBeLessThan(allowed)
    expect(claims.missed / rounds).toBeLessThan(allowed)
    expect(claims.met).toBeGreaterThan(0)
    expect(claims.missed).toBeGreaterThan(0)
  })
})
