import type { GateDocument, VerdictName } from '../../gate/result.ts'
import { formatMs } from '../../units.ts'
import { countOf, verdicts as words } from '../closing-line.ts'

/** In the order in which a reader wants to know. */
export const severities: readonly VerdictName[] = [
  'slower',
  'contaminated',
  'inconclusive',
  'faster',
  'unchanged',
]

/** `PASSED 41 exact comparisons, 0 red, …`: the whole document in one line, verdict first. */
export function closingLineOfGate(document: GateDocument): string {
  const { status, exact, sizes, findings, timing, fixtures, durationMs } = document
  const red = findings.filter(({ severity }) => severity === 'red').length
  const timed = timing?.comparisons ?? []
  const counts = severities.flatMap((verdict) => {
    const count = timed.filter((each) => each.verdict === verdict).length
    return count === 0 && verdict !== 'slower' ? [] : [`${count} ${verdict}`]
  })
  const compared = [...exact, ...sizes].filter(
    ({ base, candidate }) => base !== null && candidate !== null,
  )
  const parts = [
    countOf(compared.length, 'exact comparison'),
    `${red} red`,
    ...(timing === null ? ['nothing timed'] : counts),
    countOf(fixtures.length, 'scale'),
    formatMs(durationMs),
  ]
  return `${words[status]} ${parts.join(', ')}`
}
