import { defined } from '../defined.ts'
import { HarnessError, messageOf } from '../errors.ts'
import type { Subject } from './subject.ts'

/** The eight categories, in the order of every report. */
export const checkCategories = [
  'indexes',
  'views',
  'functions',
  'performance',
  'answers',
  'integrity',
  'compatibility',
  'metadata',
] as const
export type CheckCategory = (typeof checkCategories)[number]

export const categoryTitles: Readonly<Record<CheckCategory, string>> = {
  indexes: 'Index Verification',
  views: 'View Verification',
  functions: 'Function Verification',
  performance: 'Performance Tests',
  answers: 'Function Tests',
  integrity: 'Data Integrity',
  compatibility: 'Backward Compatibility',
  metadata: 'Migration Metadata',
}

/** The migration statement behind an outcome; `line` is 1-based. */
export interface Place {
  readonly file: string
  readonly line: number
}

interface OutcomeBase {
  /** What was looked at, naming the object: `idx_hook_events_session is defined as declared`. */
  readonly title: string
  readonly place?: Place
}

/** What a check found about one thing. A wrong answer is `failed`; only being unable to look is `errored`. */
export type Outcome =
  | (OutcomeBase & { readonly status: 'passed'; readonly note?: string })
  | (OutcomeBase & {
      readonly status: 'failed'
      /** Text as a person compares it: one line, or several. */
      readonly expected: string
      readonly actual: string
    })
  | (OutcomeBase & { readonly status: 'skipped'; readonly reason: string })
  | (OutcomeBase & { readonly status: 'errored'; readonly error: OutcomeError })

export interface OutcomeError {
  readonly code: string
  readonly message: string
  readonly hint?: string
}

export type Finding = Outcome & {
  readonly checkId: Check['id']
  readonly category: CheckCategory
  readonly durationMs: number
}

export interface Check {
  /** `category/name` in kebab-case; never reused, because JUnit history and waivers key on it. */
  readonly id: `${CheckCategory}/${string}`
  readonly title: string
  /** How many outcomes this check owes for this subject: fewer, and it did not look at everything. */
  owes(subject: Subject): number
  run(subject: Subject): Promise<readonly Outcome[]>
}

export interface CategoryReport {
  readonly category: CheckCategory
  readonly title: string
  /** Outcomes owed by the category's checks, and outcomes that came. */
  readonly declared: number
  readonly ran: number
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly errored: number
  readonly durationMs: number
}

/** Red names a wrong answer; `unjudged` means that something could not be looked at: neither is green. */
export type RunStatus = 'passed' | 'failed' | 'unjudged'

export function passed(title: string, note?: string): Outcome {
  return { status: 'passed', title, ...defined({ note }) }
}

export function failed(title: string, expected: string, actual: string, place?: Place): Outcome {
  return { status: 'failed', title, expected, actual, ...defined({ place }) }
}

/** Passed when both texts are the same; failed with both when they are not. */
export function compared(title: string, expected: string, actual: string, place?: Place): Outcome {
  return expected === actual ? passed(title) : failed(title, expected, actual, place)
}

function errored(title: string, error: unknown): Outcome {
  const code = error instanceof HarnessError ? error.code : 'E_UNEXPECTED'
  const hint = error instanceof HarnessError ? error.hint : undefined
  return {
    status: 'errored',
    title,
    error: { code, message: messageOf(error), ...defined({ hint }) },
  }
}

/** Called before each check, for progress: how many are done, of how many, and the next one's title. */
export type OnCheck = (done: number, total: number, title: string) => void

/**
 * Runs every check, in order, and never stops at the first that fails. An interruption is rethrown: half a report would
 * look like a whole one.
 */
export async function runChecks(
  checks: readonly Check[],
  subject: Subject,
  onCheck: OnCheck = () => undefined,
): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const [done, check] of checks.entries()) {
    onCheck(done, checks.length, check.title)
    const started = performance.now()
    const outcomes = await outcomesOf(check, subject)
    const durationMs = (performance.now() - started) / outcomes.length
    const category = categoryOf(check)
    for (const outcome of outcomes) {
      findings.push({ ...outcome, checkId: check.id, category, durationMs })
    }
  }
  return findings
}

async function outcomesOf(
  check: Check,
  subject: Subject,
): Promise<readonly [Outcome, ...Outcome[]]> {
  let outcomes: readonly Outcome[]
  try {
    outcomes = await check.run(subject)
  } catch (error) {
    if (error instanceof HarnessError && error.code === 'E_INTERRUPTED') throw error
    return [errored(check.title, error)]
  }
  const owed = check.owes(subject)
  const [first, ...rest] = outcomes
  if (first !== undefined && outcomes.length >= owed) return [first, ...rest]
  const short = new HarnessError(
    'E_CHECK_SHORT',
    `Check '${check.id}' looked at ${outcomes.length} of ${owed} things.`,
  )
  return [errored(check.title, short), ...outcomes]
}

export function categoryOf(check: Pick<Check, 'id'>): CheckCategory {
  const name = check.id.slice(0, check.id.indexOf('/'))
  const category = checkCategories.find((known) => known === name)
  if (category === undefined)
    throw new HarnessError('E_CHECK_CATEGORY', `Check '${check.id}' is in no category.`)
  return category
}

/** Counts the findings of the categories that `checks` come from, in the order of `checkCategories`. */
export function summarise(
  checks: readonly Check[],
  subject: Subject,
  findings: readonly Finding[],
): readonly CategoryReport[] {
  return checkCategories
    .filter((category) => checks.some((check) => categoryOf(check) === category))
    .map((category) => {
      const own = findings.filter((finding) => finding.category === category)
      const count = (status: Outcome['status']): number =>
        own.filter((finding) => finding.status === status).length
      return {
        category,
        title: categoryTitles[category],
        declared: checks
          .filter((check) => categoryOf(check) === category)
          .reduce((sum, check) => sum + check.owes(subject), 0),
        ran: own.length,
        passed: count('passed'),
        failed: count('failed'),
        skipped: count('skipped'),
        errored: count('errored'),
        durationMs: own.reduce((sum, finding) => sum + finding.durationMs, 0),
      }
    })
}

/** Green only when every category ran all it declared and every finding passed. */
export function statusOf(categories: readonly CategoryReport[]): RunStatus {
  if (categories.some((category) => category.failed > 0)) return 'failed'
  const whole = categories.every(
    (category) =>
      category.passed === category.ran && category.ran >= category.declared && category.ran > 0,
  )
  return whole && categories.length > 0 ? 'passed' : 'unjudged'
}
