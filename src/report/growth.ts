import type { TargetReach } from '../benchmark/result.ts'
import { formatRows } from '../units.ts'

/**
 * `at about 340k events (95 %: 300k to 410k)`: where p95 reaches the target, and how much of that is extrapolated. `largest` is
 * the most rows that were measured, `over` what is counted.
 */
export function describeReach(
  reach: TargetReach,
  largest: number = Infinity,
  over = 'events',
): string {
  switch (reach.reached) {
    case 'never':
      return 'never'
    case 'already':
      return 'already at the smallest size'
    case 'not-told':
      return `not told; not before ${roundRows(reach.earliest)} ${over}`
    case 'at':
      return `at about ${roundRows(reach.events)} ${over}${describeCertainty(reach, largest)}`
  }
}

function describeCertainty(
  { events, interval, farOut }: Extract<TargetReach, { readonly reached: 'at' }>,
  largest: number,
): string {
  if (farOut) return ' (a guess)'
  const [lower, upper] = interval
  const within = ` (95 %: ${roundRows(lower)} to ${upper === null ? 'never' : roundRows(upper)})`
  return events > largest ? `${within}, extrapolated` : within
}

/** Two significant digits: a prediction knows no more. */
function roundRows(events: number): string {
  return formatRows(Number(events.toPrecision(2)))
}
