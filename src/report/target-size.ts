import type { TargetFacts } from '../check/document.ts'
import { formatRows } from '../units.ts'

/** ` at 227 events`: no claim goes without the size that it was measured at. Empty where no event was loaded. */
export function describeSize(targets: readonly TargetFacts[]): string {
  const sizes = [...new Set(targets.map(({ events }) => events))].filter((events) => events > 0)
  return sizes.length === 0 ? '' : ` at ${sizes.map(formatRows).join(', ')} events`
}
