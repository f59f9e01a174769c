import { pgliteVersion } from '../database/postgres-version.ts'
import { MigrationError } from '../migration/migration-error.ts'
import { captureProvenance } from '../provenance.ts'
import { isAccepted, listIdle } from './accept.ts'
import type { GateOptions } from './gate.ts'
import { pathOf } from './place.ts'
import type { Base, GateDocument, GateFinding } from './result.ts'

/** What was found out; the rest of a document is known before. */
export type Judged = Pick<
  GateDocument,
  'provenance' | 'fixtures' | 'findings' | 'exact' | 'sizes' | 'notes'
> &
  Partial<Pick<GateDocument, 'base' | 'timing' | 'targets' | 'growth'>>

/**
 * Makes a document of what `judge` finds out. A candidate that can't be applied has a document as well: it is red, and its line
 * is known. @throws whatever else `judge` throws.
 */
export async function describeGate(
  options: GateOptions,
  base: Base,
  judge: () => Promise<Judged>,
): Promise<GateDocument> {
  const started = performance.now()
  const { candidate, effort, seed = '1', isStrict = false, accepted = [] } = options
  const provenance = captureProvenance({ kind: 'pglite', version: '', package: pgliteVersion() })
  const judged = await judge().catch((error: unknown): Judged => {
    if (!(error instanceof MigrationError)) throw error
    return { ...nothing, provenance, findings: [describeRefusal(error, options)] }
  })
  const complete = { base, timing: null, targets: [], growth: [], isStrict, accepted, ...judged }
  return {
    schema: 'hook-harness/gate',
    schemaVersion: 2,
    status: statusOf(complete),
    title: candidate.set.contract.title,
    command: options.command,
    candidate: candidate.facts,
    seed,
    effort,
    ...complete,
    notes: [...candidate.notes, ...judged.notes, ...noteAccepted(complete)],
    durationMs: performance.now() - started,
  }
}

const nothing = {
  fixtures: [],
  exact: [],
  sizes: [],
  notes: ['Nothing was measured: the candidate could not be applied.'],
} as const

function describeRefusal(
  { file, line, message, snippet, hint }: MigrationError,
  { candidate, scales }: GateOptions,
): GateFinding {
  return {
    severity: 'red',
    kind: 'error',
    title: `${file} can be applied`,
    id: `migration/${file}`,
    scale: scales[0] ?? 1,
    object: null,
    place: { file: pathOf(candidate.set, file), line },
    expected: 'no error',
    actual: [message, snippet, ...(hint === undefined ? [] : [hint])].join('\n'),
  }
}

/**
 * Red before everything else; `unjudged` where something could not be compared, or, if strict, not decided. A slowdown of what was
 * accepted fails nothing.
 */
export function statusOf({
  findings,
  timing,
  isStrict,
  accepted,
}: Pick<GateDocument, 'findings' | 'timing' | 'isStrict' | 'accepted'>): GateDocument['status'] {
  const counted = (timing?.comparisons ?? []).filter(
    ({ object }) => !isAccepted({ accepted }, object),
  )
  const verdicts = new Set(counted.map(({ verdict }) => verdict))
  if (findings.some(({ severity }) => severity === 'red')) return 'failed'
  if (verdicts.has('slower')) return 'failed'
  const isOpen = verdicts.has('inconclusive') || verdicts.has('contaminated')
  const isUnjudged = findings.some(({ severity }) => severity === 'unjudged')
  return isUnjudged || (isStrict && isOpen) ? 'unjudged' : 'passed'
}

function noteAccepted(
  document: Pick<GateDocument, 'accepted' | 'findings' | 'timing'>,
): readonly string[] {
  const { accepted } = document
  const idle = listIdle(accepted, document)
  return [
    ...(accepted.length === 0
      ? []
      : [`Accepted: whatever else was found of ${accepted.join(', ')} but wrong answers.`]),
    ...(idle.length === 0
      ? []
      : [`Nothing was found that --accept ${idle.join(', --accept ')} would be needed for.`]),
  ]
}
