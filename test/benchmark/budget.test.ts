import { expect, test } from 'vitest'
import { beyondBudget, checkBudget, fitEffort } from '../../src/benchmark/budget.ts'
import { thoroughEffort } from '../../src/benchmark/run.ts'

const before = { scale: 10_000, durationMs: 5_000 }

test('without a budget every rung fits', () => {
  expect(beyondBudget(undefined, 1e9, 1e7, before)).toBeNull()
  checkBudget(undefined, [1e9])
})

test('the first rung has to fit, too: with none there is nothing to say', () => {
  expect(beyondBudget(60_000, 0, 227)).toBeNull()
  checkBudget(60_000, [227, 1e9])
  expect(() => checkBudget(60_000, [10_000_000])).toThrow(
    /^Budget 60\.0 s: 10m events would take about 3005\.0 s, and 60\.0 s of the budget are left$/,
  )
})

test('a rung that would take longer than what is left is left out, with both times', () => {
  expect(beyondBudget(60_000, 20_000, 100_000, before)).toBeNull()
  expect(beyondBudget(60_000, 40_000, 100_000, before)).toBe(
    'would take about 32.0 s, and 20.0 s of the budget are left',
  )
  expect(beyondBudget(60_000, 90_000, 100_000, before)).toContain('0.000 ms of the budget')
})

test('an effort is cut to its share, and never stretched', () => {
  expect(fitEffort(thoroughEffort, 1_000)).toEqual({ ...thoroughEffort, timeMs: 500 })
  expect(fitEffort(thoroughEffort, 1e9)).toEqual(thoroughEffort)
})
