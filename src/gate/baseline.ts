import { usageError } from '../errors.ts'
import { acceptFindings } from './accept.ts'
import { compareBaseline, findDifferentOrigin } from './baseline-compare.ts'
import { describeBaseline, mergeBaseline } from './baseline-describe.ts'
import { type Baseline, type LoadedBaseline, loadBaseline, saveBaseline } from './baseline-file.ts'
import { describeGate, statusOf } from './document.ts'
import { type GateOptions, type Step, measureExactWork } from './gate.ts'
import type { Unplaced } from './growth-limit.ts'
import { placeFinding } from './place.ts'
import type { GateDocument } from './result.ts'

export interface BaselineOptions extends Omit<GateOptions, 'base' | 'isStrict'> {
  readonly file: string
  /** Writes the file, unless comparing with it finds something red. */
  readonly isUpdate: boolean
}

/**
 * Holds exact work against what a file says of it; times are not portable, and not compared. The candidate is measured three
 * times over, which shows what is unstable.
 * @throws {HarnessError} as `gate` does, and E_BASELINE, E_BASELINE_ORIGIN: the file can't be compared with.
 */
export async function gateBaseline(options: BaselineOptions): Promise<GateDocument> {
  const { candidate, file, isUpdate } = options
  const loaded = await loadKnown(options)
  const known = loaded?.baseline ?? null
  const gateOptions: GateOptions = { ...options, base: candidate }
  const base = { from: 'baseline', file, checksum: loaded?.checksum ?? null } as const
  return describeGate(gateOptions, base, async () => {
    const { provenance, steps } = await measureExactWork(gateOptions, known?.indexes)
    const measured = describeBaseline(provenance.engine.version, steps)
    if (known !== null) checkOrigin(file, known, measured)
    const layers = steps.map(({ layer }) => layer)
    const newcomers = isUpdate ? 'noted' : 'unjudged'
    const { exact, sizes, findings: changes } = compareBaseline(known, measured, layers, newcomers)
    const accepted = acceptFindings([...judgeItself(steps), ...changes], options)
    const findings = await Promise.all(
      accepted.map((finding) => placeFinding(finding, candidate.set, candidate.set)),
    )
    const status = statusOf({ findings, timing: null, isStrict: false, accepted: [] })
    const merged = mergeBaseline(known, measured, new Set(options.accepted))
    const saved = isUpdate && status === 'passed' ? await saveBaseline(file, merged) : null
    return {
      provenance,
      base: { ...base, checksum: base.checksum ?? saved },
      fixtures: steps.map(({ ground }) => ground.fixture),
      findings,
      exact,
      sizes,
      notes: [
        ...(isUpdate ? [describeUpdate(file, saved !== null)] : []),
        'Times differ from machine to machine: a baseline has none, and nothing was timed.',
      ],
    }
  })
}

async function loadKnown({ file, isUpdate }: BaselineOptions): Promise<LoadedBaseline | undefined> {
  const loaded = await loadBaseline(file)
  if (loaded !== undefined || isUpdate) return loaded
  throw usageError(
    'E_BASELINE',
    `Baseline '${file}': found no such file`,
    'Write it with --update.',
  )
}

/** Other rows or another engine do other work: that would be compared with nothing, and rewriting would hide it. */
function checkOrigin(file: string, known: Baseline, measured: Baseline): void {
  const difference = findDifferentOrigin(known, measured)
  if (difference === null) return
  throw usageError(
    'E_BASELINE_ORIGIN',
    `Baseline '${file}': ${difference}`,
    'Compare on the same engine and the same rows, or delete the file and write it anew with --update.',
  )
}

/**
 * A candidate against itself. What could not be executed is its own fault, on whichever of the three copies; anything else that
 * differs between them can't be held against a file.
 */
function judgeItself(steps: readonly Step[]): readonly Unplaced[] {
  return steps.flatMap(({ layer }) => layer.findings.map(blameCandidate))
}

function blameCandidate(finding: Unplaced): Unplaced {
  if (finding.severity === 'noted') return finding
  const isOwn = finding.severity === 'unjudged' || finding.kind === 'error'
  return isOwn
    ? { ...finding, severity: 'red' }
    : { ...finding, severity: 'unjudged', title: `${finding.title}, on another copy of it` }
}

function describeUpdate(file: string, isWritten: boolean): string {
  return isWritten
    ? `${file} was written. Counts that grew within the tolerance keep their former value: growth does not creep.`
    : `${file} was not written: it would hide what is red. To accept that, name the object with --accept, or delete the file and write it anew: the change is then seen in the commit.`
}
