import type { Database } from '../database/database.ts'
import type { OpenOptions } from '../database/pglite.ts'
import { type Plan, explain } from '../database/plan.ts'
import { QueryError } from '../errors.ts'
import type { FixtureSource } from '../fixture/source.ts'
import type { MigrationSet } from '../migration/migration.ts'
import { applyScript } from '../migration/runner.ts'
import { measureCold } from './cold.ts'
import { blame } from './engine-loss.ts'
import { isHeldInMemory } from './medium.ts'
import { MigrationTimer } from './migrate.ts'
import { type Prepared, isVoid, prepareWorkloads } from './prepare.ts'
import type { Measurement, Rung, Subject, Void } from './result.ts'
import { type Effort, type Taken, type Task, runTasks } from './run.ts'
import { type Stage, openMemoryStage } from './stage.ts'
import { openFolderStage } from './folder-stage.ts'
import { captureIndexUse, captureStorage } from './storage.ts'
import { summarise } from './summary.ts'
import type { Workload } from './workload.ts'
import { compareWrites, measureWrites } from './write.ts'

/** What a rung does at the moment, and how far it is. */
export interface RungProgress {
  readonly phase: 'load' | 'migrate' | 'measure' | 'plan' | 'cold' | 'roll back' | 'write'
  /** Of `total`: rows for `load`, samples for `measure`, else 0. */
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
  readonly engine: Pick<OpenOptions, 'statementTimeoutMs' | 'signal'>
  /** Called with the database as soon as it is open. */
  readonly onOpen: (database: Database) => Promise<void>
  readonly onProgress?: (progress: RungProgress) => void
}

/**
 * One size, from an empty database to the rollback: load, migrate there and back, workloads in rounds, their plans, sizes, cold
 * caches, rollback, and a logger's writes without the migrations and with them.
 * @throws {HarnessError} what kept the rung from being built; a workload that fails is void, and the rung stands.
 */
export async function measureRung(request: RungRequest): Promise<Rung> {
  const started = performance.now()
  const { migrations, fixture, engine } = request
  const { events: scale } = fixture.facts
  const report: Report = (phase, done = 0, total = 0) =>
    request.onProgress?.({ phase, done, total })
  const open = isHeldInMemory(scale, fixture.facts.payload) ? openMemoryStage : openFolderStage
  await using stage = await open({
    migrations,
    fixture,
    endUs: request.endUs,
    engine,
    onProgress: (rows) => report('load', rows, scale),
  })
  const { database, oracle } = stage
  await request.onOpen(database)
  report('migrate')
  const timer = new MigrationTimer(database, migrations)
  await timer.settle(request.effort.timeMs / 4)
  await database.query('vacuum (freeze, analyze)')
  const answers = await measureAnswers(stage, request, report)
  report('roll back')
  await timer.back()
  const writes = await measureBothPhases(stage, request, report)
  return {
    scale,
    fixture: {
      ...fixture.facts,
      sessions: oracle.answer('session_intelligence_summary', [], 0).length,
    },
    medium: stage.medium,
    storage: answers.storage,
    indexUse: answers.indexUse,
    indexBuilds: timer.indexBuilds(),
    writeCosts: compareWrites(writes),
    cold: answers.cold,
    measurements: [
      ...answers.measurements,
      measureLoad(stage, scale),
      ...writes,
      ...timer.measurements(scale),
    ],
    durationMs: performance.now() - started,
  }
}

type Report = (phase: RungProgress['phase'], done?: number, total?: number) => void

/** Everything that is measured of the migrated database as it stands. */
async function measureAnswers(
  { database, oracle, medium }: Stage,
  request: RungRequest,
  report: Report,
): Promise<Pick<Rung, 'storage' | 'indexUse' | 'cold' | 'measurements'>> {
  const { migrations, fixture, engine } = request
  const { events: scale } = fixture.facts
  const seed = `${request.seed} ${scale}`
  const prepared = await prepareWorkloads(database, oracle, request.workloads)
  const tasks = prepared.flatMap(taskOf)
  await database.query('select pg_stat_reset()')
  const taken = await runTasks(database, tasks, {
    effort: request.effort,
    seed,
    ...(engine.signal === undefined ? {} : { signal: engine.signal }),
    onProgress: (done, total) => report('measure', done, total),
  })
  const indexUse = await captureIndexUse(database, migrations.contract)
  report('plan')
  const measurements: Measurement[] = []
  for (const one of prepared) measurements.push(await conclude(database, one, taken, request))
  const storage = await captureStorage(database, migrations.contract, scale)
  // In memory the table that displaces the others would take longer than all the rest.
  if (medium === 'memory') return { storage, indexUse, cold: [], measurements }
  report('cold')
  return {
    storage,
    indexUse,
    cold: await measureCold(database, tasks, measurements, seed),
    measurements,
  }
}

/** Last of all, because even writes that are rolled back leave a table larger. */
async function measureBothPhases(
  stage: Stage,
  { fixture, migrations, endUs, effort }: RungRequest,
  report: Report,
): Promise<readonly Measurement[]> {
  report('write')
  const { payload, events } = fixture.facts
  await using twin = await stage.openTwin()
  for (const script of migrations.forward) await applyScript(twin.database, script)
  return await measureWrites(
    { before: stage.database, after: twin.database },
    { seed: 'writes', payload, endUs },
    { scale: events, maximumSamples: effort.maximumSamples },
  )
}

function taskOf({ task }: Prepared): readonly Task[] {
  return isVoid(task) ? [] : [task]
}

async function conclude(
  database: Database,
  { workload, task }: Prepared,
  taken: ReadonlyMap<string, Taken>,
  { migrations, fixture }: RungRequest,
): Promise<Measurement> {
  const subject: Subject = {
    workloadId: workload.id,
    title: workload.title,
    object: workload.relation,
    scale: fixture.facts.events,
  }
  if (isVoid(task)) return { ...subject, ...task }
  const result = taken.get(task.id) ?? unexecuted
  if (result.state === 'void') return { ...subject, ...result }
  try {
    const plan = await blame(workload.id, () => explainTask(database, workload, task))
    return { ...subject, ...summarise(result.samples, migrations.contract.targetMs, plan) }
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    return { ...subject, state: 'void', fault: 'error', reason: `EXPLAIN failed: ${error.message}` }
  }
}

const unexecuted: Void = { state: 'void', fault: 'error', reason: 'was not executed' }

function explainTask(
  database: Database,
  { id, relation }: Workload,
  { sql, params }: Task,
): Promise<Plan> {
  return id.startsWith('function/')
    ? explain(database, sql, params, { name: relation, args: params })
    : explain(database, sql, params)
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
