import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { roundQuotient, roundRoot } from '../../src/oracle/exact.ts'
import { Distribution, type Histogram } from '../../src/oracle/histogram.ts'
import { compareText } from '../../src/oracle/order.ts'
import { formatTimestamp } from '../../src/oracle/timestamp.ts'

describe('roundQuotient', () => {
  test.each([
    [1, 3, 2, '0.33'],
    [2, 3, 2, '0.67'],
    [-2, 3, 2, '-0.67'],
    [1, 2, 0, '1'],
    [-1, 2, 0, '-1'],
    [5, 2, 0, '3'],
    [1, 8, 2, '0.13'],
    [-1, 8, 2, '-0.13'],
    [-1, 1000, 2, '0'],
    [0, 7, 3, '0'],
    [200, 2, 2, '100'],
    ['1e30', 1, 0, `1${'0'.repeat(30)}`],
    // One part in 10⁶⁰ beside the half decides.
    [`0.5${'0'.repeat(59)}1`, 1, 0, '1'],
    [`0.4${'9'.repeat(60)}`, 1, 0, '0'],
  ])('%s ÷ %s to %s decimals is %s', (numerator, denominator, decimals, expected) => {
    expect(roundQuotient(numerator, denominator, decimals)).toBe(expected)
  })

  test('agrees with whole-number arithmetic', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }),
        fc.bigInt({ min: 1n, max: 10n ** 12n }),
        (p, q) => {
          const magnitude = (2000n * (p < 0n ? -p : p) + q) / (2n * q)
          const digits = String(magnitude).padStart(4, '0')
          const text = `${digits.slice(0, -3)}.${digits.slice(-3)}`.replace(/\.?0+$/, '')
          expect(roundQuotient(String(p), String(q), 3)).toBe(
            p < 0n && magnitude > 0n ? `-${text}` : text,
          )
        },
      ),
    )
  })
})

describe('roundRoot', () => {
  test.each([
    [0, 1, 3, '0'],
    [2, 1, 3, '1.414'],
    [9, 4, 3, '1.5'],
    [1, 3, 3, '0.577'],
    // √0.25 = 0.5 is the half; the root of a little less is not.
    ['0.25', 1, 0, '1'],
    [`0.24${'9'.repeat(40)}`, 1, 0, '0'],
    ['1e40', 1, 2, `1${'0'.repeat(20)}`],
  ])('√(%s ÷ %s) to %s decimals is %s', (numerator, denominator, decimals, expected) => {
    expect(roundRoot(numerator, denominator, decimals)).toBe(expected)
  })

  test('squared, it encloses what it is the root of', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 40n }),
        fc.bigInt({ min: 1n, max: 10n ** 9n }),
        (p, q) => {
          const [whole = '', fraction = ''] = roundRoot(String(p), String(q), 3).split('.')
          const thousandths = BigInt(whole) * 1000n + BigInt(fraction.padEnd(3, '0'))
          const low = thousandths === 0n ? 0n : 2n * thousandths - 1n
          const high = 2n * thousandths + 1n
          expect(low * low * q <= 4_000_000n * p && 4_000_000n * p < high * high * q).toBe(true)
        },
      ),
    )
  })
})

function distribute(values: readonly number[]): Distribution {
  const histogram: Histogram = new Map()
  for (const value of values) histogram.set(value, (histogram.get(value) ?? 0) + 1)
  return new Distribution(histogram)
}

function distance(text: string | null, value: number): number {
  return Math.abs(Number(text ?? NaN) - value)
}

describe('Distribution', () => {
  test.each([
    [[], [null, null, null, null, null]],
    [[7], ['7', '7', '7', '7', '7']],
    [
      [1, 2],
      ['1', '1.25', '1.5', '1.75', '2'],
    ],
    [
      [1, 2, 4],
      ['1', '1.5', '2', '3', '4'],
    ],
    [
      [1, 2, 4, 8],
      ['1', '1.75', '3', '5', '8'],
    ],
    [
      [3, 3, 3, 8],
      ['3', '3', '3', '4.25', '8'],
    ],
  ])('the quartiles of %j are %j', (values, quartiles) => {
    const distribution = distribute(values)
    expect([0, 1, 2, 3, 4].map((quarter) => distribution.quartile(quarter, 3))).toEqual(quartiles)
  })

  test('one number does not deviate from anything', () => {
    expect(distribute([1]).deviation(3)).toBeNull()
    // √2 ÷ √1: (1 − 2)² + (3 − 2)² = 2 over n − 1 = 1.
    expect(distribute([1, 3]).deviation(3)).toBe('1.414')
  })

  test('is as close to plain floating point as three decimals allow', () => {
    const scores = fc.array(
      fc.integer({ min: -2000, max: 2000 }).map((n) => n / 1000),
      {
        minLength: 2,
        maxLength: 40,
      },
    )
    fc.assert(
      fc.property(scores, (values) => {
        const sorted = values.toSorted((a, b) => a - b)
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length
        const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
        const place = 0.75 * (values.length - 1)
        const below = sorted[Math.floor(place)] ?? NaN
        const above = sorted[Math.ceil(place)] ?? NaN
        const distribution = distribute(values)
        const tolerance = 0.0005 + 1e-9
        expect(distance(distribution.mean(3), mean)).toBeLessThan(tolerance)
        expect(
          distance(distribution.deviation(3), Math.sqrt(squares / (values.length - 1))),
        ).toBeLessThan(tolerance)
        expect(
          distance(distribution.quartile(3, 3), below + (above - below) * (place % 1)),
        ).toBeLessThan(tolerance)
      }),
    )
  })
})

test('text is ordered as its UTF-8 bytes are', () => {
  const edges = ['\0', 'a', '\u007F', 'é', '\uD7FF', '\uE000', '\uFFFF', '\u{10000}', '\u{10FFFF}']
  const text = fc.array(fc.constantFrom(...edges), { maxLength: 3 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, text, (left, right) => {
      expect(Math.sign(compareText(left, right))).toBe(
        Buffer.compare(Buffer.from(left), Buffer.from(right)),
      )
    }),
  )
})

test.each([
  [0, '1970-01-01T00:00:00.000000Z'],
  [-1, '1969-12-31T23:59:59.999999Z'],
  [1_767_603_600_000_001, '2026-01-05T09:00:00.000001Z'],
  [1_767_603_600_123_450, '2026-01-05T09:00:00.123450Z'],
])('%d µs is %s', (us, text) => {
  expect(formatTimestamp(us)).toBe(text)
})
