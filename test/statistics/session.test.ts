import { describe, expect, test } from 'vitest'
import { agreedDirection, combineSessions, isContaminated } from '../../src/statistics/session.ts'
import { createNormal, draw } from './noise.ts'

describe('agreedDirection', () => {
  test('needs every session', () => {
    expect(agreedDirection([[0.1, 0.2], [0.05]])).toBe('up')
    expect(agreedDirection([[-0.1, -0.2], [-0.05]])).toBe('down')
    expect(agreedDirection([[0.1, 0.2, 9], [-0.01, 0, -0.03], [0.4]])).toBe('none')
  })

  test('a session that did not move agrees with nothing', () => {
    expect(agreedDirection([[0.1], [0]])).toBe('none')
  })

  test('one wild block does not turn a session', () => {
    expect(agreedDirection([[0.1, 0.1, 0.1, 0.1, -9]])).toBe('up')
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
