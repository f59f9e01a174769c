import type { ArmFacts, Base, GateDocument } from '../../gate/result.ts'
import { formatRows } from '../../units.ts'
import { countOf } from '../closing-line.ts'

/** What was held against what, on which data and where: label and text. */
export function factsOfGate(document: GateDocument): readonly (readonly [string, string])[] {
  const { base, candidate, provenance, fixtures, effort, seed, timing, command } = document
  const { engine } = provenance
  const timed =
    timing === null
      ? ''
      : `, ${countOf(timing.tests, 'test')} at α = ${timing.alpha}, ${countOf(timing.sessions, 'session')}`
  return [
    ['base', describeBase(base)],
    ['candidate', describeArm(candidate)],
    ['engine', `Postgres ${engine.version}, ${engine.kind} ${engine.package}`],
    [
      'fixtures',
      fixtures
        .map(
          ({ events, sessions, payload }) =>
            `${formatRows(events)} events in ${countOf(sessions, 'session')}, ${payload}`,
        )
        .join(' · '),
    ],
    ['effort', `${effort}, seed ${seed}${timed}`],
    [
      'machine',
      `${provenance.cores} × ${provenance.cpu}, ${provenance.platform}, Node ${provenance.node}, ` +
        `load ${provenance.load.toFixed(2)}`,
    ],
    ['harness', `hook-harness ${provenance.harness}, ${provenance.startedAt}`],
    ['repeat', command],
  ]
}

function describeBase(base: Base): string {
  return base.from === 'migrations'
    ? describeArm(base)
    : `${base.file} (baseline, ${base.checksum === null ? 'not there yet' : `hash ${base.checksum}`})`
}

function describeArm({ kind, commit, directory, checksum }: ArmFacts): string {
  const source = kind === 'git' && commit !== null ? `commit ${commit.slice(0, 12)}, ` : ''
  return `${directory} (${source}hash ${checksum})`
}
