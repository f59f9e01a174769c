import type { Outcome } from '../../check/check.ts'
import { isAccepted } from '../../gate/accept.ts'
import type { GateDocument, TimedComparison } from '../../gate/result.ts'
import { formatRows } from '../../units.ts'
import { renderSuites, type TestSuite } from '../junit.ts'
import { formatRatio } from './ratio.ts'
import { isOpen, layerTitles, troubleOfFinding, troubleOfOpen, troubleOfSlower } from './trouble.ts'

/** JUnit's XML: a suite a layer, a case a comparison. What exact work says twice of a query are two cases. */
export function renderGateJunit(document: GateDocument): string {
  const { title, durationMs, provenance } = document
  const suites = [...suitesOfExact(document), ...suitesOfTime(document)]
  return renderSuites(title, suites, durationMs, provenance.startedAt)
}

function suitesOfExact({ findings, exact, sizes }: GateDocument): readonly TestSuite[] {
  const troubled = findings.filter(({ severity }) => severity !== 'noted')
  const subjects = [
    ...exact.map(({ id, title, scale }) => ({ id, title, scale })),
    ...sizes
      .filter(({ metric }) => metric === 'indexBytes')
      .map(({ name, scale }) => ({ id: `index/${name}`, title: `index ${name}`, scale })),
  ]
  const quiet = subjects.filter(
    ({ id, scale }) => !troubled.some((finding) => finding.id === id && finding.scale === scale),
  )
  const passed = quiet.map(({ id, title, scale }) => ({
    outcome: passedAs(`${title}, ${formatRows(scale)} events`),
    id,
    durationMs: 0,
  }))
  const groups = Array.from(
    new Set(['Exact work', ...troubled.map(({ kind }) => layerTitles[kind])]),
  )
  return groups.map((group) => ({
    title: group,
    cases: [
      ...troubled
        .filter(({ kind }) => layerTitles[kind] === group)
        .flatMap(troubleOfFinding)
        .map((outcome) => ({ outcome, id: outcome.id, durationMs: 0 })),
      ...(group === 'Exact work' ? passed : []),
    ],
  }))
}

function suitesOfTime(document: GateDocument): readonly TestSuite[] {
  const { timing } = document
  if (timing === null) return []
  const cases = timing.comparisons.map((timed) => ({
    outcome: outcomeOf(timed, document),
    id: timed.id,
    durationMs: timed.blocks.reduce(
      (sum, { baseMs, candidateMs, controlMs }) =>
        sum +
        [...baseMs, ...candidateMs, ...controlMs].reduce((all, each) => all + each, 0) *
          timed.executionsPerBatch,
      0,
    ),
  }))
  return [{ title: 'Time', cases }]
}

function outcomeOf(timed: TimedComparison, document: GateDocument): Outcome {
  const { title, scale, verdict, ratio, reason, object } = timed
  const told = `${title}, ${formatRows(scale)} events: ${verdict}, ${formatRatio(ratio)}`
  if (isAccepted(document, object)) return passedAs(`${told}: accepted`)
  if (verdict === 'slower') return troubleOfSlower(timed)
  if (!isOpen(timed)) return passedAs(told)
  return document.isStrict
    ? troubleOfOpen(timed)
    : { status: 'skipped', title: told, reason: `${verdict}: ${reason}` }
}

function passedAs(title: string): Outcome {
  return { status: 'passed', title }
}
