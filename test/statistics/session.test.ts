import { describe, expect, test } from 'vitest'
import {
  combineSessions,
  isContaminated,
  locateSessions,
  reachOfSessions,
} from '../../src/statistics/session.ts'
import { createNormal, draw, shareOf, simulationError } from './noise.ts'

describe('locateSessions', () => {
  test('gives one number a session, in order', () => {
    const [first, second] = locateSessions([[0.1, 0.2], [-0.05]])
    expect(first).toBeCloseTo(0.15, 12)
    expect(second).toBe(-0.05)
  })

  test('one wild block does not turn a session', () => {
    expect(locateSessions([[0.1, 0.1, 0.1, 0.1, -9]])[0]).toBeGreaterThan(0)
  })
})

describe('reachOfSessions', () => {
  // Student (1908), the additional sleep of ten patients: mean 1.58, s = 1.230, and t(9) = 2.262.
  test('is the half-width of the interval of Student', () => {
    const sleep = [1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4] as const
    expect(reachOfSessions(sleep, 0.95)).toBeCloseTo((2.262 * 1.23) / Math.sqrt(10), 3)
  })

  test('of one session has no end, of sessions that agree is nothing', () => {
    expect(reachOfSessions([0.1], 0.95)).toBe(Infinity)
    expect(reachOfSessions([0.1, 0.1, 0.1], 0.95)).toBeCloseTo(0, 12)
  })

  test.each([2, 4])('holds what sessions have in common as often as it says, of %d', (sessions) => {
    const noise = createNormal(`reach ${sessions}`)
    const rounds = 2_000
    const held = shareOf(rounds, () => {
      const seen = draw(sessions, noise)
      const middle = seen.reduce((sum, each) => sum + each, 0) / sessions
      return Math.abs(middle) <= reachOfSessions(seen, 0.95)
    })
    expect(Math.abs(held - 0.95)).toBeLessThan(simulationError(0.95, rounds))
  })
})

describe('isContaminated', () => {
  test('more than half of the shift, either way', () => {
    expect(isContaminated([0.03, 0.03, 0.03], 0.05)).toBe(true)
    expect(isContaminated([-0.03, -0.03, -0.03], 0.05)).toBe(true)
    expect(isContaminated([0.25, 0.25, 0.25], 0.5)).toBe(false)
    expect(isContaminated([0.02, -0.02, 0.01, -0.01], 0.05)).toBe(false)
  })
})

describe('combineSessions', () => {
  test('pools in order; one session says nothing about the effect of sessions', () => {
    expect(combineSessions([[1, 2], [3]]).differences).toEqual([1, 2, 3])
    expect(combineSessions([[1, 2, 3]])).toMatchObject({ designEffect: null, effectiveBlocks: 3 })
    expect(combineSessions([[1], [2]])).toMatchObject({ designEffect: null, effectiveBlocks: 2 })
  })

  test('sessions that repeat themselves are worth one block each', () => {
    const { designEffect, effectiveBlocks } = combineSessions([
      [1, 1, 1],
      [2, 2, 2],
      [3, 3, 3],
    ])
    expect(designEffect).toBeCloseTo(3, 12)
    expect(effectiveBlocks).toBeCloseTo(3, 12)
  })

  test('is never less than 1, and 1 where nothing differs', () => {
    expect(
      combineSessions([
        [0, 2],
        [0, 2],
      ]).designEffect,
    ).toBe(1)
    expect(
      combineSessions([
        [3, 3],
        [3, 3],
      ]).designEffect,
    ).toBe(1)
  })

  // Means 1 and 5, grand mean 3: MSB = 3 × (4 + 4) / 1 = 24, MSW = (2 + 2) / 4 = 1, r = 23 / (24 + 2) and 1 + 2r.
  test('is Kish by hand', () => {
    const { designEffect } = combineSessions([
      [0, 1, 2],
      [4, 5, 6],
    ])
    expect(designEffect).toBeCloseTo(1 + (2 * 23) / 26, 12)
  })

  test('independent blocks keep their worth, correlated ones lose it', () => {
    const noise = createNormal('sessions')
    const effectOf = (spread: number): number => {
      const session = (): ReturnType<typeof draw> => {
        const shift = spread * noise()
        return draw(10, () => shift + noise())
      }
      const others = Array.from({ length: 199 }, session)
      return combineSessions([session(), ...others]).designEffect ?? 0
    }
    expect(effectOf(0)).toBeLessThan(1.2)
    // Intraclass correlation 1/2 at 10 blocks: 1 + 9/2.
    expect(Math.abs(effectOf(1) - 5.5)).toBeLessThan(0.7)
  })
})
