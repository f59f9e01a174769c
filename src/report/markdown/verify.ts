import type { VerifyDocument } from '../../check/document.ts'
import { formatMs } from '../../units.ts'
import { blindSpotsTitle } from '../blind-spot.ts'
import { countKinds, countOf, isWhole } from '../closing-line.ts'
import { describeCodeTier } from '../code-tier.ts'
import { describeSize } from '../target-size.ts'
import { formatSpeedup } from '../speedup.ts'
import { pathOf } from '../trouble.ts'
import { visibleLines } from '../visible.ts'
import { escapeCode, escapeHtml, escapeProse, renderCells, renderFence } from './escape.ts'

export function renderObjects(document: VerifyDocument): readonly string[] {
  const { objects, migrations } = document
  const kinds = countKinds(objects).map(([kind, count]) => escapeProse(countOf(count, kind)))
  const rows = objects.map(({ kind, identity, place }) => [
    escapeProse(kind),
    escapeCode(identity),
    place === undefined ? '' : escapeCode(`${pathOf(migrations, place.file)}:${place.line}`),
  ])
  return [
    '',
    '## Objects created',
    '',
    objects.length === 0 ? 'None.' : `${objects.length} in all: ${kinds.join(', ')}.`,
    ...(rows.length === 0 ? [] : renderCells('lll', ['Kind', 'Object', 'Statement'], rows)),
  ]
}

export function renderCategories({ categories }: VerifyDocument): readonly string[] {
  const rows = categories.map((report) => [
    isWhole(report) ? '✓' : report.failed > 0 ? '✗' : '–',
    escapeProse(report.title),
    ...[
      report.declared,
      report.ran,
      report.passed,
      report.failed,
      report.errored,
      report.skipped,
    ].map(String),
    formatMs(report.durationMs),
  ])
  const header = [
    '',
    'Category',
    'Declared',
    'Ran',
    'Passed',
    'Failed',
    'Errored',
    'Skipped',
    'Time',
  ]
  return [
    '',
    '## Results',
    ...(rows.length === 0 ? ['', 'No category ran.'] : renderCells('llrrrrrrr', header, rows)),
  ]
}

export function renderTargets({ targets }: VerifyDocument): readonly string[] {
  const rows = targets.map((target) => [
    escapeCode(target.object),
    String(target.samples),
    formatMs(target.p50Ms),
    formatMs(target.p95Ms),
    target.boundMs === null ? 'not shown' : formatMs(target.boundMs),
    formatMs(target.targetMs),
    target.claim.replace('-', ' '),
    formatSpeedup(target),
  ])
  const header = ['Object', 'Samples', 'p50', 'p95', 'Bound', 'Target', 'Claim', 'Faster']
  return [
    '',
    '## Targets',
    ...(rows.length === 0
      ? ['', 'Nothing was timed.']
      : [
          '',
          `The bound is the upper one of p95 with 95 % confidence${describeSize(targets)}${describeCodeTier(targets)}; faster is target ÷ bound.`,
          ...renderCells('lrrrrrlr', header, rows),
        ]),
  ]
}

export function renderLocks({ locks, migrations }: VerifyDocument): readonly string[] {
  const rows = locks.map((lock) => [
    escapeCode(`${pathOf(migrations, lock.place.file)}:${lock.place.line}`),
    escapeCode(lock.table),
    lock.mode,
    lock.blocks,
    formatMs(lock.heldMs),
    String(lock.rows),
    lock.rewritten ? 'yes' : 'no',
    escapeProse(lock.allowed ?? ''),
  ])
  const header = ['Statement', 'Table', 'Lock', 'Blocks', 'Held', 'Rows', 'Rewritten', 'Allowed']
  return [
    '',
    '## Locks',
    '',
    'What each statement locked of the tables that existed before, until the end of its transaction.',
    ...(rows.length === 0 ? ['', 'None.'] : renderCells('llllrrll', header, rows)),
  ]
}

export function renderSteps({ steps }: VerifyDocument): readonly string[] {
  const rows = steps.map((step) => [
    step.role,
    escapeCode(step.file),
    String(step.statements),
    formatMs(step.elapsedMs),
    step.outcome,
  ])
  const header = ['Role', 'File', 'Statements', 'Time', 'Outcome']
  return [
    '',
    '## Scripts',
    ...(rows.length === 0 ? ['', 'None was executed.'] : renderCells('llrrl', header, rows)),
  ]
}

export function renderRollback({ rollback }: VerifyDocument): readonly string[] {
  return [
    '',
    '## Rollback',
    '',
    rollback.verdict === 'clean'
      ? 'Clean: the catalog and every row are as they were before.'
      : `**${rollback.verdict === 'unclean' ? 'Unclean' : 'Unjudged'}**, ${countOf(rollback.differences.length, 'difference')}.`,
    ...rollback.differences.flatMap(renderDifference),
  ]
}

export function renderBlindSpots({
  blindSpots,
}: Pick<VerifyDocument, 'blindSpots'>): readonly string[] {
  if (blindSpots.length === 0) return []
  const items = blindSpots.map(
    ({ what, reason }) => `- ${escapeProse(what)}: ${escapeProse(reason)}`,
  )
  return ['', `## ${blindSpotsTitle}`, '', ...items]
}

function renderDifference(difference: string): readonly string[] {
  const [first = '', ...rest] = visibleLines(difference)
  if (rest.length === 0) return ['', `- ${escapeProse(difference)}`]
  return [
    '',
    '<details>',
    `<summary>${escapeHtml(first)}</summary>`,
    '',
    ...renderFence('text', rest),
    '',
    '</details>',
  ]
}
