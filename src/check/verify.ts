import { pickDefined } from '../defined.ts'
import type { OpenOptions } from '../database/pglite.ts'
import type { HookEvent } from '../fixture/event.ts'
import { loadEvents } from '../fixture/load.ts'
import { type FixtureSource, chooseFixture, emptyFixture } from '../fixture/source.ts'
import { describeMigrations } from '../migration/describe.ts'
import type { PayloadShape } from '../fixture/tool-output.ts'
import type { MigrationSet } from '../migration/migration.ts'
import { type Oracle, buildOracle, oracleRelations } from '../oracle.ts'
import { captureProvenance } from '../provenance.ts'
import { allChecks } from './categories.ts'
import {
  type Check,
  type CheckReport,
  type Choice,
  type OnCheck,
  type ScratchCheck,
  type WalkedCheck,
  runCheck,
  selectChecks,
  skipped,
  statusOf,
  summarise,
} from './check.ts'
import { describeObjects, describeRollback, describeStep } from './describe.ts'
import type { VerifyDocument } from './document.ts'
import {
  type Effort,
  type Setting,
  type Subject,
  type Walks,
  legsOfMain,
  legsOfRecorded,
  legsOfUnpatched,
} from './subject.ts'
import { walk } from './walk.ts'
import { type Before, Workbench } from './workbench.ts'

/** What is judged, and how much of it. */
export interface JudgeOptions {
  /** A promise lets the engine start while the scripts are read. */
  readonly migrations: MigrationSet | Promise<MigrationSet>
  /** Rows to judge on; absent: the canonical dataset. */
  readonly events?: number
  readonly seed?: string
  readonly payload?: PayloadShape
  /** Only these categories or checks; absent: all eight categories. */
  readonly only?: readonly Choice[]
  /** Absent: `standard`. */
  readonly effort?: Effort
  readonly onCheck?: OnCheck
}

export interface VerifyOptions extends JudgeOptions, Omit<OpenOptions, 'template'> {}

/** The side walks look at what a migration does to the catalog and the record; a few rows are enough to be lost. */
const sideWalkRows = 500

/** Rows that are written while the migrations are applied. */
const writtenRows = 20

/**
 * Judges migrations: walks them forward and back on databases of their own, then runs every check on the migrated one.
 * A wrong answer is in the document; only being unable to look at all is thrown.
 * @throws {HarnessError} E_INTERRUPTED, E_ENGINE_OPEN, E_FIXTURE_…, E_MIGRATION_… (the folder), E_CONTRACT
 */
export async function verify(options: VerifyOptions): Promise<VerifyDocument> {
  await using workbench = new Workbench(
    pickDefined(options, [
      'postgres',
      'dataDirectory',
      'statementTimeoutMs',
      'signal',
      'serverSettings',
      'codeTier',
    ]),
  )
  return await verifyOn(workbench, options)
}

/** As `verify`, on an engine that is there: for whoever judges many migrations in a row. */
export async function verifyOn(
  workbench: Workbench,
  options: JudgeOptions,
): Promise<VerifyDocument> {
  const started = performance.now()
  const { only, onCheck, effort = 'standard' } = options
  const provenanceAt = captureProvenance({ kind: 'pglite', version: '', package: '' })
  const migrations = await options.migrations
  const checks = selectChecks(allChecks, effort, only)
  const { setting, sessions } = openSetting(workbench, migrations, options)
  const { fixture } = setting
  const { subject, reports } = await runAll(setting, checks, onCheck)
  const categories = summarise(reports)
  return {
    schema: 'hook-harness/verify',
    schemaVersion: 1,
    status: statusOf(categories),
    provenance: {
      ...provenanceAt,
      engine: subject.database.engine,
    },
    migrations: describeMigrations(migrations),
    fixture: { ...fixture.facts, sessions },
    effort,
    steps: subject.walks.main.steps.map(describeStep),
    objects: await describeObjects(subject),
    rollback: describeRollback(subject),
    locks: subject.walks.main.locks,
    targets: subject.targets,
    coverage: subject.coverage,
    categories,
    findings: reports.flatMap((report) => report.findings),
    durationMs: performance.now() - started,
  }
}

/** What there is to judge, and in how many sessions its events are. */
export function openSetting(
  workbench: Workbench,
  migrations: MigrationSet,
  options: Pick<JudgeOptions, 'events' | 'seed' | 'payload' | 'effort'> = {},
): { readonly setting: Setting; readonly sessions: number } {
  const fixture = fillTables(migrations, options)
  const { oracle, sessions } = consult(fixture, migrations)
  const { effort = 'standard', seed = '1' } = options
  const { contract } = migrations
  return {
    setting: { workbench, migrations, contract, oracle, fixture, effort, seed },
    sessions,
  }
}

/** First the checks that need databases of their own, then the walks, then the checks of what was walked. */
async function runAll(
  setting: Setting,
  checks: readonly Check[],
  onCheck: OnCheck = () => undefined,
): Promise<{ subject: Subject; reports: readonly CheckReport[] }> {
  const reports = new Map<Check, CheckReport>()
  const scratch = checks.filter((check) => check.stage === 'scratch')
  for (const check of scratch) {
    onCheck(reports.size, checks.length, check.title)
    reports.set(check, await runScratchCheck(check, setting))
  }
  onCheck(reports.size, checks.length, 'there and back')
  const subject = await walkSetting(setting)
  for (const check of checks) {
    if (check.stage === 'scratch') continue
    onCheck(reports.size, checks.length, check.title)
    reports.set(check, await runWalkedCheck(check, subject))
  }
  return { subject, reports: checks.flatMap((check) => reports.get(check) ?? []) }
}

/** Walks the routes; the workbench's database is the subject's from then on. */
export async function walkSetting(setting: Setting): Promise<Subject> {
  const walks = await walkAll(setting)
  return {
    ...setting,
    walks,
    database: await setting.workbench.database(),
    targets: [],
    coverage: [],
  }
}

export function runScratchCheck(check: ScratchCheck, setting: Setting): Promise<CheckReport> {
  return runCheck(
    check,
    () => check.owes(setting),
    () => check.run(setting),
  )
}

export function runWalkedCheck(check: WalkedCheck, subject: Subject): Promise<CheckReport> {
  const obstacle = check.id === 'metadata/scripts' ? null : obstacleOf(subject.walks)
  return obstacle === null
    ? runCheck(
        check,
        () => check.owes(subject),
        () => check.run(subject),
      )
    : runCheck(
        check,
        () => 1,
        () => Promise.resolve([skipped(check.title, obstacle)]),
      )
}

/**
 * Where the migrations can't be applied at all there is nothing for most checks to look at. The check of the scripts says
 * what is wrong; the others say that they did not look.
 */
function obstacleOf({ main }: Walks): string | null {
  return main.stopped?.leg === 0 ? main.stopped.error.message : null
}

/** The windows of the last 7 and 14 days must hold data, so the events end now. */
function fillTables(
  { contract }: MigrationSet,
  options: Pick<JudgeOptions, 'events' | 'seed' | 'payload'>,
): FixtureSource {
  if (contract.fixture === null) return emptyFixture
  return chooseFixture({ ...options, endUs: Math.floor(Date.now() / 1000) * 1_000_000 })
}

/** The oracle, where it knows every relation that the contract declares. */
function consult(
  fixture: FixtureSource,
  { contract }: MigrationSet,
): { oracle: Oracle | null; sessions: number } {
  const builder = buildOracle()
  const sessions = new Set<string>()
  for (const event of fixture.events()) {
    builder.add(event)
    const { metadata } = event
    const isObject = typeof metadata === 'object' && metadata !== null && 'session_id' in metadata
    if (isObject && metadata['session_id'] !== null)
      sessions.add(JSON.stringify(metadata['session_id']))
  }
  const isKnown =
    contract.fixture !== null &&
    [...contract.views, ...contract.functions].every(({ name }) => oracleRelations.includes(name))
  return { oracle: isKnown ? builder.build() : null, sessions: sessions.size }
}

/** The side walks first: the main one leaves its database to the checks. */
async function walkAll({ workbench, migrations, fixture }: Setting): Promise<Walks> {
  const few = Array.from(take(fixture.events(), sideWalkRows + writtenRows))
  const written = few.slice(-writtenRows)
  const loadFew = { load: loadAll(() => few.slice(0, -writtenRows)) }
  const unpatched = await walk(
    await workbench.prepare(migrations, { ...loadFew, record: false }),
    migrations,
    { legs: legsOfUnpatched, withoutLastPatches: true },
  )
  const recorded = await walk(
    await workbench.prepare(migrations, { ...loadFew, record: true }),
    migrations,
    { legs: legsOfRecorded, write: (database) => loadEvents(database, written) },
  )
  const before = { load: loadAll(() => fixture.events()), record: false }
  const main = await walk(await workbench.prepare(migrations, before), migrations, {
    legs: legsOfMain,
    withPreserved: true,
    withLocks: true,
  })
  if (main.stopped !== null && main.stopped.leg > 0) {
    // A rollback that fails, or leaves what keeps the migrations from being applied again: the checks still get their
    // migrated database.
    await walk(await workbench.prepare(migrations, before), migrations, { legs: ['forward'] })
  }
  await workbench.gatherStatistics()
  return { main, unpatched, recorded }
}

function loadAll(events: () => Iterable<HookEvent>): NonNullable<Before['load']> {
  return (database) => loadEvents(database, events())
}

function* take<T>(items: Iterable<T>, most: number): Generator<T> {
  let taken = 0
  for (const item of items) {
    if (taken >= most) return
    taken += 1
    yield item
  }
}
