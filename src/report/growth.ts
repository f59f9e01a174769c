import type { TargetReach } from '../benchmark/result.ts'
import { formatRows } from '../units.ts'

/** `at about 340k events (95 %: 300k to 410k)`: where p95 reaches the target, and how much of that is extrapolated. */
export function describeReach(reach: TargetReach, largestScale: number = Infinity): string {
  switch (reach.reached) {
    case 'never':
      return 'never'
    case 'already':
      return 'already at the smallest size'
    case 'at':
      return `at about ${roundRows(reach.events)} events${describeCertainty(reach, largestScale)}`
  }
}

function describeCertainty(
  { events, interval, farOut }: Extract<TargetReach, { readonly reached: 'at' }>,
  largestScale: number,
): string {
  if (farOut) return ' (a guess)'
  const [lower, upper] = interval
  const within = ` (95 %: ${roundRows(lower)} to ${upper === null ? 'never' : roundRows(upper)})`
  return events > largestScale ? `${within}, extrapolated` : within
}

/** Two significant digits: a prediction knows no more. */
function roundRows(events: number): string {
  return formatRows(Number(events.toPrecision(2)))
}
