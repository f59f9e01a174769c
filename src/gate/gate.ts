import type { OpenOptions } from '../database/pglite.ts'
import { pgliteVersion } from '../database/postgres-version.ts'
import { defined } from '../defined.ts'
import { HarnessError } from '../errors.ts'
import { chooseFixture } from '../fixture/source.ts'
import type { PayloadShape } from '../fixture/tool-output.ts'
import { benchEndUs } from '../benchmark/clock.ts'
import { type Workload, loadWorkloads } from '../benchmark/workload.ts'
import { type Provenance, captureProvenance } from '../provenance.ts'
import { nonEmpty, quantile, upperBoundOfQuantile } from '../statistics/samples.ts'
import { judgeTarget, targetConfidence, targetQuantile } from '../statistics/target.ts'
import { acceptFindings } from './accept.ts'
import type { Arm } from './arm.ts'
import { type Judged, describeGate } from './document.ts'
import {
  type EffortName,
  type GateEffort,
  gateEfforts,
  measureResolution,
  refuseToothless,
} from './effort.ts'
import { type Ground, type Instances, layGround } from './ground.ts'
import { compareGrowth, findGrowth, listLostTargets } from './growth.ts'
import type { Unplaced } from './growth-limit.ts'
import { type ExactLayer, isDeclared, measureLayer } from './layer.ts'
import { placeFinding, placeTimed } from './place.ts'
import type { GateDocument, TargetComparison, TargetStanding, TimingFacts } from './result.ts'
import { type Timed, keyOf, timeFields } from './timing.ts'

export interface GateOptions extends Pick<OpenOptions, 'statementTimeoutMs' | 'signal'> {
  readonly base: Arm
  readonly candidate: Arm
  /** Numbers of events, in ascending order. */
  readonly scales: readonly number[]
  readonly effort: EffortName
  /** Of generated events and of every order; absent: the canonical dataset where a scale is its size, else `'1'`. */
  readonly seed?: string
  readonly payload?: PayloadShape
  readonly isStrict?: boolean
  /** Names of objects that are meant to go, to be redefined or to do more work. */
  readonly accepted?: readonly string[]
  /** What repeats the run. */
  readonly command: string
  /** Absent: the package's own. */
  readonly workloads?: readonly Workload[]
  /** Instead of the effort of that name. */
  readonly amount?: GateEffort
  readonly instrument?: (instances: Instances) => Instances
  readonly onProgress?: (progress: GateProgress) => void
}

export interface GateProgress {
  readonly scale: number
  readonly phase: string
  readonly done: number
  readonly total: number
}

/** One scale, its rows and what exact work said. */
export interface Step {
  readonly ground: Ground
  readonly layer: ExactLayer
}

/**
 * Holds candidate migrations against base ones: exact work first, time only where every answer is right.
 * @throws {HarnessError} E_GATE_TOOTHLESS, E_GATE_BASE, E_GATE_EMPTY, E_WORKLOAD, E_INTERRUPTED, E_ENGINE_OPEN
 */
export function gate(options: GateOptions): Promise<GateDocument> {
  const base = { from: 'migrations', ...options.base.facts } as const
  return describeGate(options, base, () => judge(options))
}

async function judge(options: GateOptions): Promise<Judged> {
  const { base, candidate, scales } = options
  const { provenance, steps, amount } = await measureExactWork(options)
  const layers = steps.map(({ layer }) => layer)
  const exactFindings = layers.flatMap(({ findings }) => findings)
  const isWrong = exactFindings.some(isWrongAnswer)
  const timed = isWrong || isIdle(options) ? null : await time(steps, amount, options)
  const exact = layers.flatMap((layer) => layer.exact)
  const { targetMs } = candidate.set.contract
  const growth = compareGrowth(exact, timed?.facts.comparisons ?? [], targetMs)
  const targets = timed === null ? [] : compareTargets(timed, targetMs)
  const unplaced = tellOnce([...exactFindings, ...findGrowth(growth, scales.at(-1) ?? 0)])
  return {
    provenance,
    fixtures: steps.map(({ ground }) => ground.fixture),
    findings: await Promise.all(
      acceptFindings(unplaced, options).map((finding) =>
        placeFinding(finding, base.set, candidate.set),
      ),
    ),
    exact,
    sizes: layers.flatMap(({ sizes }) => sizes),
    timing: timed === null ? null : await placeAll(timed.facts, options),
    targets,
    growth,
    notes: writeNotes(options, isWrong, targets),
  }
}

/** An object that is gone is so at every scale. */
function tellOnce(findings: readonly Unplaced[]): readonly Unplaced[] {
  return findings.filter(
    ({ kind, id, title }, index) =>
      kind !== 'object' ||
      findings.findIndex((other) => other.id === id && other.title === title) === index,
  )
}

async function placeAll(
  facts: TimingFacts,
  { base, candidate }: GateOptions,
): Promise<TimingFacts> {
  const comparisons = await Promise.all(
    facts.comparisons.map((timed) => placeTimed(timed, base.set, candidate.set)),
  )
  return { ...facts, comparisons }
}

/**
 * Layer 1 at every scale, after the gate has shown that it could fail.
 * @param knownIndexes By name those that are not new, whatever the base has.
 * @throws {HarnessError} as `gate` does; {MigrationError} where the candidate can't be applied.
 */
export async function measureExactWork(
  options: GateOptions,
  knownIndexes?: Readonly<Record<string, unknown>>,
): Promise<{
  readonly provenance: Provenance
  readonly steps: readonly Step[]
  readonly amount: GateEffort
}> {
  const { base, candidate, scales } = options
  const amount = options.amount ?? gateEfforts[options.effort]
  const early = captureProvenance({ kind: 'pglite', version: '', package: pgliteVersion() })
  const workloads = (options.workloads ?? (await loadWorkloads())).filter(
    ({ relation }) => isDeclared(base.set, relation) || isDeclared(candidate.set, relation),
  )
  if (!workloads.some(({ relation }) => isDeclared(base.set, relation))) throw emptyError(base)
  refuseToothless(amount, workloads.length * scales.length, measureResolution())
  const steps: Step[] = []
  for (const scale of scales) {
    steps.push(await measureScale(scale, options, workloads, knownIndexes))
  }
  return {
    provenance: { ...early, engine: steps[0]?.layer.engine ?? early.engine },
    steps,
    amount,
  }
}

async function measureScale(
  scale: number,
  options: GateOptions,
  workloads: readonly Workload[],
  knownIndexes: Readonly<Record<string, unknown>> | undefined,
): Promise<Step> {
  const { base, candidate, seed, payload, onProgress, statementTimeoutMs, signal } = options
  const endUs = benchEndUs
  onProgress?.({ scale, phase: 'load', done: 0, total: 1 })
  const ground = await layGround({
    base: base.set,
    candidate: candidate.set,
    endUs,
    fixture: chooseFixture({
      events: scale,
      endUs,
      ...(seed === undefined ? {} : { seed }),
      ...(payload === undefined ? {} : { payload }),
    }),
    engine: { clockUs: benchEndUs, ...defined({ statementTimeoutMs, signal }) },
  })
  onProgress?.({ scale, phase: 'exact work', done: 0, total: 1 })
  const layer = await measureLayer({
    ground,
    base: base.set,
    candidate: candidate.set,
    workloads,
    endUs,
    accepted: new Set(options.accepted),
    ...(knownIndexes === undefined ? {} : { knownIndexes: new Set(Object.keys(knownIndexes)) }),
  })
  return { ground, layer }
}

function time(steps: readonly Step[], effort: GateEffort, options: GateOptions): Promise<Timed> {
  const { instrument, onProgress } = options
  return timeFields(
    steps.map(({ ground, layer }) => ({ ground, queries: layer.timeable })),
    {
      effort,
      seed: options.seed ?? '1',
      ...(instrument === undefined ? {} : { instrument }),
      onProgress: (phase, scale, done, total) => onProgress?.({ scale, phase, done, total }),
    },
  )
}

function compareTargets({ facts, latencies }: Timed, targetMs: number): TargetComparison[] {
  return facts.comparisons.flatMap(({ id, title, object, scale }) => {
    const taken = latencies.get(keyOf(id, scale))
    // Without triage there are none.
    if (taken === undefined || taken.base.length === 0) return []
    const base = standAgainst(taken.base, targetMs)
    const candidate = standAgainst(taken.candidate, targetMs)
    return [{ id, title, object, scale, targetMs, base, candidate }]
  })
}

function standAgainst(latenciesMs: readonly number[], targetMs: number): TargetStanding {
  const samples = nonEmpty(latenciesMs)
  return {
    claim: judgeTarget(samples, targetMs).claim,
    p95Ms: quantile(samples, targetQuantile),
    boundMs: upperBoundOfQuantile(samples, targetQuantile, targetConfidence),
    latenciesMs: samples,
  }
}

/** Most changes leave the migrations alone: whoever is in a hurry need not wait to hear that the same takes as long as the same. */
function isIdle({ base, candidate, effort, amount }: GateOptions): boolean {
  return effort === 'quick' && amount === undefined && isSameArm(base, candidate)
}

function isSameArm(base: Arm, candidate: Arm): boolean {
  return base.facts.checksum === candidate.facts.checksum
}

/** Whatever makes time meaningless: fast is no merit of what is wrong. */
function isWrongAnswer({ severity, kind }: Unplaced): boolean {
  return severity === 'red' && (kind === 'answer' || kind === 'error')
}

function writeNotes(
  options: GateOptions,
  isWrong: boolean,
  targets: readonly TargetComparison[],
): readonly string[] {
  const { base, candidate, scales } = options
  const same = isIdle(options)
    ? 'nothing was timed, for it takes the same time. --effort standard times it all the same.'
    : 'everything was measured all the same.'
  const lost = listLostTargets(targets).map(({ title, scale }) => `${title} at ${scale} events`)
  const notes = [
    ...base.notes,
    isWrong ? 'Nothing was timed: an answer is wrong, and how fast it comes does not matter.' : '',
    isSameArm(base, candidate) ? `Both arms run the same scripts: ${same}` : '',
    lost.length === 0 ? '' : `Met its target before and misses it now: ${lost.join(', ')}.`,
    scales.length < 3 ? 'Growth is judged from three scales on.' : '',
  ]
  return notes.filter((note) => note !== '')
}

function emptyError({ facts }: Arm): HarnessError {
  return new HarnessError(
    'E_GATE_EMPTY',
    `Base '${facts.directory}': its contract declares no view or function that a workload asks`,
    { hint: 'Compare migrations that have what bench/workloads asks.' },
  )
}
