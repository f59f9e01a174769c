import type { Unplaced } from './growth-limit.ts'
import type { GateDocument, Subject } from './result.ts'

/** Whether somebody has said that this object is meant to change. */
export function isAccepted(
  { accepted }: Pick<GateDocument, 'accepted'>,
  object: Subject['object'] | Unplaced['object'],
): boolean {
  return object !== null && accepted.includes(object.name)
}

/** What is about an accepted object is told and fails nothing: gone, redefined, more work. Wrong answers stay what they are. */
export function acceptFindings(
  findings: readonly Unplaced[],
  { accepted = [] }: { readonly accepted?: readonly string[] },
): readonly Unplaced[] {
  return findings.map((finding) => {
    const isMeant = finding.kind !== 'answer' && finding.kind !== 'error'
    return isMeant && finding.severity !== 'noted' && isAccepted({ accepted }, finding.object)
      ? { ...finding, severity: 'noted', title: `${finding.title}: accepted` }
      : finding
  })
}

/** Names that accept nothing: misspelt, or no longer needed. */
export function listIdle(
  accepted: readonly string[],
  { findings, timing }: Pick<GateDocument, 'findings' | 'timing'>,
): readonly string[] {
  const touched = new Set([
    ...findings.map(({ object }) => object?.name),
    ...(timing?.comparisons ?? [])
      .filter(({ verdict }) => verdict === 'slower')
      .map(({ object }) => object.name),
  ])
  return accepted.filter((name) => !touched.has(name))
}
