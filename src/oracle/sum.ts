import { Exact } from './exact.ts'
import type { NumberKey } from './jsonb.ts'

/** Numbers added up without losing a digit, in as little room as one takes; plain data, so that it can be kept in a file. */
export interface ExactSum {
  count: number
  /** What has six decimals at most, which is nearly everything: a whole number that a double holds. */
  millionths: number
  /** The rest, as a decimal; null: there is none. */
  rest: string | null
}

export function emptySum(): ExactSum {
  return { count: 0, millionths: 0, rest: null }
}

/** Adds one number; null, an absent one, adds nothing. */
export function addNumber(sum: ExactSum, key: NumberKey | null): void {
  if (key === null) return
  sum.count += 1
  const millionths = typeof key === 'number' ? Math.round(key * 1e6) : NaN
  const total = sum.millionths + millionths
  // Equal doubles of fifteen digits or fewer are equal decimals.
  if (millionths / 1e6 === key && Number.isSafeInteger(total) && Math.abs(millionths) < 1e15) {
    sum.millionths = total
  } else {
    sum.rest = new Exact(key).plus(sum.rest ?? 0).toString()
  }
}

/** All that was added. */
export function totalOf({ millionths, rest }: ExactSum): Exact {
  return new Exact(millionths).div(1_000_000).plus(rest ?? 0)
}
