import { type CheckCategory, checkCategories } from '../check/check.ts'
import type { VerifyDocument } from '../check/document.ts'
import { type Effort, efforts } from '../check/subject.ts'
import { verifyOn } from '../check/verify.ts'
import { Workbench } from '../check/workbench.ts'
import type { OpenOptions } from '../database/pglite.ts'
import { HarnessError, messageOf } from '../errors.ts'
import { MigrationError } from '../migration/migration-error.ts'
import type { MigrationSet } from '../migration/migration.ts'
import { applyScript } from '../migration/runner.ts'
import type { Script } from '../migration/script.ts'
import type { MutantFate } from './document.ts'

/** What a judge says before anything is argued. */
export type Judgement =
  | Exclude<MutantFate, { readonly state: 'survived' | 'equivalent' }>
  | { readonly state: 'survived' }

/** Looks at one set of migrations after the other. */
export interface Judge extends AsyncDisposable {
  /** `broken` is the one script of the set that is not as it was. @throws {HarnessError} E_INTERRUPTED */
  judge(set: MigrationSet, broken: Script): Promise<Judgement>
}

export interface JudgeSettings extends Pick<OpenOptions, 'signal' | 'statementTimeoutMs'> {
  /** Lets every category look, and not only those that come before the first red effort ends. */
  readonly everyCategory: boolean
}

/** A slower object is no wrong one, and what a clock says of it differs from run to run. */
export const judgingCategories: readonly CheckCategory[] = checkCategories.filter(
  (category) => category !== 'performance',
)

/** The efforts that a mutant must survive: the quick one notices most, in a fraction of the time. */
const tiers: readonly Effort[] = efforts.filter((effort) => effort !== 'thorough')

/** An engine keeps what was deleted from its catalog until it is opened anew: slower with every mutant. */
const mostMutantsPerEngine = 40

/** The harness itself as the judge: all categories but the timings, on an engine of its own. */
export function openJudge(settings: JudgeSettings): Judge {
  const { everyCategory, ...limits } = settings
  let workbench = new Workbench(limits)
  let judged = 0
  return {
    judge: async (set, broken) => {
      judged += 1
      if (judged % mostMutantsPerEngine === 0) {
        await workbench[Symbol.asyncDispose]()
        workbench = new Workbench(limits)
      }
      return judgeOn(workbench, set, broken, everyCategory)
    },
    [Symbol.asyncDispose]: () => workbench[Symbol.asyncDispose](),
  }
}

async function judgeOn(
  workbench: Workbench,
  set: MigrationSet,
  broken: Script,
  everyCategory: boolean,
): Promise<Judgement> {
  try {
    for (const effort of everyCategory ? tiers.slice(-1) : tiers) {
      const document = await verifyOn(workbench, {
        migrations: set,
        effort,
        only: judgingCategories,
      })
      if (document.status !== 'passed') return await readVerdict(workbench, set, broken, document)
    }
    return { state: 'survived' }
  } catch (error) {
    return describeError(error)
  }
}

function describeError(error: unknown): Judgement {
  if (!(error instanceof HarnessError) || error.code === 'E_INTERRUPTED') throw error
  const state = error.code === 'E_TIMEOUT' ? 'timed-out' : 'unjudged'
  return { state, reason: `${error.code}: ${messageOf(error)}` }
}

async function readVerdict(
  workbench: Workbench,
  set: MigrationSet,
  broken: Script,
  { findings, steps }: VerifyDocument,
): Promise<Judgement> {
  const errors = findings.flatMap((finding) =>
    finding.status === 'errored' ? [finding.error] : [],
  )
  const expired = errors.find(({ code }) => code === 'E_TIMEOUT')
  if (expired !== undefined) return { state: 'timed-out', reason: expired.message }
  const isRefused = steps.some(({ file, outcome }) => file === broken.file && outcome === 'failed')
  const refusal = isRefused ? await findNonsense(workbench, set, broken) : null
  if (refusal !== null) return { state: 'invalid', reason: refusal }
  const failures = findings.filter(({ status }) => status === 'failed')
  if (failures.length > 0) {
    return {
      state: 'killed',
      categories: [...new Set(failures.map(({ category }) => category))],
      checks: [...new Set(failures.map(({ checkId }) => checkId))],
    }
  }
  return { state: 'unjudged', reason: errors[0]?.message ?? 'a check did not look at everything' }
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
  broken: Script,
): Promise<string | null> {
  const database = await workbench.prepare(set, { record: false })
  try {
    for (const script of [...set.forward, ...set.backward]) await applyScript(database, script)
    return null
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error
    const isOwn = error.file === broken.file
    return isOwn && nonsense.test(error.sqlState) ? `${error.message} (${error.sqlState})` : null
  }
}
