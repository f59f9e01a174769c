import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../../src/random.ts'
import { adjustHolm, blocksNeeded, smallestP } from '../../src/statistics/holm.ts'
import { shareOf, simulationError } from './noise.ts'

test('the textbook four: 0.01, 0.04, 0.03, 0.005', () => {
  // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), 'holm')
  const adjusted = adjustHolm([0.01, 0.04, 0.03, 0.005])
  expect(adjusted.map((p) => p.toFixed(3))).toEqual(['0.030', '0.060', '0.060', '0.020'])
})

test('no tests, no adjustments; and never above 1', () => {
  expect(adjustHolm([])).toEqual([])
  expect(adjustHolm([0.9, 0.8])).toEqual([1, 1])
})

test('rejects what the step-down procedure rejects', () => {
  const p = fc.double({ min: 0, max: 0.2, noNaN: true })
  fc.assert(
    fc.property(fc.array(p, { maxLength: 12 }), (pValues) => {
      const sorted = pValues.toSorted((one, other) => one - other)
      const stop = sorted.findIndex((value, step) => value * (sorted.length - step) > 0.05)
      const rejected = stop === -1 ? sorted.length : stop
      expect(adjustHolm(pValues).filter((value) => value <= 0.05)).toHaveLength(rejected)
    }),
  )
})

test('keeps the order of the tests and never makes one look better', () => {
  const p = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(fc.array(p, { minLength: 2, maxLength: 12 }), (pValues) => {
      const adjusted = adjustHolm(pValues)
      const worse = adjusted.every((value, index) => value >= (pValues[index] ?? 1))
      const [first = 0, second = 0] = pValues
      const [firstAdjusted = 0, secondAdjusted = 0] = adjusted
      expect(worse).toBe(true)
      expect(Math.sign(firstAdjusted - secondAdjusted) * Math.sign(first - second)).not.toBe(-1)
    }),
  )
})

test('one false alarm in a family of 20 is as rare as promised', () => {
  const random = createRandom('family')
  const rounds = 4_000
  const alarms = shareOf(rounds, () => {
    // Half of the hypotheses are plainly false, which is where stepping down gains.
    const nulls = Array.from({ length: 10 }, () => random.next())
    return adjustHolm([...nulls, ...Array<number>(10).fill(1e-9)])
      .slice(0, 10)
      .some((p) => p <= 0.05)
  })
  expect(alarms).toBeLessThan(0.05 + simulationError(0.05, rounds))
  expect(alarms).toBeGreaterThan(0.035)
})

test('80 tests at 1 % need 13 blocks, or the gate cannot fail', () => {
  expect(smallestP(13)).toBe(1 / 8192)
  expect(blocksNeeded(80, 0.01)).toBe(13)
  expect(adjustHolm(Array<number>(80).fill(smallestP(13)))[0]).toBeLessThanOrEqual(0.01)
  expect(adjustHolm(Array<number>(80).fill(smallestP(12)))[0]).toBeGreaterThan(0.01)
})

test('a level of exactly a power of two is reached', () => {
  expect(blocksNeeded(1, 1 / 32)).toBe(5)
})
