import { describe, expect, test } from 'vitest'
import { findCrossing, predictWork } from '../../src/statistics/crossing.ts'
import { fitGrowth, type Growth } from '../../src/statistics/fit.ts'
import { createNormal, shareOf, simulationError } from './noise.ts'

const ladder = [227, 10_000, 100_000, 1_000_000]
const longLadder = [227, 3_000, 30_000, 100_000, 300_000, 1_000_000]

function grow(workAt: (rows: number) => number, rows: readonly number[] = ladder): Growth {
  const growth = fitGrowth(rows.map((each) => ({ rows: each, work: workAt(each) })))
  if (growth === null) throw new Error('expected a law')
  return growth
}

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
    expect(held).toBeGreaterThan(0.95 - simulationError(0.95, rounds) - 0.02)
  })
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
    expect(crossing.interval[1]).toBeGreaterThanOrEqual(crossing.rows)
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

  test('has no upper end where it may as well never happen', () => {
    const works = [12, 10.5, 12.5, 14]
    const growth = grow((rows) => works[ladder.indexOf(rows)] ?? 0)
    const crossing = findCrossing(growth, 100)
    if (crossing.reached !== 'at') throw new Error('expected a crossing')
    expect(crossing.interval[1]).toBe(Infinity)
  })

  test('covers the true crossing at least as often as it says', () => {
    const noise = createNormal('crossing')
    const rounds = 1_500
    const held = shareOf(rounds, () => {
      const growth = grow((rows) => (3 + rows / 1_000) * Math.exp(0.05 * noise()), longLadder)
      const crossing = findCrossing(growth, 100)
      return (
        crossing.reached === 'at' &&
        crossing.interval[0] <= 97_000 &&
        97_000 <= crossing.interval[1]
      )
    })
    expect(held).toBeGreaterThan(0.95 - simulationError(0.95, rounds) - 0.02)
  })
})
