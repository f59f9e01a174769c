import { describe, expect, test } from 'vitest'
import { findCrossing, predictWork } from '../../src/statistics/crossing.ts'
import { fitGrowth, type Growth, type Law } from '../../src/statistics/fit.ts'
import { createNormal, shareOf, simulationError } from './noise.ts'

const ladder = [227, 10_000, 100_000, 1_000_000]
const longLadder = [227, 3_000, 30_000, 100_000, 300_000, 1_000_000]

function grow(workAt: (rows: number) => number, rows: readonly number[] = ladder): Growth {
  const growth = fitGrowth(rows.map((each) => ({ rows: each, work: workAt(each) })))
  if (growth === null) throw new Error('expected a law')
  return growth
}

/** A law written down instead of fitted, through three degrees of freedom: t = 3.182. */
function lawOf(growthClass: Law['growthClass'], numbers: Partial<Law>): Law {
  const covariance = { offset: 0, factor: 0, both: 0 }
  return {
    growthClass,
    offset: 0,
    factor: 1,
    covariance,
    relativeError: 0,
    scatter: 0,
    degrees: 3,
    score: 0,
    ...numbers,
  }
}

function growthOf(best: Law, ...others: Law[]): Growth {
  return {
    best,
    plausible: [best, ...others],
    slope: { exponent: 1, interval: [1, 1] },
    criterion: 'AICc',
    measuredRows: [2, 1_000],
  }
}

/** Measured rows that the class n with an offset fits best and nothing else nearly as well. */
const scattered = new Map([
  [227, 8],
  [10_000, 17],
  [100_000, 120],
  [1_000_000, 1_005],
  [3_000_000, 3_300],
])

describe('predictWork', () => {
  test('of exact work is exact', () => {
    const { work, interval, extrapolation, farOut } = predictWork(
      grow((rows) => 2 + rows / 1_000),
      5_000_000,
    )
    expect(work).toBeCloseTo(5_002, 6)
    expect(interval[1] - interval[0]).toBeLessThan(1)
    expect({ extrapolation, farOut }).toEqual({ extrapolation: 5, farOut: false })
  })

  test('has the interval of weighted least squares', () => {
    const fitted = grow((rows) => scattered.get(rows) ?? 0, [...scattered.keys()])
    const law = fitted.plausible.find((each) => each.growthClass === 'n' && each.offset > 0)
    if (law === undefined) throw new Error('expected a line with an offset')
    const { work, interval } = predictWork({ ...fitted, best: law, plausible: [law] }, 10_000_000)
    // NumPy: inverse of XᵀWX times the residual variance, plus that of one point; SciPy: t(0.975, 3).
    expect(work).toBeCloseTo(10518.482727630899, 5)
    expect(interval[0]).toBeCloseTo(7981.83356108077, 5)
    expect(interval[1]).toBeCloseTo(13055.131894181028, 5)
  })

  test('holds every plausible law, and nothing below 0', () => {
    const line = lawOf('n', { factor: 1 })
    const steeper = lawOf('n log n', { factor: 1 })
    const { work, interval } = predictWork(growthOf(line, steeper), 500)
    expect(work).toBe(500)
    expect(interval).toEqual([500, 500 * Math.log(500)])
    expect(predictWork(growthOf(lawOf('n', { relativeError: 2 })), 500).interval[0]).toBe(0)
  })

  test('flags what is more than ten times out', () => {
    const growth = grow((rows) => rows)
    expect(predictWork(growth, 10_000_000).farOut).toBe(false)
    expect(predictWork(growth, 10_000_001).farOut).toBe(true)
  })

  test('holds the next rung at least as often as it says', () => {
    const noise = createNormal('next rung')
    const measure = (rows: number): number => (3 + rows / 1_000) * Math.exp(0.05 * noise())
    const rounds = 1_500
    const held = shareOf(rounds, () => {
      const { interval } = predictWork(grow(measure, longLadder), 10_000_000)
      const next = measure(10_000_000)
      return interval[0] <= next && next <= interval[1]
    })
    expect(held).toBeGreaterThan(0.95 - simulationError(0.95, rounds))
  })
})

test('a next rung foretold from three with known errors lies where it should, and the interval says something', () => {
  const noise = createNormal('known next rung')
  const measure = (rows: number): number => (3 + rows / 1_000) * Math.exp(0.05 * noise())
  const rounds = 1_500
  const widths: number[] = []
  const held = shareOf(rounds, () => {
    const points = ladder.slice(0, 3).map((rows) => ({ rows, work: measure(rows), error: 0.05 }))
    const growth = fitGrowth(points, ['n'])
    if (growth === null) return false
    const { work, interval } = predictWork(growth, 1_000_000)
    widths.push((interval[1] - interval[0]) / work)
    const next = measure(1_000_000)
    return interval[0] <= next && next <= interval[1]
  })
  expect(held).toBeGreaterThan(0.95 - simulationError(0.95, rounds))
  // Student's t with one degree of freedom would give ten times as much, and hold whatever comes.
  expect(widths.toSorted((one, other) => one - other)[rounds / 2]).toBeLessThan(0.5)
})

describe('findCrossing', () => {
  test('inside of the measured range', () => {
    const crossing = findCrossing(
      grow((rows) => 2 + rows / 1_000),
      100,
    )
    expect(crossing).toMatchObject({
      reached: 'at',
      rows: 98_000,
      extrapolation: 0.098,
      farOut: false,
    })
  })

  test.each([
    ['n', (rows: number) => rows / 10_000, 20_000_000],
    ['n log n', (rows: number) => (rows * Math.log(rows)) / 3_000_000, 16_000_000],
    ['n²', (rows: number) => (rows / 1_000_000) ** 2, 44_721_360],
  ])('of exact %s: the row at which it passes the target', (_, workAt, about) => {
    const target = Math.ceil(workAt(about))
    const crossing = findCrossing(grow(workAt), target)
    if (crossing.reached !== 'at') throw new Error('expected a crossing')
    expect(workAt(crossing.rows + 1)).toBeGreaterThan(target * (1 - 1e-9))
    expect(workAt(crossing.rows - 1)).toBeLessThan(target * (1 + 1e-9))
    expect(crossing.farOut).toBe(true)
    expect(crossing.interval[0]).toBeLessThanOrEqual(crossing.rows)
    expect(crossing.interval[1] ?? Infinity).toBeGreaterThanOrEqual(crossing.rows)
  })

  test('never, where nothing grows', () => {
    expect(
      findCrossing(
        grow(() => 5),
        100,
      ),
    ).toEqual({ reached: 'never' })
  })

  test('already, where the smallest rung is over it', () => {
    expect(
      findCrossing(
        grow(() => 500),
        100,
      ),
    ).toEqual({ reached: 'already' })
    expect(
      findCrossing(
        grow((rows) => 100 + rows),
        100,
      ),
    ).toEqual({ reached: 'already' })
  })

  test('never, where it would take more rows than any table has', () => {
    expect(findCrossing(grow(Math.log), 100)).toEqual({ reached: 'never' })
  })

  test('not told, where the best law stays below but another that is as plausible does not', () => {
    const flat = lawOf('1', { factor: 50 })
    const line = lawOf('n', { factor: 1 })
    expect(findCrossing(growthOf(flat, line), 100)).toEqual({ reached: 'not-told', earliest: 100 })
    // A slope that may be steeper than it seems: log n that could be there within any table's rows.
    const vague = lawOf('log n', { factor: 1, covariance: { offset: 0, factor: 4, both: 0 } })
    expect(findCrossing(growthOf(vague), 100)).toEqual({
      reached: 'not-told',
      earliest: expect.closeTo(Math.exp(100 / (1 + 2 * 3.182446305283708)), -2),
    })
  })

  test('has no upper end where the constant is as plausible', () => {
    const line = lawOf('n', { factor: 1 })
    const flat = lawOf('1', { factor: 50 })
    expect(findCrossing(growthOf(line), 100)).toMatchObject({ interval: [100, 100] })
    expect(findCrossing(growthOf(line, flat), 100)).toMatchObject({ interval: [100, null] })
  })

  test('has no upper end where noise may hide that nothing grows', () => {
    const works = [12, 10.5, 12.5, 14]
    const crossing = findCrossing(
      grow((rows) => works[ladder.indexOf(rows)] ?? 0),
      100,
    )
    expect(crossing).toMatchObject({ reached: 'at', interval: [expect.any(Number), null] })
  })

  test('spans the crossings of all plausible laws that grow', () => {
    const crossing = findCrossing(
      growthOf(lawOf('n', {}), lawOf('n²', {}), lawOf('n log n', {})),
      100,
    )
    expect(crossing).toMatchObject({ rows: 100, interval: [10, 100] })
  })

  describe('by Fieller', () => {
    const t = 3.182446305283708
    /** How many half-widths the line is away from the target there: 1 at the ends of the interval. */
    const distanceAt = ({ offset, factor, covariance }: Law, target: number, f: number): number =>
      Math.abs(offset + factor * f - target) /
      (t * Math.sqrt(covariance.offset + 2 * covariance.both * f + covariance.factor * f * f))

    test('both ends lie one half-width away', () => {
      const law = lawOf('n', { offset: 20, covariance: { offset: 9, factor: 0.004, both: -0.1 } })
      const crossing = findCrossing(growthOf(law), 500)
      if (crossing.reached !== 'at' || crossing.interval[1] === null)
        throw new Error('expected ends')
      expect(crossing.rows).toBe(480)
      expect(distanceAt(law, 500, crossing.interval[0])).toBeCloseTo(1, 9)
      expect(distanceAt(law, 500, crossing.interval[1])).toBeCloseTo(1, 9)
      expect(crossing.interval[0]).toBeLessThan(480)
      expect(crossing.interval[1]).toBeGreaterThan(480)
    })

    // Certain about work at 5 rows, and a factor that may be 0 or less: outside of a gap about 5 anything may happen.
    const pinned = lawOf('n', { offset: 1, covariance: { offset: 2.5, factor: 0.1, both: -0.5 } })

    test('beyond a certain point: a lower end and no upper one', () => {
      const crossing = findCrossing(growthOf(pinned), 12)
      if (crossing.reached !== 'at') throw new Error('expected a crossing')
      expect(distanceAt(pinned, 12, crossing.interval[0])).toBeCloseTo(1, 9)
      expect(crossing.interval[0]).toBeGreaterThan(5)
      expect(crossing.interval[1]).toBeNull()
    })

    test('before a certain point: anything at all', () => {
      const early: Growth = { ...growthOf(pinned), measuredRows: [1.5, 1_000] }
      expect(findCrossing(early, 3)).toMatchObject({ rows: 2, interval: [0, null] })
    })

    test('nothing certain: anything at all', () => {
      const vague = lawOf('n', { covariance: { offset: 100, factor: 10, both: 0 } })
      expect(findCrossing(growthOf(vague), 12)).toMatchObject({ rows: 12, interval: [0, null] })
    })
  })

  test('covers the true crossing from four rungs whose errors are known', () => {
    const noise = createNormal('known crossing')
    const rounds = 1_500
    const held = shareOf(rounds, () => {
      const growth = fitGrowth(
        ladder.map((rows) => ({
          rows,
          work: (3 + rows / 1_000) * Math.exp(0.05 * noise()),
          error: 0.05,
        })),
      )
      const crossing = growth === null ? null : findCrossing(growth, 100)
      if (crossing?.reached !== 'at') return false
      const [lower, upper] = crossing.interval
      return lower <= 97_000 && 97_000 <= (upper ?? Infinity)
    })
    expect(held).toBeGreaterThan(0.95 - simulationError(0.95, rounds))
  })

  test('covers the true crossing at least as often as it says', () => {
    const noise = createNormal('crossing')
    const rounds = 1_500
    const held = shareOf(rounds, () => {
      const growth = grow((rows) => (3 + rows / 1_000) * Math.exp(0.05 * noise()), longLadder)
      const crossing = findCrossing(growth, 100)
      if (crossing.reached !== 'at') return false
      const [lower, upper] = crossing.interval
      return lower <= 97_000 && 97_000 <= (upper ?? Infinity)
    })
    expect(held).toBeGreaterThan(0.95 - simulationError(0.95, rounds))
  })
})
