import type { CatalogComparison, MatrixDocument } from '../../check/matrix.ts'
import type { VerifyDocument } from '../../check/document.ts'
import { mergeBlindSpots } from '../blind-spot.ts'
import { closingLine, countOf, verdicts } from '../closing-line.ts'
import {
  catalogsTitle,
  closingLineOfMatrix,
  titleOfVersion,
  troublesOfMatrix,
} from '../matrix-trouble.ts'
import type { RenderOptions } from '../report.ts'
import {
  heading,
  markOf,
  openPage,
  renderLabelled,
  renderTable,
  type Page,
  type Standing,
} from './page.ts'
import { renderTroubles } from './trouble.ts'
import { renderBlindSpots, tabulateCategories } from './verify.ts'

/** For a person at a terminal: a block a version, the comparison of their catalogs, what is wrong, and the verdict. */
export function renderTerminalOfMatrix(document: MatrixDocument, options: RenderOptions): string {
  const page = openPage(options)
  return [
    ...renderTitle(page, document),
    ...document.documents.flatMap((one) => renderVersion(page, one)),
    ...renderComparisons(page, document.comparisons),
    ...renderBlindSpots(page, { blindSpots: mergeBlindSpots(document.documents) }),
    ...renderTroubles(page, troublesOfMatrix(document)),
    '',
    renderVerdict(page, document),
    '',
  ].join('\n')
}

function renderTitle(page: Page, { documents: [first] }: MatrixDocument): readonly string[] {
  if (first === undefined) return []
  const { title, directory } = first.migrations
  return [
    ...renderLabelled(page, '', title, page.paint.strong),
    ...renderLabelled(page, '  folder   ', directory),
  ]
}

function renderVersion(page: Page, document: VerifyDocument): readonly string[] {
  const { kind, package: release } = document.provenance.engine
  return [
    ...heading(page, titleOfVersion(document), `${kind} ${release}`),
    ...tabulateCategories(page, document.categories),
    ...renderLabelled(page, '  ', closingLine(document), page.paint.faint),
  ]
}

const standings: Readonly<Record<CatalogComparison['verdict'], Standing>> = {
  same: 'good',
  different: 'bad',
  unjudged: 'errored',
}

function renderComparisons(
  page: Page,
  comparisons: readonly CatalogComparison[],
): readonly string[] {
  const rows = comparisons.map(({ from, to, verdict, objects, differences }) => [
    markOf(page, standings[verdict]),
    `${from} and ${to}`,
    countOf(objects, 'object'),
    verdict === 'different' ? countOf(differences.length, 'difference') : verdict,
  ])
  return [
    ...heading(page, catalogsTitle, 'after the migrations'),
    ...renderTable(page, rows, { indent: 2, align: 'lLrl' }),
  ]
}

function renderVerdict(page: Page, document: MatrixDocument): string {
  const verdict = verdicts[document.status]
  const paint = { passed: page.paint.good, failed: page.paint.bad, unjudged: page.paint.unsure }
  const rest = closingLineOfMatrix(document).slice(verdict.length)
  return page.paint.strong(paint[document.status](verdict)) + rest
}
