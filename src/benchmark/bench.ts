import { createHash } from 'node:crypto'
import { defined } from '../defined.ts'
import type { OpenOptions } from '../database/pglite.ts'
import { pgliteVersion } from '../database/postgres-version.ts'
import { HarnessError, messageOf } from '../errors.ts'
import { chooseFixture } from '../fixture/source.ts'
import type { PayloadShape } from '../fixture/tool-output.ts'
import { describeMigrations } from '../migration/describe.ts'
import type { MigrationSet } from '../migration/migration.ts'
import { captureProvenance } from '../provenance.ts'
import { measureBaseRung } from './base-rung.ts'
import { beyondBudget, checkBudget, fitEffort } from './budget.ts'
import { benchEndUs } from './clock.ts'
import { type EngineFacts, introduceEngine, introduceFresh } from './engine-facts.ts'
import { EngineLoss } from './engine-loss.ts'
import { describeGrowth } from './growth.ts'
import type { AbsentRung, BenchDocument, BenchRequest, Measurement, Rung } from './result.ts'
import { type Effort, thoroughEffort } from './run.ts'
import { type ForeseenStage, checkRoom } from './room.ts'
import { type RungProgress, type RungRequest, measureRung } from './rung.ts'
import { chooseScales } from './scale.ts'
import { type Workload, loadWorkloads } from './workload.ts'

export interface BenchOptions extends Pick<OpenOptions, 'statementTimeoutMs' | 'signal'> {
  readonly migrations: MigrationSet
  /**
   * Numbers of events, in ascending order; absent: the canonical dataset's. Only for migrations whose contract names a
   * fixture: the others are measured once, on the rows that their base scripts insert.
   */
  readonly scales?: readonly number[]
  /** Of the generated events; absent: the canonical dataset where a scale is its size, else `'1'`. */
  readonly seed?: string
  readonly payload?: PayloadShape
  /** Absent: the package's own. */
  readonly workloads?: readonly Workload[]
  readonly effort?: Effort
  /** Leaves out the rungs, and then the samples, that would take longer than this in all. */
  readonly budgetMs?: number
  /** How it was asked for: kept in the document. */
  readonly command?: string
  readonly onProgress?: (progress: BenchProgress) => void
}

export interface BenchProgress extends RungProgress {
  readonly scale: number
}

/**
 * Measures migrations at every scale. Wrong answers, errors and rungs that could not be built are in the document, and
 * decide its status; so does no missed target, which is a result like any other.
 * @throws {HarnessError} E_BENCH_SCALES, E_BENCH_FIXTURE, E_BUDGET, E_ROOM, E_WORKLOAD, E_INTERRUPTED, E_ENGINE_OPEN
 */
export async function bench(options: BenchOptions): Promise<BenchDocument> {
  const started = performance.now()
  const { migrations, signal, budgetMs, effort: wanted = thoroughEffort } = options
  const scales = chooseScales(migrations.contract, options.scales)
  checkBudget(budgetMs, scales)
  if (migrations.contract.fixture !== null)
    await checkRoom(scales.map((scale) => foreseeStage(scale, options)))
  const provenance = captureProvenance({ kind: 'pglite', version: '', package: pgliteVersion() })
  let engine: EngineFacts | undefined
  const workloads = options.workloads ?? (await loadWorkloads())
  const effort =
    budgetMs === undefined ? wanted : fitEffort(wanted, budgetMs / scales.length / workloads.length)
  const rungs: Rung[] = []
  const unbuilt: AbsentRung[] = []
  const omitted: AbsentRung[] = []
  for (const scale of scales) {
    const reason = beyondBudget(budgetMs, performance.now() - started, scale, rungs.at(-1))
    if (reason !== null) {
      omitted.push({ scale, reason })
      continue
    }
    try {
      rungs.push(
        await measureScale(scale, { ...options, effort }, workloads, async (database) => {
          engine ??= await introduceEngine(database)
        }),
      )
    } catch (error) {
      if (signal?.aborted === true) throw interrupted(error)
      unbuilt.push({ scale, reason: messageOf(error) })
    }
  }
  const facts = engine ?? (await introduceFresh(signal))
  return {
    schema: 'hook-harness/bench',
    schemaVersion: 1,
    status: statusOf(rungs, unbuilt),
    provenance: { ...provenance, engine: { ...provenance.engine, ...facts.engine } },
    migrations: describeMigrations(migrations),
    seed: orderSeed(options),
    request: describeRequest(options, { scales, workloads, wanted, effort }),
    settings: facts.settings,
    rungs,
    unbuilt,
    omitted,
    growth: describeGrowth(rungs),
    durationMs: performance.now() - started,
  }
}

function describeRequest(
  { command, payload = 'slim', budgetMs, statementTimeoutMs, migrations }: BenchOptions,
  chosen: {
    readonly scales: readonly number[]
    readonly workloads: readonly Workload[]
    readonly wanted: Effort
    readonly effort: Effort
  },
): BenchRequest {
  const { scales, workloads, wanted, effort } = chosen
  return {
    command: command ?? null,
    scales,
    payload,
    clock: migrations.contract.fixture === null ? null : new Date(benchEndUs / 1_000).toISOString(),
    effort,
    budget: budgetMs === undefined ? null : { budgetMs, wantedTimeMs: wanted.timeMs },
    statementTimeoutMs: statementTimeoutMs ?? null,
    workloads: workloads.map(({ id, file, sql }) => ({ id, file, digest: digestOf(sql) })),
  }
}

function digestOf(sql: string): string {
  return createHash('sha256').update(sql).digest('hex').slice(0, 16)
}

function measureScale(
  scale: number,
  options: BenchOptions & { readonly effort: Effort },
  workloads: readonly Workload[],
  onOpen: RungRequest['onOpen'],
): Promise<Rung> {
  const { migrations, effort, onProgress, statementTimeoutMs, signal } = options
  if (migrations.contract.fixture === null) {
    return measureBaseRung({ migrations, effort, engine: defined({ signal }), onOpen })
  }
  return climb({
    ...foreseeStage(scale, options),
    onOpen,
    workloads: workloads.filter(({ relation }) => isDeclared(migrations, relation)),
    effort,
    seed: orderSeed(options),
    engine: { clockUs: benchEndUs, ...defined({ signal }) },
    ...defined({ statementTimeoutMs }),
    ...(onProgress === undefined
      ? {}
      : { onProgress: (progress) => onProgress({ ...progress, scale }) }),
  })
}

/** What a rung stands on. */
function foreseeStage(events: number, { migrations, seed, payload }: BenchOptions): ForeseenStage {
  const endUs = benchEndUs
  return {
    migrations,
    endUs,
    fixture: chooseFixture({ events, endUs, ...defined({ seed, payload }) }),
  }
}

/** A workload that takes the engine with it is void, and the rung is climbed again without it. */
async function climb(request: RungRequest): Promise<Rung> {
  try {
    return await measureRung(request)
  } catch (error) {
    if (!(error instanceof EngineLoss)) throw error
    const { workloads, fixture } = request
    const culprit = workloads.find(({ id }) => id === error.workloadId)
    if (culprit === undefined) throw error
    const rung = await climb({ ...request, workloads: workloads.filter((one) => one !== culprit) })
    const lost: Measurement = {
      workloadId: culprit.id,
      title: culprit.title,
      object: culprit.relation,
      scale: fixture.facts.events,
      state: 'void',
      fault: 'error',
      reason: error.message,
    }
    return { ...rung, measurements: [...rung.measurements, lost] }
  }
}

function orderSeed({ seed }: BenchOptions): string {
  return seed ?? '1'
}

function isDeclared({ contract }: MigrationSet, relation: string): boolean {
  return [...contract.views, ...contract.functions].some(({ name }) => name === relation)
}

function statusOf(rungs: readonly Rung[], unbuilt: readonly AbsentRung[]): BenchDocument['status'] {
  const voids = rungs.flatMap(({ measurements }) => measurements).filter(isVoided)
  if (voids.some(({ fault }) => fault === 'wrong')) return 'failed'
  return voids.length > 0 || unbuilt.length > 0 ? 'unjudged' : 'passed'
}

function isVoided(
  measurement: Measurement,
): measurement is Extract<Measurement, { readonly state: 'void' }> {
  return measurement.state === 'void'
}

function interrupted(cause: unknown): HarnessError {
  if (cause instanceof HarnessError && cause.code === 'E_INTERRUPTED') return cause
  return new HarnessError('E_INTERRUPTED', 'The benchmark was interrupted.', { cause })
}
