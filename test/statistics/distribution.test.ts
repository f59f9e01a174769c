import { describe, expect, test } from 'vitest'
import * as fc from 'fast-check'
import {
  binomialQuantile,
  normalQuantile,
  normalTail,
  studentHalfWidth,
} from '../../src/statistics/distribution.ts'

const relativeError = (actual: number, expected: number): number => Math.abs(actual / expected - 1)

describe('the normal distribution', () => {
  // SciPy 1.17, stats.norm.sf
  test.each([
    [0.5, 0.3085375387259869],
    [1, 0.15865525393145707],
    [1.959963984540054, 0.025],
    [2.999, 0.0013543365337271057],
    [3, 0.0013498980316300933],
    [3.001, 0.0013454728250849653],
    [5, 2.866515718791933e-7],
    [8, 6.22096057427174e-16],
    [12, 1.776482112077653e-33],
  ])('has the tail above %f that SciPy gives', (z, expected) => {
    expect(relativeError(normalTail(z), expected)).toBeLessThan(1e-10)
    expect(normalTail(-z)).toBeCloseTo(1 - expected, 14)
  })

  // SciPy 1.17, stats.norm.ppf
  test.each([
    [0.9, 1.2815515655446004],
    [0.95, 1.6448536269514722],
    [0.975, 1.959963984540054],
    [1e-4, -3.7190164854556804],
    [1e-6, -4.753424308822899],
  ])('has the quantile at %f that SciPy gives', (probability, expected) => {
    expect(relativeError(normalQuantile(probability), expected)).toBeLessThan(1e-10)
  })

  test('has a quantile that undoes the tail', () => {
    fc.assert(
      fc.property(fc.double({ min: -6, max: 6, noNaN: true }), (z) => {
        expect(normalQuantile(normalTail(z))).toBeCloseTo(-z, 6)
      }),
    )
  })
})

// Student's t table; SciPy 1.17, stats.t.ppf((1 + confidence) / 2, degrees)
test.each([
  [0.9, 1, 6.313751514675037],
  [0.9, 2, 2.9199855803537242],
  [0.95, 1, 12.706204736174694],
  [0.95, 2, 4.302652729749462],
  [0.95, 3, 3.1824463052837078],
  [0.95, 4, 2.7764451051977934],
  [0.95, 5, 2.5705818356363146],
  [0.95, 30, 2.0422724563012378],
  [0.99, 1, 63.656741162871526],
  [0.99, 10, 3.16927267261695],
  [0.99, 31, 2.744041919294269],
])('Student t at %f with %i degrees is %f', (confidence, degrees, expected) => {
  expect(relativeError(studentHalfWidth(confidence, degrees), expected)).toBeLessThan(1e-10)
})

// SciPy 1.17, stats.binom.ppf
test.each([
  [0.95, 59, 0.95, 58],
  [0.95, 58, 0.95, 58],
  [0.95, 100, 0.95, 98],
  [0.975, 10, 0.5, 8],
  [0.99, 1000, 0.99, 997],
  [0.95, 20_000, 0.95, 19_050],
])('the binomial quantile at %f of (%i, %f) is %i', (probability, n, p, expected) => {
  expect(binomialQuantile(probability, n, p)).toBe(expected)
})
