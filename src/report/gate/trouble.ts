import { isAccepted } from '../../gate/accept.ts'
import type { GateDocument, GateFinding, TimedComparison } from '../../gate/result.ts'
import { formatRows } from '../../units.ts'
import type { Trouble } from '../trouble.ts'
import { describeDetectable, formatChange, formatRatio } from './ratio.ts'

/** Whatever keeps the gate from being green: what is wrong first, then what is slower, then what could not be judged. */
export function troublesOfGate(document: GateDocument): readonly Trouble[] {
  const comparisons = document.timing?.comparisons ?? []
  const findings = document.findings.flatMap(troubleOfFinding)
  const counted = comparisons.filter(({ object }) => !isAccepted(document, object))
  const slower = counted.filter(({ verdict }) => verdict === 'slower').map(troubleOfSlower)
  const open = document.isStrict ? counted.filter(isOpen).map(troubleOfOpen) : []
  const all = [...findings, ...slower, ...open]
  return (['failed', 'errored'] as const).flatMap((status) =>
    all.filter((trouble) => trouble.status === status),
  )
}

/** Neither proven nor refuted. */
export function isOpen({ verdict }: TimedComparison): boolean {
  return verdict === 'inconclusive' || verdict === 'contaminated'
}

/** Headings of the layers. */
export const layerTitles = {
  answer: 'Answers',
  error: 'Answers',
  object: 'Objects',
  work: 'Exact work',
  plan: 'Exact work',
  growth: 'Growth',
} as const

export function troubleOfFinding(finding: GateFinding): readonly Trouble[] {
  const { severity, kind, id, scale, place, expected, actual } = finding
  if (severity === 'noted') return []
  const about = {
    title: `${finding.title}, ${formatRows(scale)} events`,
    id,
    group: layerTitles[kind],
    ...(place === undefined ? {} : { place }),
  }
  return severity === 'red'
    ? [{ status: 'failed', ...about, expected, actual }]
    : [{ status: 'errored', ...about, error: { code: 'E_GATE_UNJUDGED', message: actual } }]
}

export function troubleOfSlower(timed: TimedComparison): Trouble {
  const { id, title, scale, ratio, ratioInterval, limitRatio, place } = timed
  const interval =
    ratioInterval === null
      ? ''
      : ` (${formatRatio(ratioInterval[0])} to ${formatRatio(ratioInterval[1])})`
  return {
    status: 'failed',
    title: `${title} takes no longer than before, ${formatRows(scale)} events`,
    id,
    group: 'Time',
    ...(place === undefined ? {} : { place }),
    expected: `at most ${formatRatio(limitRatio)} of the base's time`,
    actual: `${formatRatio(ratio)}${interval}, ${formatChange(ratio)}: ${timed.reason}`,
  }
}

export function troubleOfOpen(timed: TimedComparison): Trouble {
  const { id, title, scale, verdict, reason, detectable } = timed
  return {
    status: 'errored',
    title: `${title} was decided, ${formatRows(scale)} events`,
    id,
    group: 'Time',
    error: {
      code: `E_GATE_${verdict.toUpperCase()}`,
      message: reason,
      hint: describeDetectable(detectable),
    },
  }
}
