import type { Database } from '../database/database.ts'
import type { OpenOptions } from '../database/pglite.ts'
import { HarnessError, messageOf } from '../errors.ts'
import type { FixtureSource } from '../fixture/source.ts'
import type { MigrationSet } from '../migration/migration.ts'
import { applyScript } from '../migration/runner.ts'
import { measureCold } from './cold.ts'
import { conclude } from './conclude.ts'
import { isHeldInMemory } from './medium.ts'
import { MigrationTimer } from './migrate.ts'
import { type Prepared, isVoid, prepareWorkloads } from './prepare.ts'
import type { ColdFacts, Measurement, Rung, Subject } from './result.ts'
import { type Effort, type Task, runTasks } from './run.ts'
import { type Stage, type StageProgress, openMemoryStage } from './stage.ts'
import { openFolderStage } from './folder-stage.ts'
import { captureIndexUse, captureStorage } from './storage.ts'
import { summarise } from './summary.ts'
import { measureUpkeep } from './upkeep.ts'
import type { Workload } from './workload.ts'
import { compareWrites, measureWrites } from './write.ts'

/** What a rung does at the moment, and how far it is. */
export interface RungProgress {
  readonly phase:
    | StageProgress['phase']
    | 'migrate'
    | 'check'
    | 'measure'
    | 'plan'
    | 'cold'
    | 'roll back'
    | 'write'
  /** Of `total`: rows, statements, bytes or samples; 0 of 0 where nothing can be counted. */
  readonly done: number
  readonly total: number
}

export interface RungRequest {
  readonly migrations: MigrationSet
  readonly fixture: FixtureSource
  /** The instant of the last event, in microseconds since 1970. */
  readonly endUs: number
  readonly workloads: readonly Workload[]
  readonly effort: Effort
  readonly seed: string
  readonly engine: Pick<OpenOptions, 'signal' | 'clockUs'>
  /** The longest that one execution of a workload may take; nothing else has a limit. */
  readonly statementTimeoutMs?: number | undefined
  /** Called with the database as soon as it is open. */
  readonly onOpen: (database: Database) => Promise<void>
  readonly onProgress?: (progress: RungProgress) => void
}

/**
 * One size, from an empty database to the rollback: load, migrate, workloads in rounds, their plans, sizes, cold caches, back
 * and there again, and a logger's writes without the migrations and with them. From the workloads on, whatever fails is void,
 * and what was measured before it stands.
 * @throws {HarnessError} what kept the rung from being built; {EngineLoss} where a workload took the engine with it.
 */
export async function measureRung(request: RungRequest): Promise<Rung> {
  const started = performance.now()
  const { migrations, fixture, engine, effort } = request
  const { events: scale } = fixture.facts
  const report: Report = (phase, done = 0, total = 0) =>
    request.onProgress?.({ phase, done, total })
  const open = isHeldInMemory(scale, fixture.facts.payload) ? openMemoryStage : openFolderStage
  await using stage = await open({
    migrations,
    fixture,
    endUs: request.endUs,
    engine,
    onProgress: ({ phase, done, total }) => report(phase, done, total),
  })
  const { database, oracle } = stage
  await request.onOpen(database)
  report('migrate')
  const timer = new MigrationTimer(database, migrations)
  await timer.forward()
  report('analyse')
  const upkeep = await measureUpkeep(database, migrations.contract, scale, effort.timeMs / 4)
  const answers = await measureAnswers(stage, request, report)
  report('roll back')
  const isBack = await timer.goBack(effort.timeMs / 4, engine.signal)
  const writes = await measureBothPhases(stage, isBack, request, report)
  return {
    scale,
    fixture: { ...fixture.facts, sessions: oracle.sessions },
    medium: stage.medium,
    storage: answers.storage,
    indexUse: answers.indexUse,
    indexBuilds: timer.indexBuilds(),
    writeCosts: compareWrites(writes),
    cold: answers.cold,
    measurements: [
      ...answers.measurements,
      measureLoad(stage, scale),
      ...upkeep,
      ...writes,
      ...timer.measurements(scale),
    ],
    peakMemoryBytes: process.resourceUsage().maxRSS * 1_024,
    durationMs: performance.now() - started,
  }
}

type Report = (phase: RungProgress['phase'], done?: number, total?: number) => void

/** Everything that is measured of the migrated database as it stands. */
async function measureAnswers(
  stage: Stage,
  request: RungRequest,
  report: Report,
): Promise<Pick<Rung, 'storage' | 'indexUse' | 'cold' | 'measurements'>> {
  const { database, oracle } = stage
  const { fixture, engine, statementTimeoutMs } = request
  const { contract } = request.migrations
  const { events: scale } = fixture.facts
  const seed = `${request.seed} ${scale}`
  const limit = <T>(work: () => Promise<T>): Promise<T> => database.limit(statementTimeoutMs, work)
  report('check')
  const prepared = await limit(() => prepareWorkloads(database, oracle, request.workloads))
  const tasks = prepared.flatMap(taskOf)
  await database.query('select pg_stat_reset()')
  const taken = await limit(() =>
    runTasks(database, tasks, {
      effort: request.effort,
      seed,
      ...(engine.signal === undefined ? {} : { signal: engine.signal }),
      onProgress: (done, total) => report('measure', done, total),
    }),
  )
  const indexUse = await captureIndexUse(database, contract)
  const measurements: Measurement[] = []
  for (const [done, one] of prepared.entries()) {
    report('plan', done, prepared.length)
    measurements.push(await limit(() => conclude(database, one, taken, contract, scale)))
  }
  const storage = await captureStorage(database, contract, scale)
  report('cold')
  const { cold, lost } = await measureColdly(stage, tasks, measurements, {
    seed,
    request,
    onProgress: (done, total) => report('cold', done, total),
  })
  return { storage, indexUse, cold, measurements: [...measurements, ...lost] }
}

/** Cold executions, or what kept them from being taken. */
async function measureColdly(
  { database, medium }: Stage,
  tasks: readonly Task[],
  warm: readonly Measurement[],
  options: {
    readonly seed: string
    readonly request: RungRequest
    readonly onProgress: (done: number, total: number) => void
  },
): Promise<{ readonly cold: readonly ColdFacts[]; readonly lost: readonly Measurement[] }> {
  // In memory the table that displaces the others would take longer than all the rest.
  if (medium === 'memory') return { cold: [], lost: [] }
  const { seed, request, onProgress } = options
  const { statementTimeoutMs, fixture } = request
  try {
    const cold = await measureCold(database, tasks, warm, { seed, statementTimeoutMs, onProgress })
    return { cold, lost: [] }
  } catch (error) {
    const subject = { workloadId: 'cold/executions', title: 'Cold executions' }
    return { cold: [], lost: [lose(subject, fixture.facts.events, error, request)] }
  }
}

/**
 * Last of all, because even writes that are rolled back leave a table larger. Where the migrations could not be taken back,
 * another copy stands for the table without them.
 */
async function measureBothPhases(
  stage: Stage,
  isBack: boolean,
  request: RungRequest,
  report: Report,
): Promise<readonly Measurement[]> {
  report('write')
  const { fixture, migrations, endUs, effort } = request
  const { payload, events: scale } = fixture.facts
  try {
    await using spare = isBack ? undefined : await stage.openTwin()
    await using twin = await stage.openTwin()
    for (const script of migrations.forward) await applyScript(twin.database, script)
    return await measureWrites(
      { before: spare?.database ?? stage.database, after: twin.database },
      { seed: 'writes', payload, endUs },
      { scale, maximumSamples: effort.maximumSamples, patienceMs: effort.timeMs },
      (done, total) => report('write', done, total),
    )
  } catch (error) {
    return [
      lose({ workloadId: 'ingest/writes', title: "A logger's writes" }, scale, error, request),
    ]
  }
}

/** A void in the place of what a phase would have measured. @throws the signal's reason */
function lose(
  subject: Pick<Subject, 'workloadId' | 'title'>,
  scale: number,
  error: unknown,
  { engine }: RungRequest,
): Measurement {
  engine.signal?.throwIfAborted()
  if (!(error instanceof HarnessError)) throw error
  const reason = messageOf(error)
  return { ...subject, object: null, scale, state: 'void', fault: 'error', reason }
}

function taskOf({ task }: Prepared): readonly Task[] {
  return isVoid(task) ? [] : [task]
}

function measureLoad({ loads, medium }: Stage, scale: number): Measurement {
  const subject: Subject = { ...loadTitles[medium], object: null, scale }
  const wrong = loads.find(({ rows }) => rows !== scale)
  if (wrong === undefined) return { ...subject, ...summarise(loads, null, null) }
  const mismatch = { expectedRows: scale, actualRows: wrong.rows }
  const reason = `stored ${wrong.rows} rows, expected ${scale}`
  return { ...subject, state: 'void', fault: 'wrong', reason, mismatch }
}

const loadTitles = {
  memory: { workloadId: 'ingest/load', title: 'Load into the indexed table' },
  folder: { workloadId: 'ingest/build', title: 'Generate, load, then index and analyse' },
} as const
