import { defined } from '../defined.ts'
import type { Database, Engine } from '../database/database.ts'
import type { OpenOptions } from '../database/pglite.ts'
import { pgliteVersion } from '../database/postgres-version.ts'
import { openFresh } from '../database/template.ts'
import { HarnessError, messageOf, usageError } from '../errors.ts'
import { canonicalSize } from '../fixture/canonical.ts'
import { chooseFixture } from '../fixture/source.ts'
import type { PayloadShape } from '../fixture/tool-output.ts'
import { describeMigrations } from '../migration/describe.ts'
import type { MigrationSet } from '../migration/migration.ts'
import { captureProvenance } from '../provenance.ts'
import { usPerDay } from '../units.ts'
import { measureBaseRung } from './base-rung.ts'
import { beyondBudget, fitEffort } from './budget.ts'
import { describeGrowth } from './growth.ts'
import type { AbsentRung, BenchDocument, Measurement, Rung } from './result.ts'
import { type Effort, thoroughEffort } from './run.ts'
import { checkRoom } from './room.ts'
import { type RungProgress, type RungRequest, measureRung } from './rung.ts'
import { EngineLoss } from './engine-loss.ts'
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
  /** Leaves out the rungs, and then the samples, that would take longer than this in all; the first rung is always climbed. */
  readonly budgetMs?: number
  readonly onProgress?: (progress: BenchProgress) => void
}

export interface BenchProgress extends RungProgress {
  readonly scale: number
}

/**
 * Measures migrations at every scale. Wrong answers, errors and rungs that could not be built are in the document, and
 * decide its status; so does no missed target, which is a result like any other.
 * @throws {HarnessError} E_BENCH_SCALES, E_BENCH_FIXTURE, E_ROOM, E_WORKLOAD, E_INTERRUPTED, E_ENGINE_OPEN
 */
export async function bench(options: BenchOptions): Promise<BenchDocument> {
  const started = performance.now()
  const { migrations, signal } = options
  const scales = chooseScales(options)
  if (migrations.contract.fixture !== null) await checkRoom(scales, options.payload ?? 'slim')
  const provenance = captureProvenance({ kind: 'pglite', version: '', package: pgliteVersion() })
  let engine: EngineFacts | undefined
  const workloads = options.workloads ?? (await loadWorkloads())
  const rungs: Rung[] = []
  const unbuilt: AbsentRung[] = []
  const omitted: AbsentRung[] = []
  const { budgetMs, effort: wanted = thoroughEffort } = options
  const effort =
    budgetMs === undefined ? wanted : fitEffort(wanted, budgetMs / scales.length / workloads.length)
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
    settings: facts.settings,
    rungs,
    unbuilt,
    omitted,
    growth: describeGrowth(rungs),
    durationMs: performance.now() - started,
  }
}

function measureScale(
  scale: number,
  options: BenchOptions & { readonly effort: Effort },
  workloads: readonly Workload[],
  onOpen: RungRequest['onOpen'],
): Promise<Rung> {
  const { migrations, seed, payload, onProgress, statementTimeoutMs, signal } = options
  const engine = defined({ statementTimeoutMs, signal })
  if (migrations.contract.fixture === null) {
    return measureBaseRung({ migrations, effort: options.effort, engine, onOpen })
  }
  const endUs = startOfDayUs()
  return climb({
    migrations,
    endUs,
    onOpen,
    fixture: chooseFixture({
      events: scale,
      endUs,
      ...defined({ seed, payload }),
    }),
    workloads: workloads.filter(({ relation }) => isDeclared(migrations, relation)),
    effort: options.effort,
    seed: orderSeed(options),
    engine,
    ...(onProgress === undefined
      ? {}
      : { onProgress: (progress) => onProgress({ ...progress, scale }) }),
  })
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

/** Data ends at midnight, UTC: the windows of 7 and 14 days are full, and the same all day long. */
function startOfDayUs(): number {
  return Math.floor((Date.now() * 1_000) / usPerDay) * usPerDay
}

function orderSeed({ seed }: BenchOptions): string {
  return seed ?? '1'
}

function isDeclared({ contract }: MigrationSet, relation: string): boolean {
  return [...contract.views, ...contract.functions].some(({ name }) => name === relation)
}

/** @throws {HarnessError} E_BENCH_SCALES, E_BENCH_FIXTURE */
function chooseScales({ migrations, scales }: BenchOptions): readonly number[] {
  const { fixture, title } = migrations.contract
  if (fixture === null) {
    if (scales === undefined) return [0]
    throw usageError(
      'E_BENCH_FIXTURE',
      `Migrations '${title}': found no fixture in their contract, expected 'hook-events' to fill tables up to a size`,
      'Leave out the sizes: the migrations are then timed on the rows that their base scripts insert.',
    )
  }
  checkScales(scales ?? [canonicalSize.events])
  return scales ?? [canonicalSize.events]
}

function checkScales(scales: readonly number[]): void {
  const isAscending = scales.every((scale, index) => scale > (scales[index - 1] ?? 0))
  const isWhole = scales.every((scale) => Number.isSafeInteger(scale))
  if (scales.length > 0 && isAscending && isWhole) return
  throw usageError(
    'E_BENCH_SCALES',
    `Scales '${scales.join(',')}': expected whole numbers of events above 0, in ascending order`,
  )
}

/** Settings that timings depend on. */
const timedSettings = [
  'shared_buffers',
  'work_mem',
  'maintenance_work_mem',
  'effective_cache_size',
  'random_page_cost',
  'jit',
  'fsync',
  'synchronous_commit',
  'wal_level',
  'max_parallel_workers_per_gather',
  'default_statistics_target',
] as const

interface EngineFacts extends Pick<BenchDocument, 'settings'> {
  readonly engine: Engine
}

async function introduceEngine(database: Database): Promise<EngineFacts> {
  const rows = await database.query<{ readonly name: string; readonly value: string }>(
    'select name, current_setting(name) as value from unnest($1::text[]) as name',
    [timedSettings],
  )
  return {
    engine: database.engine,
    settings: Object.fromEntries(rows.map(({ name, value }) => [name, value])),
  }
}

/** When no rung opened an engine: either none opens, and this says why, or it was not the engine's fault. */
async function introduceFresh(signal: AbortSignal | undefined): Promise<EngineFacts> {
  await using database = await openFresh(signal === undefined ? {} : { signal })
  return introduceEngine(database)
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
