import { usageError } from '../errors.ts'
import { formatMs, formatRows } from '../units.ts'
import type { Rung } from './result.ts'
import type { Effort } from './run.ts'

/** Of the time a rung takes, so much goes into samples; the rest builds, migrates and writes. */
const sampledShare = 0.5

/** The same effort, cut to `shareMs` of one task at one rung. Fewer samples than the minimum say nothing at all. */
export function fitEffort(effort: Effort, shareMs: number): Effort {
  return { ...effort, timeMs: Math.min(effort.timeMs, Math.max(0, shareMs) * sampledShare) }
}

/** What an event adds to a rung on two busy cores: loading, indexing and writing grow with the events, sampling doesn't. */
const eventMs = 0.3

/** What the smallest rung takes: engines start, and every workload is executed a few times. */
const leastMs = 5_000

/** Why a rung doesn't fit into what is left of the budget, foretold from the rung before; null when it does. */
export function beyondBudget(
  budgetMs: number | undefined,
  elapsedMs: number,
  scale: number,
  before: Pick<Rung, 'scale' | 'durationMs'> = { scale: 0, durationMs: leastMs },
): string | null {
  if (budgetMs === undefined) return null
  const neededMs = before.durationMs + (scale - before.scale) * eventMs
  const leftMs = Math.max(0, budgetMs - elapsedMs)
  if (neededMs <= leftMs) return null
  return `would take about ${formatMs(neededMs)}, and ${formatMs(leftMs)} of the budget are left`
}

/** Nothing would be measured where not even the smallest size fits. @throws {HarnessError} E_BUDGET */
export function checkBudget(budgetMs: number | undefined, [smallest]: readonly number[]): void {
  if (budgetMs === undefined || smallest === undefined) return
  const reason = beyondBudget(budgetMs, 0, smallest)
  if (reason === null) return
  throw usageError(
    'E_BUDGET',
    `Budget ${formatMs(budgetMs)}: ${formatRows(smallest)} events ${reason}`,
    'Ask for a smaller --scale or a longer --budget.',
  )
}
