import type { TargetFacts } from '../check/document.ts'
import { formatRows } from '../units.ts'

/** ` at 227 events`: no claim goes without the size that it was measured at. */
export function describeSize(targets: readonly TargetFacts[]): string {
  const sizes = [...new Set(targets.map(({ events }) => events))].filter((events) => events > 0)
  if (targets.length === 0) return ''
  return sizes.length === 0
    ? ' on the few rows of the base schema'
    : ` at ${sizes.map(formatRows).join(', ')} events`
}
