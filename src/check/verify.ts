import { pickDefined } from '../defined.ts'
import type { OpenOptions } from '../database/pglite.ts'
import { isRefusal } from '../fixture/load.ts'
import { type FixtureSource, chooseFixture, emptyFixture } from '../fixture/source.ts'
import { describeMigrations } from '../migration/describe.ts'
import type { PayloadShape } from '../fixture/tool-output.ts'
import type { MigrationSet } from '../migration/migration.ts'
import { MigrationError } from '../migration/migration-error.ts'
import { forgetTimeouts } from '../migration/runner.ts'
import { type Oracle, buildOracle, oracleRelations } from '../oracle.ts'
import { HarnessError } from '../errors.ts'
import { captureProvenance } from '../provenance.ts'
import { currentSecondUs } from '../units.ts'
import { listBlindSpots } from './blind-spot.ts'
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
import { type Effort, type Setting, type Subject, type Walks } from './subject.ts'
import { unwalked, walkAll } from './walks.ts'
import { Workbench } from './workbench.ts'

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
  await using beside = workbench.openBeside()
  return await verifyOn(workbench, options, beside)
}

/**
 * As `verify`, on an engine that is there: for whoever judges many migrations in a row. With another one `beside` it, the checks
 * that need databases of their own run there, at the same time as the others.
 */
export async function verifyOn(
  workbench: Workbench,
  options: JudgeOptions,
  beside: Workbench | null = null,
): Promise<VerifyDocument> {
  const started = performance.now()
  const { only, onCheck, effort = 'standard' } = options
  const provenanceAt = captureProvenance({ kind: 'pglite', version: '', package: '' })
  const migrations = await options.migrations
  const checks = selectChecks(allChecks, effort, only)
  const { setting, sessions } = openSetting(workbench, migrations, options)
  const { fixture } = setting
  const { subject, reports } = await runAll(setting, checks, beside, onCheck)
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
    blindSpots: listBlindSpots(subject),
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
  options: Pick<JudgeOptions, 'events' | 'seed' | 'payload' | 'effort'> &
    Pick<Setting, 'isVerdictEnough'> = {},
): { readonly setting: Setting; readonly sessions: number } {
  const fixture = openFixture(migrations, options)
  const { oracle, sessions } = consult(fixture, migrations)
  const { effort = 'standard', seed = '1', isVerdictEnough = false } = options
  const { contract } = migrations
  forgetTimeouts([...migrations.base, ...migrations.forward, ...migrations.backward])
  return {
    setting: { workbench, migrations, contract, oracle, fixture, effort, seed, isVerdictEnough },
    sessions,
  }
}

/**
 * The checks that need databases of their own, and the walks and the checks of what was walked: one after the other, or at
 * once where there are two engines; last, and alone, what is timed. Where a statement takes the engine with it, those that
 * would execute it again don't look, and say why: the report is whole all the same.
 */
async function runAll(
  setting: Setting,
  checks: readonly Check[],
  beside: Workbench | null,
  onCheck: OnCheck = () => undefined,
): Promise<{ subject: Subject; reports: readonly CheckReport[] }> {
  const reports = new Map<Check, CheckReport>()
  const runEach = async <One extends Check>(
    some: readonly One[],
    run: (check: One) => Promise<CheckReport>,
    lane: Lane,
  ): Promise<void> => {
    for (const check of some) {
      onCheck(reports.size, checks.length, check.title)
      const report = lane.loss === null ? await run(check) : await skipCheck(check, lane.loss)
      reports.set(check, report)
      lane.loss ??= findLoss(report)
    }
  }
  const scratch = checks.filter((check) => check.stage === 'scratch')
  const ownSetting = { ...setting, workbench: beside ?? setting.workbench }
  const runScratch = (): Promise<void> =>
    runEach(scratch, (check) => runScratchCheck(check, ownSetting), { loss: null })
  const meanwhile = beside === null ? await runScratch() : runScratch()
  // Whoever waits for it is told.
  meanwhile?.catch(() => undefined)
  onCheck(reports.size, checks.length, 'there and back')
  const { subject, loss } = await tryToWalk(setting)
  const walked = checks.filter((check) => check.stage !== 'scratch')
  const lane: Lane = { loss: null }
  const runOne = (check: WalkedCheck): Promise<CheckReport> => {
    if (loss === null) return runWalkedCheck(check, subject)
    lane.loss = loss.message
    return failCheck(check, loss)
  }
  const untimed = walked.filter(({ isTimed }) => isTimed !== true)
  const timed = walked.filter(({ isTimed }) => isTimed === true)
  await Promise.all([runEach(untimed, runOne, lane), meanwhile])
  await runEach(timed, runOne, lane)
  return { subject, reports: checks.flatMap((check) => reports.get(check) ?? []) }
}

/** Checks that share an engine, one after the other; `loss` is why there is none any more. */
interface Lane {
  loss: string | null
}

/** What ends with the engine: a statement that does not, or one that it can't bear. */
const losses: ReadonlySet<string> = new Set(['E_TIMEOUT', 'E_ENGINE_CRASH'])

function isLoss(error: unknown): error is HarnessError {
  return error instanceof HarnessError && losses.has(error.code)
}

/** Why there is no engine any more after a check; null: there is one. */
function findLoss({ findings }: CheckReport): string | null {
  const found = findings.find(
    (finding) => finding.status === 'errored' && losses.has(finding.error.code),
  )
  return found?.status === 'errored' ? found.error.message : null
}

/** A base schema that is refused or takes no rows, or a query of ours that ends with the engine, leaves nothing to look at. */
async function tryToWalk(
  setting: Setting,
): Promise<{ readonly subject: Subject; readonly loss: HarnessError | null }> {
  try {
    return { subject: await walkSetting(setting), loss: null }
  } catch (error) {
    if (!(error instanceof MigrationError) && !isRefusal(error) && !isLoss(error)) throw error
    return { subject: await describeWalked(setting, unwalked), loss: error }
  }
}

/** Walks the routes; the workbench's database is the subject's from then on. */
export async function walkSetting(setting: Setting): Promise<Subject> {
  return describeWalked(setting, await walkAll(setting))
}

async function describeWalked(setting: Setting, walks: Walks): Promise<Subject> {
  const database = await setting.workbench.database()
  return { ...setting, walks, database, targets: [], coverage: [] }
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
  if (obstacle !== null) return skipCheck(check, obstacle)
  return runCheck(
    check,
    () => check.owes(subject),
    () => check.run(subject),
  )
}

function skipCheck(check: Check, reason: string): Promise<CheckReport> {
  return runCheck(
    check,
    () => 1,
    () => Promise.resolve([skipped(check.title, reason)]),
  )
}

function failCheck(check: Check, reason: HarnessError): Promise<CheckReport> {
  return runCheck(
    check,
    () => 1,
    () => Promise.reject(reason),
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
function openFixture(
  { contract }: MigrationSet,
  options: Pick<JudgeOptions, 'events' | 'seed' | 'payload'>,
): FixtureSource {
  if (contract.fixture === null) return emptyFixture
  return chooseFixture({ ...options, endUs: currentSecondUs() })
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
