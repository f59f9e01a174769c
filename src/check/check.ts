import { defined } from '../defined.ts'
import { HarnessError, messageOf, usageError } from '../errors.ts'
import { MigrationError } from '../migration/migration-error.ts'
import { nearestOf } from '../nearest.ts'
import { type Effort, type Setting, type Subject, efforts } from './subject.ts'

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

interface CheckBase {
  /** `category/name` in kebab-case; never reused, because JUnit history and waivers key on it. */
  readonly id: `${CheckCategory}/${string}`
  readonly title: string
  /** The least effort that runs it; absent: every one does. */
  readonly effort?: Effort
}

/** Looks at the migrated database, and at what was seen on the way there. */
export interface WalkedCheck extends CheckBase {
  readonly stage?: 'walked'
  /** Whether it times what it looks at: then nothing else is done meanwhile, and it comes last. */
  readonly isTimed?: boolean
  /** How many outcomes this check owes for this subject: fewer, and it did not look at everything. */
  owes(subject: Subject): number
  run(subject: Subject): Promise<readonly Outcome[]>
}

/** Needs databases of its own, before the one that the other checks look at is made. */
export interface ScratchCheck extends CheckBase {
  readonly stage: 'scratch'
  owes(setting: Setting): number
  run(setting: Setting): Promise<readonly Outcome[]>
}

export type Check = WalkedCheck | ScratchCheck

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

export function skipped(title: string, reason: string): Outcome {
  return { status: 'skipped', title, reason }
}

/** Passed when both texts are the same; failed with both when they are not. */
export function compared(title: string, expected: string, actual: string, place?: Place): Outcome {
  return expected === actual ? passed(title) : failed(title, expected, actual, place)
}

function errored(title: string, error: unknown): Outcome {
  const code = error instanceof HarnessError ? error.code : 'E_UNEXPECTED'
  const hint = error instanceof HarnessError ? error.hint : undefined
  const place = error instanceof MigrationError ? { file: error.file, line: error.line } : undefined
  return {
    status: 'errored',
    title,
    ...defined({ place }),
    error: { code, message: messageOf(error), ...defined({ hint }) },
  }
}

/** Called before each check, for progress: how many are done, and the next one's title. */
export type OnCheck = (done: number, total: number, title: string) => void

/** A category, or one check of it: `compatibility`, `compatibility/locks`. */
export type Choice = CheckCategory | Check['id']

/**
 * The checks of some categories that an effort runs; a check that is named itself runs at any effort.
 * @throws {HarnessError} E_CHECK_UNKNOWN, fault `usage`: no check has that id
 */
export function selectChecks(
  checks: readonly Check[],
  effort: Effort,
  only: readonly Choice[] = checkCategories,
): readonly Check[] {
  for (const choice of only) requireKnown(checks, choice)
  const reached = new Set(efforts.slice(0, efforts.indexOf(effort) + 1))
  return checks.filter(
    (check) =>
      only.includes(check.id) ||
      (only.includes(categoryOf(check)) &&
        (check.effort === undefined || reached.has(check.effort))),
  )
}

function requireKnown(checks: readonly Check[], choice: Choice): void {
  const ids: readonly string[] = [...checkCategories, ...checks.map(({ id }) => id)]
  if (ids.includes(choice)) return
  throw usageError(
    'E_CHECK_UNKNOWN',
    `Check '${choice}': found no check of this id, expected a category or the id of a check`,
    `Did you mean '${nearestOf(choice, ids) ?? ''}'? Reports name the check of every finding.`,
  )
}

/** What a check found, and how much it owed. */
export interface CheckReport {
  readonly check: Check
  readonly owed: number
  readonly findings: readonly Finding[]
}

/**
 * Runs one check to its end: what it throws is a finding like any other. Only an interruption is rethrown: half a report
 * would look like a whole one.
 */
export async function runCheck(
  check: Check,
  owes: () => number,
  run: () => Promise<readonly Outcome[]>,
): Promise<CheckReport> {
  const started = performance.now()
  const { owed, outcomes } = await settle(check, owes, run)
  const durationMs = (performance.now() - started) / outcomes.length
  const category = categoryOf(check)
  return {
    check,
    owed,
    findings: outcomes.map((outcome) =>
      Object.assign(outcome, { checkId: check.id, category, durationMs }),
    ),
  }
}

async function settle(
  check: Check,
  owes: () => number,
  run: () => Promise<readonly Outcome[]>,
): Promise<{ owed: number; outcomes: readonly Outcome[] }> {
  try {
    const owed = owes()
    const outcomes = await run()
    if (outcomes.length >= owed) return { owed, outcomes }
    const short = new HarnessError(
      'E_CHECK_SHORT',
      `Check '${check.id}' looked at ${outcomes.length} of ${owed} things.`,
    )
    return { owed, outcomes: [errored(check.title, short), ...outcomes] }
  } catch (error) {
    if (error instanceof HarnessError && error.code === 'E_INTERRUPTED') throw error
    return { owed: 1, outcomes: [errored(check.title, error)] }
  }
}

function categoryOf(check: Pick<Check, 'id'>): CheckCategory {
  const name = check.id.slice(0, check.id.indexOf('/'))
  const category = checkCategories.find((known) => known === name)
  if (category === undefined)
    throw new HarnessError('E_CHECK_CATEGORY', `Check '${check.id}' is in no category.`)
  return category
}

/** Counts what the checks found, in the order of `checkCategories`. */
export function summarise(reports: readonly CheckReport[]): readonly CategoryReport[] {
  return checkCategories.flatMap((category) => {
    const own = reports.filter(({ check }) => categoryOf(check) === category)
    const findings = own.flatMap((report) => report.findings)
    const count = (status: Outcome['status']): number =>
      findings.filter((finding) => finding.status === status).length
    if (own.length === 0) return []
    return {
      category,
      title: categoryTitles[category],
      declared: own.reduce((sum, { owed }) => sum + owed, 0),
      ran: findings.length,
      passed: count('passed'),
      failed: count('failed'),
      skipped: count('skipped'),
      errored: count('errored'),
      durationMs: findings.reduce((sum, finding) => sum + finding.durationMs, 0),
    }
  })
}

/**
 * Green only when every category ran all it declared and every finding passed. A category that declares nothing, as
 * functions do where a contract has none, is as green as it can be.
 */
export function statusOf(categories: readonly CategoryReport[]): RunStatus {
  if (categories.some((category) => category.failed > 0)) return 'failed'
  const isWhole = categories.every(
    ({ passed: right, ran, declared }) => right === ran && ran >= declared,
  )
  const ran = categories.reduce((sum, category) => sum + category.ran, 0)
  return isWhole && ran > 0 ? 'passed' : 'unjudged'
}
