import { usageError } from '../errors.ts'
import { generatorVersion } from '../fixture/generate.ts'
import { compareBaseline, describeScale, findDifferentOrigin } from './baseline-compare.ts'
import { type Baseline, type LoadedBaseline, loadBaseline, saveBaseline } from './baseline-file.ts'
import { type GateOptions, measureExactWork, statusOf } from './gate.ts'
import type { Unplaced } from './growth-limit.ts'
import type { ExactLayer } from './layer.ts'
import { placeFinding } from './place.ts'
import type { GateDocument } from './result.ts'

export interface BaselineOptions extends Omit<GateOptions, 'base'> {
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
  const started = performance.now()
  const { candidate, file, isUpdate } = options
  const loaded = await loadKnown(options)
  const { provenance, steps } = await measureExactWork({ ...options, base: candidate })
  const layers = steps.map(({ layer }) => layer)
  const measured = describeBaseline(options, provenance.engine.version, layers)
  const known = loaded?.baseline ?? null
  if (known !== null) checkOrigin(file, known, measured)
  const declared = candidate.set.contract.indexes.map(({ name }) => name)
  const { exact, sizes, findings: differences } = compareBaseline(known, layers, declared)
  const own = layers.flatMap(({ findings }) => findings.flatMap(ofItself))
  const findings = await Promise.all(
    [...own, ...differences].map((finding) => placeFinding(finding, candidate.set, candidate.set)),
  )
  const status = statusOf({ findings, timing: null, isStrict: false })
  const saved = isUpdate && status === 'passed' ? await saveBaseline(file, measured) : null
  return {
    schema: 'hook-harness/gate',
    schemaVersion: 1,
    status,
    provenance,
    title: candidate.set.contract.title,
    command: options.command,
    base: { from: 'baseline', file, checksum: loaded?.checksum ?? saved },
    candidate: candidate.facts,
    seed: measured.seed,
    effort: options.effort,
    isStrict: false,
    fixtures: steps.map(({ ground }) => ground.fixture),
    findings,
    exact,
    sizes,
    timing: null,
    targets: [],
    growth: [],
    notes: [
      ...candidate.notes,
      ...(isUpdate ? [describeUpdate(file, saved !== null)] : []),
      'Times differ from machine to machine: a baseline has none, and nothing was timed.',
    ],
    durationMs: performance.now() - started,
  }
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

function describeBaseline(
  { seed = '1', payload = 'slim' }: BaselineOptions,
  postgres: string,
  layers: readonly ExactLayer[],
): Baseline {
  return {
    schema: 'hook-harness/baseline',
    schemaVersion: 1,
    postgres,
    generatorVersion,
    seed,
    payload,
    scales: layers.map(describeScale),
  }
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

/** A candidate against itself: what could not be judged on either side is its own fault; nothing else can differ. */
function ofItself(finding: Unplaced): readonly Unplaced[] {
  return finding.severity === 'unjudged' ? [{ ...finding, severity: 'red' }] : []
}

function describeUpdate(file: string, isWritten: boolean): string {
  return isWritten
    ? `${file} was written.`
    : `${file} was not written: it would hide what is red. To accept that, delete the file and write it anew: the change is then seen in the commit.`
}
