import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { findCounterexample, reduceItems } from '../../src/check/property.ts'

const values = fc.array(fc.nat(1_000), { maxLength: 20 })

test('a counterexample is small, names its origin, and is the same for the same seed', async () => {
  const search = {
    values,
    seed: 's',
    runs: 200,
    holds: (items: readonly number[]) => Promise.resolve(items.every((item) => item < 500)),
  }
  const found = await findCounterexample(search)
  expect(found?.value).toEqual([500])
  expect(found?.origin).toMatch(/^seed s, path \d/)
  expect(await findCounterexample(search)).toEqual(found)
})

test('nothing is found where it holds, after all runs, examples first', async () => {
  const seen: (readonly number[])[] = []
  const found = await findCounterexample({
    values,
    examples: [[7], [8]],
    seed: 's',
    runs: 20,
    holds: (items) => {
      seen.push(items)
      return Promise.resolve(true)
    },
  })
  expect(found).toBeNull()
  expect(seen).toHaveLength(20)
  expect(seen.slice(0, 2)).toEqual([[7], [8]])
})

test('what is thrown is no counterexample', async () => {
  const gone = new Error('the engine is gone')
  const search = { values, seed: 's', runs: 20, holds: () => Promise.reject(gone) }
  await expect(findCounterexample(search)).rejects.toBe(gone)
})

test('making it small ends', async () => {
  let tried = 0
  await findCounterexample({
    values: fc.array(fc.nat(), { minLength: 200, maxLength: 200, size: 'max' }),
    seed: 's',
    runs: 5,
    holds: () => {
      tried += 1
      return Promise.resolve(tried % 2 === 0)
    },
  })
  expect(tried).toBeLessThanOrEqual(5 + 120)
})

function hasBoth(items: readonly string[]): Promise<boolean> {
  return Promise.resolve(items.includes('b') && items.includes('d'))
}

test('only the items that it takes are left', async () => {
  expect(await reduceItems(['a', 'b', 'c', 'd', 'e'], hasBoth)).toEqual(['b', 'd'])
})
