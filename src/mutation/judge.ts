import { allChecks } from '../check/categories.ts'
import {
  type Check,
  type CheckCategory,
  type CheckReport,
  type Finding,
  checkCategories,
  selectChecks,
} from '../check/check.ts'
import { openSetting, runScratchCheck, runWalkedCheck, walkSetting } from '../check/verify.ts'
import { Workbench } from '../check/workbench.ts'
import type { Engine } from '../database/database.ts'
import type { OpenOptions } from '../database/pglite.ts'
import { HarnessError, messageOf } from '../errors.ts'
import { MigrationError } from '../migration/migration-error.ts'
import type { MigrationSet } from '../migration/migration.ts'
import { applyScript } from '../migration/runner.ts'
import type { MutantFate } from './document.ts'
import type { Mutant } from './mutant.ts'
import { type WorkGround, WorkScale } from './work.ts'

/** What a judge says before anything is argued. */
export type Judgement =
  | Exclude<MutantFate, { readonly state: 'survived' | 'equivalent' }>
  | { readonly state: 'survived' }

/** Looks at one set of migrations after the other. */
export interface Judge extends AsyncDisposable {
  /** What it judges on. */
  engine(): Promise<Engine>
  /** @throws {HarnessError} E_INTERRUPTED */
  judge(set: MigrationSet, broken: Broken): Promise<Judgement>
}

/** The one script of a set that is not as it was, and the statement of it. */
export type Broken = Pick<Mutant, 'script' | 'statement' | 'object'>

export interface JudgeSettings extends Pick<OpenOptions, 'signal' | 'statementTimeoutMs'> {
  /** The migrations as they are. */
  readonly migrations: MigrationSet
  /** Lets every check look, and not only those that come before the first that fails. */
  readonly everyCategory: boolean
  /** Rows to count work on, shared by all judges; asked for when the first mutant survives the checks. */
  readonly grounds: () => Promise<readonly WorkGround[]>
}

/** A slower object is no wrong one, and what a clock says of it differs from run to run. */
export const judgingCategories: readonly CheckCategory[] = checkCategories.filter(
  (category) => category !== 'performance',
)

/** An engine keeps what was deleted from its catalog until it is opened anew: slower with every mutant. */
const mostMutantsPerEngine = 40

/** The harness itself as the judge: all categories but the timings, and then the counts of work, on engines of its own. */
export function openJudge(settings: JudgeSettings): Judge {
  const { everyCategory, migrations, grounds, ...limits } = settings
  const scale = new WorkScale(migrations, limits, grounds)
  let workbench = new Workbench(limits)
  let judged = 0
  return {
    engine: async () => (await workbench.database()).engine,
    judge: async (set, broken) => {
      judged += 1
      if (judged % mostMutantsPerEngine === 0) {
        await workbench[Symbol.asyncDispose]()
        workbench = new Workbench(limits)
      }
      const judgement = await judgeOn(workbench, set, broken, everyCategory)
      const isChanged = set.forward.some((script, index) => script !== migrations.forward[index])
      return judgement.state === 'survived' && isChanged ? weigh(scale, set, broken) : judgement
    },
    [Symbol.asyncDispose]: async () => {
      await workbench[Symbol.asyncDispose]()
      await scale[Symbol.asyncDispose]()
    },
  }
}

async function weigh(scale: WorkScale, set: MigrationSet, broken: Broken): Promise<Judgement> {
  const { forward, contract } = set
  // Only rows of events are known here, and which queries ask for them.
  if (contract.fixture === null) return { state: 'survived' }
  const { version } = broken.script
  const patch = forward.findIndex((one) => one.role === 'patch' && one.version === version)
  try {
    const work = await scale.weigh(forward, isReplaced(broken, set) ? patch : forward.length)
    return work.length === 0 ? { state: 'survived' } : { state: 'costlier', work }
  } catch (error) {
    return describeError(error)
  }
}

/** Whether a patch puts another function in the place of the broken one. */
function isReplaced({ script, object }: Broken, { contract }: MigrationSet): boolean {
  return (
    script.role === 'up' &&
    contract.functions.some(
      ({ name, identityArgumentsBeforePatches: before }) => name === object && before !== null,
    )
  )
}

async function judgeOn(
  workbench: Workbench,
  set: MigrationSet,
  broken: Broken,
  everyCategory: boolean,
): Promise<Judgement> {
  const failures: Finding[] = []
  // What one check could not judge, another may see.
  let unjudged: Judgement | undefined
  try {
    for await (const { findings } of runChecks(workbench, set, broken)) {
      const stop = await findObstacle(workbench, set, broken, findings)
      if (stop !== null && stop.state !== 'unjudged') return stop
      unjudged ??= stop ?? undefined
      failures.push(...findings.filter(({ status }) => status === 'failed'))
      if (failures.length > 0 && !everyCategory) break
    }
  } catch (error) {
    return describeError(error)
  }
  if (failures.length === 0) return unjudged ?? { state: 'survived' }
  return {
    state: 'killed',
    categories: [...new Set(failures.map(({ category }) => category))],
    checks: [...new Set(failures.map(({ checkId }) => checkId))],
  }
}

/**
 * The checks of the standard effort, for whoever stops at the first that fails: first those that know most about what is
 * broken, then those of the walked database, which are many and quick, then the rest.
 */
async function* runChecks(
  workbench: Workbench,
  set: MigrationSet,
  broken: Broken,
): AsyncGenerator<CheckReport> {
  const { setting } = openSetting(workbench, set, { isVerdictEnough: true })
  const checks = selectChecks(allChecks, setting.effort, judgingCategories)
  const scratch = checks.filter((check) => check.stage === 'scratch')
  const walked = checks.filter((check) => check.stage !== 'scratch')
  const first = firstFor(broken, set)
  const soon = first.flatMap((id) => scratch.find((check) => check.id === id) ?? [])
  for (const check of soon) yield runScratchCheck(check, setting)
  const subject = await walkSetting(setting)
  // Where the scripts are refused the others have nothing to look at.
  const byScripts = walked.toSorted((a, b) => Number(isOfScripts(b)) - Number(isOfScripts(a)))
  for (const check of byScripts) yield runWalkedCheck(check, subject)
  for (const check of scratch) if (!soon.includes(check)) yield runScratchCheck(check, setting)
}

/** Which checks most likely notice, before anybody walks there and back. */
function firstFor(broken: Broken, set: MigrationSet): readonly Check['id'][] {
  switch (broken.statement) {
    case 'ViewStmt':
      return ['answers/random-sets']
    case 'CreateFunctionStmt':
      return isReplaced(broken, set) ? ['functions/unpatched-answers'] : ['answers/random-sets']
    case 'DoStmt':
      return [
        'compatibility/reapply',
        'compatibility/missing-parts',
        'compatibility/built-on',
        'compatibility/bystanders',
        'compatibility/decoys',
      ]
    case 'DropStmt':
      return ['compatibility/missing-parts', 'compatibility/built-on']
    default:
      return []
  }
}

function isOfScripts({ id }: Check): boolean {
  return id === 'metadata/scripts'
}

function describeError(error: unknown): Judgement {
  if (!(error instanceof HarnessError) || error.code === 'E_INTERRUPTED') throw error
  const isTimeout = error instanceof MigrationError ? error.isTimeout : error.code === 'E_TIMEOUT'
  const state = isTimeout ? 'timed-out' : 'unjudged'
  return { state, reason: `${error.code}: ${messageOf(error)}` }
}

/** What makes looking further pointless; null: nothing. */
async function findObstacle(
  workbench: Workbench,
  set: MigrationSet,
  broken: Broken,
  findings: readonly Finding[],
): Promise<Judgement | null> {
  const errors = findings.flatMap((finding) =>
    finding.status === 'errored' ? [finding.error] : [],
  )
  const expired = errors.find(({ code }) => code === 'E_TIMEOUT')
  if (expired !== undefined) return { state: 'timed-out', reason: expired.message }
  const isRefused = findings.some(
    ({ status, checkId }) =>
      status === 'skipped' || (status === 'failed' && checkId === 'metadata/scripts'),
  )
  const refusal = isRefused ? await findNonsense(workbench, set, broken) : null
  if (refusal !== null) return { state: 'invalid', reason: refusal }
  const isFailed = findings.some(({ status }) => status === 'failed')
  const [error] = errors
  if (error === undefined || isFailed) return null
  return { state: 'unjudged', reason: `${error.code}: ${error.message}` }
}

/**
 * SQLSTATEs of a script that no server takes, whatever the data: classes 42 (syntax, names, types) and 0A (not supported),
 * and a constant that does not fit its type. Anybody who applies it once knows; the checks have no merit in it.
 */
const nonsense = /^(?:42|0A)|^22(?:P02|007|008|023)$/

/** Why a script is refused without a row in the table, in the ordinary order; null where it is not nonsense. */
async function findNonsense(
  workbench: Workbench,
  set: MigrationSet,
  broken: Broken,
): Promise<string | null> {
  const database = await workbench.prepare(set, { record: false })
  try {
    for (const script of [...set.forward, ...set.backward]) await applyScript(database, script)
    return null
  } catch (error) {
    if (!(error instanceof MigrationError) || error.isTimeout) throw error
    const isOwn = error.file === broken.script.file
    return isOwn && nonsense.test(error.sqlState) ? `${error.message} (${error.sqlState})` : null
  }
}
