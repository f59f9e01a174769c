import type { CategoryReport } from '../../check/check.ts'
import type { LockFacts, TargetFacts, VerifyDocument } from '../../check/document.ts'
import { formatMs, formatRows } from '../../units.ts'
import { blindSpotsTitle } from '../blind-spot.ts'
import { countKinds, countOf, isWhole, outcomesOf } from '../closing-line.ts'
import { describeCodeTier } from '../code-tier.ts'
import { describeSize } from '../target-size.ts'
import { formatSpeedup } from '../speedup.ts'
import {
  heading,
  markOf,
  renderLabelled,
  renderTable,
  type Cell,
  type Page,
  type Standing,
} from './page.ts'

export function renderSteps(page: Page, { steps }: VerifyDocument): readonly string[] {
  if (steps.length === 0) return []
  const rows = steps.map((step) => [
    markOf(page, step.outcome === 'applied' ? 'good' : 'bad'),
    step.role,
    step.file,
    countOf(step.statements, 'statement'),
    formatMs(step.elapsedMs),
  ])
  return [...heading(page, 'Steps'), ...renderTable(page, rows, { indent: 2, align: 'llLrr' })]
}

export function renderObjects(page: Page, { objects }: VerifyDocument): readonly string[] {
  const kinds = countKinds(objects).map(([kind, count]) => countOf(count, kind))
  const listed = page.verbose ? objects.map(({ kind, identity }) => [kind, identity]) : []
  return [
    ...heading(page, 'Objects created', String(objects.length)),
    ...renderLabelled(page, '  ', kinds.length === 0 ? 'none' : kinds.join(', ')),
    ...renderTable(page, listed, { indent: 2, align: 'LL' }),
  ]
}

/** Locks that somebody waits for; the others are for those who ask. One table is named above, several beside each lock. */
export function renderLocks(page: Page, { locks }: VerifyDocument): readonly string[] {
  const shown = page.verbose ? locks.map((lock) => [lock] as const) : foldLocks(locks)
  if (shown.length === 0) return [...heading(page, 'Locks'), '  none that anybody waits for']
  const tables = Array.from(new Set(shown.map(([{ table }]) => shorten(table))))
  const names = ['', 'file', 'line', 'table', 'lock', 'blocks', 'held', 'rows']
  const header: readonly Cell[] = names.map((text) => ({ text, paint: page.paint.faint }))
  const rows = shown.map(([lock, ...again]): readonly Cell[] => [
    markOf(page, standingOfLock(lock)),
    lock.place.file,
    again.length === 0 ? String(lock.place.line) : `${lock.place.line} +${again.length}`,
    shorten(lock.table),
    lock.mode,
    lock.rewritten ? `${lock.blocks}, rewrites` : lock.blocks,
    formatMs(lock.heldMs),
    formatRows(lock.rows),
  ])
  const whole = [header, ...rows]
  const isOneTable = tables.length === 1
  return [
    ...heading(page, 'Locks', `on ${tables.join(', ')}, held until the commit`),
    ...renderTable(page, isOneTable ? whole.map((row) => row.toSpliced(3, 1)) : whole, {
      indent: 2,
      align: isOneTable ? 'lLrLLrr' : 'lLrLLLrr',
    }),
  ]
}

/** Statements in a row that take the same lock are one line, with the time of the first: the longest; `+6` are six more. */
function foldLocks(locks: readonly LockFacts[]): readonly (readonly [LockFacts, ...LockFacts[]])[] {
  const folded: [LockFacts, ...LockFacts[]][] = []
  for (const lock of locks) {
    if (lock.blocks === 'nothing') continue
    const last = folded.at(-1)
    if (last !== undefined && isSameLock(last[0], lock)) last.push(lock)
    else folded.push([lock])
  }
  return folded
}

function isSameLock(one: LockFacts, other: LockFacts): boolean {
  return (
    one.place.file === other.place.file &&
    one.table === other.table &&
    one.mode === other.mode &&
    one.rewritten === other.rewritten &&
    one.allowed === other.allowed
  )
}

function shorten(table: string): string {
  return table.replace(/^public\./, '')
}

/** Whoever is kept waiting is a fault, unless the contract says why it is none. */
function standingOfLock({ blocks, allowed }: LockFacts): Standing {
  return blocks !== 'nothing' && allowed === null ? 'bad' : 'good'
}

const standingOfClaim: Readonly<Record<TargetFacts['claim'], Standing>> = {
  met: 'good',
  missed: 'bad',
  'not-shown': 'skipped',
}

export function renderTargets(page: Page, { targets }: VerifyDocument): readonly string[] {
  if (targets.length === 0) return []
  const goals = Array.from(new Set(targets.map(({ targetMs }) => formatMs(targetMs))))
  const { faint } = page.paint
  const header = ['', 'object', 'p50', 'p95', 'bound', 'faster'].map((text) => ({
    text,
    paint: faint,
  }))
  const rows = targets.map((target) => [
    markOf(page, standingOfClaim[target.claim]),
    target.object,
    formatMs(target.p50Ms),
    formatMs(target.p95Ms),
    target.boundMs === null ? 'not shown' : formatMs(target.boundMs),
    formatSpeedup(target),
  ])
  return [
    ...heading(
      page,
      'Targets',
      `p95 below ${goals.join(', ')} with 95 % confidence${describeSize(targets)}${describeCodeTier(targets)}`,
    ),
    ...renderTable(page, [header, ...rows], { indent: 2, align: 'lLrrrr' }),
  ]
}

export function renderCategories(page: Page, { categories }: VerifyDocument): readonly string[] {
  return [...heading(page, 'Categories'), ...tabulateCategories(page, categories)]
}

export function tabulateCategories(
  page: Page,
  categories: readonly CategoryReport[],
): readonly string[] {
  const rows = categories.map((report) => [
    markOf(page, standingOf(report)),
    report.title,
    `${report.passed}/${outcomesOf(report)}`,
    formatMs(report.durationMs),
    { text: describeRest(report), paint: page.paint[report.failed > 0 ? 'bad' : 'unsure'] },
  ])
  return rows.length === 0
    ? [page.paint.unsure('  none was judged')]
    : renderTable(page, rows, { indent: 2, align: 'lLrrL' })
}

function standingOf(report: CategoryReport): Standing {
  if (isWhole(report)) return 'good'
  if (report.failed > 0) return 'bad'
  const isShort = report.ran < report.declared
  return report.errored > 0 || isShort ? 'errored' : 'skipped'
}

function describeRest(report: CategoryReport): string {
  const missing = Math.max(0, report.declared - report.ran)
  const counts: readonly (readonly [number, string])[] = [
    [report.failed, 'failed'],
    [report.errored, 'errored'],
    [report.skipped, 'skipped'],
    [missing, 'missing'],
  ]
  const rest = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
  if (outcomesOf(report) === 0) return 'nothing to look at'
  return report.ran === 0 ? 'nothing ran' : rest.join(', ')
}

/** Passed findings with their notes, for those who ask for them. */
export function renderPassed(page: Page, document: VerifyDocument): readonly string[] {
  if (!page.verbose) return []
  const mark = { text: '  ✓ ', paint: page.paint.good }
  const lines: string[] = []
  for (const { category, title } of document.categories) {
    const own = document.findings.filter((finding) => finding.category === category)
    lines.push(...heading(page, title))
    for (const finding of own) {
      if (finding.status !== 'passed') continue
      lines.push(...renderLabelled(page, mark, finding.title))
      if (finding.note === undefined) continue
      lines.push(...renderLabelled(page, '    ', finding.note, page.paint.faint))
    }
  }
  return lines
}

export function renderRollback(page: Page, { rollback }: VerifyDocument): readonly string[] {
  const { verdict, differences } = rollback
  const { good, bad, unsure } = page.paint
  if (verdict === 'clean') {
    return [
      ...heading(page, 'Rollback'),
      `  ${good('✓')} clean: the catalog and every row are as they were before`,
    ]
  }
  const verdictLine =
    verdict === 'unclean'
      ? `${bad('✗')} unclean: ${countOf(differences.length, 'difference')}`
      : `${unsure('!')} unjudged`
  return [
    ...heading(page, 'Rollback'),
    `  ${verdictLine}`,
    ...differences.flatMap((difference) =>
      renderLabelled(page, '    · ', summarise(page, difference)),
    ),
  ]
}

/** Only where there are any: what was not looked at can't be as it should be. */
export function renderBlindSpots(
  page: Page,
  { blindSpots }: Pick<VerifyDocument, 'blindSpots'>,
): readonly string[] {
  if (blindSpots.length === 0) return []
  const mark = { text: '  – ', paint: page.paint.unsure }
  const lines = blindSpots.flatMap(({ what, reason }) =>
    renderLabelled(page, mark, `${what}: ${reason}`),
  )
  return [...heading(page, blindSpotsTitle, String(blindSpots.length)), ...lines]
}

/** The object of a difference; what differs in it belongs to the findings, or to those who ask. */
function summarise(page: Page, difference: string): string {
  const [first = '', ...rest] = difference.split('\n')
  return page.verbose || rest.length === 0 ? difference : `${first} …`
}
