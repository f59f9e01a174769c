import type { TargetReach } from '../benchmark/result.ts'
import { formatRows } from '../units.ts'

/** `about 340k events`: where p95 reaches the target. */
export function describeReach(reach: TargetReach): string {
  switch (reach.reached) {
    case 'never':
      return 'never'
    case 'already':
      return 'already at the smallest size'
    case 'at':
      return `at about ${roundRows(reach.events)} events${reach.farOut ? ' (a guess)' : ''}`
  }
}

/** Two significant digits: a prediction knows no more. */
function roundRows(events: number): string {
  return formatRows(Number(events.toPrecision(2)))
}
