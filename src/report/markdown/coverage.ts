import type { VerifyDocument } from '../../check/document.ts'
import {
  describeGap,
  formatShare,
  listGaps,
  namePoint,
  type Share,
  tabulateCoverage,
  totalCoverage,
} from '../coverage.ts'
import { escapeCode, escapeProse, renderCells } from './escape.ts'

export function renderCoverage(document: VerifyDocument): readonly string[] {
  const rows = tabulateCoverage(document).map(({ name, columns, arms, filters, whole }) => [
    escapeCode(name),
    countShare(columns),
    countShare(arms),
    countShare(filters),
    formatShare(whole),
  ])
  const { hit, measured } = totalCoverage(document)
  const gaps = listGaps(document).map(
    (gap) =>
      `- ${escapeCode(gap.object)}: ${escapeCode(namePoint(gap))}: ${escapeProse(describeGap(gap))}`,
  )
  const header = ['Object', 'Columns', 'CASE arms', 'Filters', 'Reached']
  return [
    '',
    '## Coverage',
    '',
    rows.length === 0
      ? 'Nothing was counted.'
      : `${hit} of ${measured} reached by the rows of the checks: indexes in a plan, columns with a value, ` +
        'arms of a CASE taken, filters that both keep and drop rows.',
    ...(rows.length === 0 ? [] : renderCells('lrrrr', header, rows)),
    ...(gaps.length === 0 ? [] : ['', 'Not reached, or not measured:', '', ...gaps]),
  ]
}

function countShare(share: Share | null): string {
  if (share === null) return ''
  return share.measured === 0 ? 'not measured' : `${share.hit} of ${share.measured}`
}
