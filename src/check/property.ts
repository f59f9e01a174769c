import * as fc from 'fast-check'
import { createRandom } from '../random.ts'

/** How many smaller values are tried once one fails: enough for a dozen rows, and no mutant takes minutes. */
const mostShrinks = 120

/** A value that a property does not hold for, as small as was found. */
export interface Counterexample<Value> {
  readonly value: Value
  /** `seed 1, path 3:0:1`: fast-check finds the value again by it. */
  readonly origin: string
}

export interface Search<Value> {
  readonly values: fc.Arbitrary<Value>
  /** Tried first, before chance has its turn. */
  readonly examples?: readonly Value[]
  readonly seed: string
  /** Values tried, examples included. */
  readonly runs: number
  /** Whether the first value that fails will do, however large. */
  readonly isVerdictEnough?: boolean
  /** What it throws ends the search: only an answer is a counterexample. */
  readonly holds: (value: Value) => Promise<boolean>
}

/** Looks for a value that something does not hold for, and makes it small. */
export async function findCounterexample<Value>(
  search: Search<Value>,
): Promise<Counterexample<Value> | null> {
  let shrinks: number | undefined
  let obstacle: { readonly error: unknown } | undefined
  const property = fc.asyncProperty(search.values, async (value) => {
    // fast-check takes whatever is thrown for a counterexample; an engine that is gone is none.
    if (obstacle !== undefined || (shrinks ?? 0) >= mostShrinks) return true
    try {
      const holds = await search.holds(value)
      if (shrinks !== undefined) shrinks += 1
      else if (!holds) shrinks = 0
      return holds
    } catch (error) {
      obstacle = { error }
      return true
    }
  })
  const found = await fc.check(property, {
    seed: createRandom(search.seed).integer(0, 0x7fffffff),
    numRuns: search.runs,
    endOnFailure: search.isVerdictEnough ?? false,
    examples: (search.examples ?? []).map((value) => [value]),
  })
  if (obstacle !== undefined) throw obstacle.error
  if (found.counterexample === null) return null
  return {
    value: found.counterexample[0],
    origin: `seed ${search.seed}, path ${found.counterexamplePath}`,
  }
}

/**
 * Leaves out, one after the other, the items without which it still is not right: of a value that was given, not drawn, or
 * one that is wrong in more than one way.
 */
export async function reduceItems<Item>(
  items: readonly Item[],
  isWrong: (items: readonly Item[]) => Promise<boolean>,
): Promise<readonly Item[]> {
  let needed = items
  for (const one of items) {
    const fewer = needed.filter((item) => item !== one)
    if (await isWrong(fewer)) needed = fewer
  }
  return needed
}
