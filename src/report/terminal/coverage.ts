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
import { heading, markOf, type Page, renderLabelled, renderTable } from './page.ts'

/** Gaps that stand between the facts and the verdict without pushing either off the screen. */
const mostGaps = 12

/** How much of each object the rows reached, then what none of them reached. */
export function renderCoverage(page: Page, document: VerifyDocument): readonly string[] {
  const rows = tabulateCoverage(document)
  if (rows.length === 0) return []
  const { hit, measured } = totalCoverage(document)
  const header = ['', 'object', 'columns', 'CASE arms', 'filters', 'reached'].map((text) => ({
    text,
    paint: page.paint.faint,
  }))
  const cells = rows.map(({ name, columns, arms, filters, whole }) => [
    markOf(page, whole.hit === whole.measured && whole.measured > 0 ? 'good' : 'skipped'),
    name,
    countShare(columns),
    countShare(arms),
    countShare(filters),
    formatShare(whole),
  ])
  return [
    ...heading(page, 'Coverage', `${hit} of ${measured} reached by the rows of the checks`),
    ...renderTable(page, [header, ...cells], { indent: 2, align: 'lLrrrr' }),
    ...renderGaps(page, document),
  ]
}

function renderGaps(page: Page, document: VerifyDocument): readonly string[] {
  const gaps = listGaps(document)
  const shown = page.verbose ? gaps : gaps.slice(0, mostGaps)
  const rest = gaps.length - shown.length
  return [
    ...shown.flatMap((gap) =>
      renderLabelled(page, '    · ', `${gap.object}: ${namePoint(gap)}: ${describeGap(gap)}`),
    ),
    ...(rest === 0 ? [] : renderLabelled(page, '    ', `… and ${rest} more, with --verbose`)),
  ]
}

function countShare(share: Share | null): string {
  if (share === null) return ''
  return share.measured === 0 ? '?' : `${share.hit}/${share.measured}`
}
