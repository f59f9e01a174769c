import { describe, expect, test } from 'vitest'
import * as fc from 'fast-check'
import { createRandom } from '../../src/random.ts'
import {
  intervalOfMedian,
  intervalOfQuantile,
  lowerBoundOfQuantile,
  median,
  medianAbsoluteDeviation,
  nonEmpty,
  quantile,
  samplesNeeded,
  upperBoundOfQuantile,
  type Samples,
} from '../../src/statistics/samples.ts'

const oneTo = (n: number): Samples => nonEmpty(Array.from({ length: n }, (_, index) => index + 1))
const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 })
// Adding 0 turns -0 into 0: no clock tells them apart.
const anySamples = fc
  .array(finite, { minLength: 1, maxLength: 80 })
  .map((numbers) => nonEmpty(numbers.map((number) => number + 0)))

describe('nonEmpty', () => {
  test('refuses nothing at all', () => {
    expect(() => nonEmpty([])).toThrow('Samples: found none, expected at least one')
  })

  test.each([Number.NaN, Infinity, -Infinity])('refuses %f and says where', (wrong) => {
    expect(() => nonEmpty([1, wrong, 3])).toThrow(`Sample 2 of 3: found ${wrong}`)
  })
})

describe('point estimates', () => {
  // R 4: quantile(1:10, c(.25, .5, .75, .95), type = 7)
  test.each([
    [0, 1],
    [0.25, 3.25],
    [0.5, 5.5],
    [0.75, 7.75],
    [0.95, 9.55],
    [1, 10],
  ])('the type 7 quantile at %f of 1 to 10 is %f', (q, expected) => {
    expect(quantile(oneTo(10), q)).toBeCloseTo(expected, 12)
  })

  test('the median of an odd number is the middle one, whatever the order', () => {
    expect(median([30, 1, 2])).toBe(2)
  })

  test('the deviation ignores one wild sample', () => {
    expect(medianAbsoluteDeviation([1, 1, 2, 2, 4, 6, 9000])).toBe(1)
  })

  test('a quantile lies within the samples, grows with q and moves with them', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(anySamples, share, share, (samples, one, other) => {
        const lower = quantile(samples, Math.min(one, other))
        const upper = quantile(samples, Math.max(one, other))
        expect(lower).toBeGreaterThanOrEqual(Math.min(...samples))
        expect(upper).toBeLessThanOrEqual(Math.max(...samples))
        expect(lower).toBeLessThanOrEqual(upper + 1e-9)
        const mirrored = nonEmpty(samples.map((sample) => -sample))
        expect(quantile(mirrored, 1 - one)).toBeCloseTo(-quantile(samples, one), 3)
      }),
    )
  })
})

describe('bounds by order statistics', () => {
  // 0.95^59 = 0.0485 < 0.05 <= 0.95^58; 0.99^299 < 0.05; NIST/SEMATECH e-Handbook 7.2.6.4 and any table of Wilks (1941).
  test.each([
    [0.95, 0.95, 59],
    [0.99, 0.95, 299],
    [0.95, 0.99, 90],
    [0.9, 0.95, 29],
    [0.5, 0.95, 5],
    [0.5, 0.75, 2],
  ])('a bound of the %f quantile at %f needs %i samples', (q, confidence, needed) => {
    expect(samplesNeeded(q, confidence)).toBe(needed)
    expect(upperBoundOfQuantile(oneTo(needed), q, confidence)).toBe(needed)
    expect(upperBoundOfQuantile(oneTo(needed - 1), q, confidence)).toBeNull()
  })

  // Dixon & Massey's table of intervals of the median: n and the ranks at 95 %.
  test.each([
    [6, 1, 6],
    [10, 2, 9],
    [15, 4, 12],
    [20, 6, 15],
    [25, 8, 18],
    [30, 10, 21],
  ])('the median of %i lies between ranks %i and %i', (n, lower, upper) => {
    expect(intervalOfMedian(oneTo(n), 0.95)).toEqual([lower, upper])
  })

  test('five samples give no interval of the median at 95 %', () => {
    expect(intervalOfMedian(oneTo(5), 0.95)).toBeNull()
  })

  test('the lower bound mirrors the upper one', () => {
    fc.assert(
      fc.property(anySamples, fc.constantFrom(0.05, 0.5, 0.75, 0.95), (samples, q) => {
        const mirrored = nonEmpty(samples.map((sample) => 0 - sample))
        const upper = upperBoundOfQuantile(mirrored, 1 - q, 0.95)
        const lower = lowerBoundOfQuantile(samples, q, 0.95)
        expect(lower).toBe(upper === null ? null : 0 - upper)
      }),
    )
  })

  test.each([
    [0.5, 20],
    [0.75, 40],
    [0.95, 200],
  ])('the interval of the %f quantile covers it at least as often as it says', (q, n) => {
    const random = createRandom('coverage')
    const rounds = 4_000
    let covered = 0
    for (let round = 0; round < rounds; round += 1) {
      // Cubes of uniforms: skewed, with the known quantile q³.
      const samples = nonEmpty(Array.from({ length: n }, () => random.next() ** 3))
      const interval = intervalOfQuantile(samples, q, 0.9)
      if (interval !== null && interval[0] <= q ** 3 && q ** 3 <= interval[1]) covered += 1
    }
    // Three standard errors of a simulated 90 % below it; discreteness may lift it, but not to certainty.
    expect(covered / rounds).toBeGreaterThan(0.9 - 3 * Math.sqrt((0.9 * 0.1) / rounds))
    expect(covered / rounds).toBeLessThan(0.97)
  })
})
