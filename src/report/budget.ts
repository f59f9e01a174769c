import type { BenchDocument } from '../benchmark/result.ts'
import { formatMs } from '../units.ts'

/** What a budget cut of the samples; null where it cut nothing. */
export function describeBudget({ request }: BenchDocument): string | null {
  const { budget, effort } = request
  if (budget === null || effort.timeMs >= budget.wantedTimeMs) return null
  return (
    `samples beyond ${effort.minimumSamples} of a workload that don't fit into ${formatMs(effort.timeMs)}, ` +
    `instead of ${formatMs(budget.wantedTimeMs)}: the budget was ${formatMs(budget.budgetMs)}`
  )
}
