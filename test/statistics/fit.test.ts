import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  fitGrowth,
  growthClasses,
  growthFunctions,
  type Growth,
  type GrowthClass,
  type GrowthPoint,
} from '../../src/statistics/fit.ts'
import { createNormal, shareOf } from './noise.ts'

const ladder = [227, 10_000, 100_000, 1_000_000]
const longLadder = [...ladder, 10_000_000]

function pointsOf(workAt: (rows: number) => number, rows: readonly number[]): GrowthPoint[] {
  return rows.map((each) => ({ rows: each, work: workAt(each) }))
}

function grow(points: readonly GrowthPoint[], classes = growthClasses.slice()): Growth {
  const growth = fitGrowth(points, classes)
  if (growth === null) throw new Error('expected a law')
  return growth
}

/** Constant work of 3 and the class on top, a thousand at 1 000 000 rows. */
function overhead(growthClass: GrowthClass): (rows: number) => number {
  const f = growthFunctions[growthClass]
  return (rows) => 3 + (1_000 * f(rows)) / f(1_000_000)
}

function classesOf({ plausible }: Growth): Set<GrowthClass> {
  return new Set(plausible.map(({ growthClass }) => growthClass))
}

describe('the class', () => {
  describe.each([ladder.slice(0, 3), ladder, longLadder])('over %i, %i, %i … rows', (...rows) => {
    test.each(growthClasses)('is %s for exact work of that class', (growthClass) => {
      expect(grow(pointsOf(growthFunctions[growthClass], rows)).best.growthClass).toBe(growthClass)
    })

    test.each(growthClasses)('is %s in spite of a constant overhead', (growthClass) => {
      expect(grow(pointsOf(overhead(growthClass), rows)).best.growthClass).toBe(growthClass)
    })
  })

  test.each(['1', 'n', 'n²'] as const)('is %s with 5 %% of noise, nine times of ten', (wanted) => {
    const noise = createNormal(`class ${wanted}`)
    const right = shareOf(300, () => {
      const points = pointsOf(
        (rows) => overhead(wanted)(rows) * Math.exp(0.05 * noise()),
        longLadder,
      )
      return grow(points).plausible.some(({ growthClass }) => growthClass === wanted)
    })
    expect(right).toBeGreaterThan(0.9)
  })

  test('three points do not make noise look like growth', () => {
    const noise = createNormal('flat')
    const flat = shareOf(300, () => {
      const points = pointsOf(() => 12 * Math.exp(0.03 * noise()), ladder.slice(0, 3))
      return grow(points).plausible.some(({ growthClass }) => growthClass === '1')
    })
    expect(flat).toBeGreaterThan(0.9)
  })

  test('names the criterion: AICc from five points on', () => {
    expect(grow(pointsOf(growthFunctions.n, ladder)).criterion).toBe('AIC with 5 % noise')
    expect(grow(pointsOf(growthFunctions.n, longLadder)).criterion).toBe('AICc')
  })

  test('AICc of the constant is as the formula says', () => {
    const works = [10, 11, 10, 11, 10]
    const growth = grow(works.map((work, index) => ({ rows: longLadder[index] ?? 0, work })))
    const law = growth.plausible.find(({ growthClass }) => growthClass === '1')
    const factor =
      works.reduce((sum, work) => sum + 1 / work, 0) /
      works.reduce((sum, work) => sum + 1 / work ** 2, 0)
    const residual = works.reduce((sum, work) => sum + (1 - factor / work) ** 2, 0)
    expect(law?.factor).toBeCloseTo(factor, 12)
    expect(law?.score).toBeCloseTo(5 * Math.log(residual / 5) + 4 + 12 / 2, 9)
  })

  test('an overhead of less than a thousandth is not seen', () => {
    expect(grow(pointsOf((rows) => 0.0001 + rows / 1_000, longLadder)).best.offset).toBe(0)
  })

  test('laws that the points cannot tell apart are all named, the best first, and only those', () => {
    // Hardly more than a constant: any class may hide beneath it.
    const works = [10, 10.8, 11, 11.6]
    const vague = grow(works.map((work, index) => ({ rows: ladder[index] ?? 0, work })))
    expect(classesOf(vague)).toEqual(new Set(growthClasses))
    expect(vague.plausible[0]).toBe(vague.best)
    expect(vague.plausible.every(({ score }) => score >= vague.best.score)).toBe(true)
    expect(vague.plausible.every(({ score }) => score < vague.best.score + 4)).toBe(true)

    expect(classesOf(grow(pointsOf(overhead('n'), ladder)))).toEqual(new Set(['n']))
  })

  test('the unit of the work changes nothing', () => {
    const work = fc.double({ min: 1, max: 1_000, noNaN: true })
    fc.assert(
      fc.property(fc.array(work, { minLength: 5, maxLength: 5 }), (works) => {
        const points = works.map((each, index) => ({ rows: longLadder[index] ?? 0, work: each }))
        const one = grow(points)
        const other = grow(points.map((point) => ({ rows: point.rows, work: point.work * 1_024 })))
        expect(other.best.growthClass).toBe(one.best.growthClass)
        expect(other.best.factor / one.best.factor).toBeCloseTo(1_024, 6)
        expect(other.slope.exponent).toBeCloseTo(one.slope.exponent, 9)
      }),
    )
  })
})

describe('the law', () => {
  test('gives back offset and factor', () => {
    const { best } = grow(pointsOf((rows) => 7 + 0.002 * rows, longLadder))
    expect(best.offset).toBeCloseTo(7, 6)
    expect(best.factor).toBeCloseTo(0.002, 9)
    expect(best.relativeError).toBeLessThan(1e-9)
  })

  test('has no negative offset: saving work by having rows is no law', () => {
    const growth = grow(pointsOf((rows) => rows * 0.01 - 2, ladder))
    expect(growth.plausible.every(({ offset, factor }) => offset >= 0 && factor >= 0)).toBe(true)
  })
})

describe('the slope', () => {
  test('of a power is its exponent', () => {
    const { exponent, interval } = grow(pointsOf((rows) => 5 * rows ** 1.5, ladder)).slope
    expect(exponent).toBeCloseTo(1.5, 9)
    expect(interval[1] - interval[0]).toBeLessThan(1e-6)
  })

  // scipy.stats.linregress on the logarithms: slope and stderr, times t(0.975, 2) = 4.302652729749462.
  test('has the interval that SciPy gives', () => {
    const points = [3, 40, 310, 4_000].map((work, index) => ({ rows: ladder[index] ?? 0, work }))
    const { exponent, interval } = grow(points).slope
    expect(exponent).toBeCloseTo(0.8477957065106553, 9)
    expect(interval[1] - exponent).toBeCloseTo(4.302652729749462 * 0.07058675003248213, 9)
    expect(exponent - interval[0]).toBeCloseTo(4.302652729749462 * 0.07058675003248213, 9)
  })

  test('covers the true exponent as often as it says', () => {
    const noise = createNormal('slope')
    const covered = shareOf(1_500, () => {
      const points = pointsOf((rows) => rows ** 0.8 * Math.exp(0.2 * noise()), longLadder)
      const [lower, upper] = grow(points).slope.interval
      return lower <= 0.8 && 0.8 <= upper
    })
    expect(Math.abs(covered - 0.95)).toBeLessThan(0.017)
  })
})

function withError(points: readonly GrowthPoint[], error: number): GrowthPoint[] {
  return points.map(({ rows, work }) => ({ rows, work, error }))
}

describe('with known errors', () => {
  test('a point weighs the less, the larger its error', () => {
    const doubtful = withError(
      pointsOf((rows) => rows / 100, ladder),
      0.05,
    )
    const far = { rows: 1_000_000, work: 20_000 }
    const trusted = grow([...doubtful.slice(0, 3), { ...far, error: 0.05 }], ['n']).best
    const ignored = grow([...doubtful.slice(0, 3), { ...far, error: 5 }], ['n']).best
    expect(ignored.factor).toBeCloseTo(0.01, 4)
    expect(trusted.factor - 0.01).toBeGreaterThan(10 * (ignored.factor - 0.01))
  })

  test('equal ones change no law, only how far it is trusted', () => {
    const points = pointsOf((rows) => 3 + rows / 900 + (rows % 7), longLadder)
    const [plain, known] = [grow(points).best, grow(withError(points, 0.05)).best]
    expect(known.offset).toBeCloseTo(plain.offset, 9)
    expect(known.factor).toBeCloseTo(plain.factor, 12)
  })

  test('points that agree by chance are not believed beyond them', () => {
    const points = withError(
      pointsOf((rows) => rows / 100, ladder.slice(0, 3)),
      0.05,
    )
    const { best, slope, criterion } = grow(points)
    expect(criterion).toBe('AIC with known noise')
    expect(best.relativeError).toBeCloseTo(0.05, 9)
    expect(best.degrees).toBe(Infinity)
    expect(best.covariance.factor).toBeCloseTo((0.01 * 0.05) ** 2 / 3, 9)
    const [lower, upper] = slope.interval
    expect(upper - lower).toBeGreaterThan(0.02)
    expect(upper - lower).toBeLessThan(0.1)
  })

  test('points that scatter more widen everything as much', () => {
    const points = [2, 30, 190].map((work, index) => ({ rows: ladder[index] ?? 0, work }))
    const [near, far] = [grow(withError(points, 0.01), ['n']), grow(withError(points, 0.02), ['n'])]
    expect(near.best.relativeError).toBeCloseTo(far.best.relativeError, 9)
    expect(near.best.relativeError).toBeGreaterThan(0.1)
  })

  test('the slope covers the true exponent at least as often as it says', () => {
    const noise = createNormal('known slope')
    const covered = shareOf(1_500, () => {
      const points = pointsOf((rows) => rows ** 0.8 * Math.exp(0.05 * noise()), ladder.slice(0, 3))
      const [lower, upper] = grow(withError(points, 0.05)).slope.interval
      return lower <= 0.8 && 0.8 <= upper
    })
    expect(covered).toBeGreaterThan(0.94)
  })
})

test('only the classes that are allowed are chosen', () => {
  const growth = grow(pointsOf(growthFunctions.n, longLadder), ['1', 'log n'])
  expect(growth.best.growthClass).toBe('log n')
  expect(classesOf(growth)).toEqual(new Set(['1', 'log n']))
})

describe('what cannot be fitted', () => {
  test('two sizes, or work of nothing, give no law', () => {
    expect(fitGrowth([])).toBeNull()
    expect(fitGrowth(pointsOf(growthFunctions.n, [10, 20, 20]))).toBeNull()
    expect(fitGrowth(pointsOf((rows) => (rows > 300 ? rows : 0), ladder))).toBeNull()
  })

  test.each([
    { rows: 1, work: 5 },
    { rows: Number.NaN, work: 5 },
    { rows: 10, work: -1 },
    { rows: 10, work: Infinity },
  ])('refuses %o', (point) => {
    expect(() => fitGrowth([point])).toThrow(`found work ${point.work} at ${point.rows} rows`)
  })
})
