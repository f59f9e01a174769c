import type { CatalogComparison, MatrixDocument } from '../../check/matrix.ts'
import type { VerifyDocument } from '../../check/document.ts'
import { formatMs } from '../../units.ts'
import { mergeBlindSpots } from '../blind-spot.ts'
import { isWhole, outcomesOf, verdicts } from '../closing-line.ts'
import {
  catalogsTitle,
  closingLineOfMatrix,
  titleOfVersion,
  troublesOfMatrix,
} from '../matrix-trouble.ts'
import { escapeProse, renderCells } from './escape.ts'
import { renderTroubles } from './trouble.ts'
import { renderBlindSpots } from './verify.ts'

/** A summary of all versions; the whole report of one is what `--pg` with that one alone gives. */
export function renderMarkdownOfMatrix(document: MatrixDocument): string {
  const title = document.documents[0]?.migrations.title ?? ''
  return [
    `# Delivery summary: ${escapeProse(title)}`,
    '',
    `**${closingLineOfMatrix(document)}**`,
    ...renderVersions(document.documents),
    ...renderCategories(document.documents),
    ...renderComparisons(document.comparisons),
    ...renderBlindSpots({ blindSpots: mergeBlindSpots(document.documents) }),
    ...renderTroubles(troublesOfMatrix(document)),
    '',
  ].join('\n')
}

function renderVersions(documents: readonly VerifyDocument[]): readonly string[] {
  const rows = documents.map(({ status, provenance, rollback, fixture, effort, durationMs }) => [
    escapeProse(provenance.engine.version),
    escapeProse(`${provenance.engine.kind} ${provenance.engine.package}`),
    verdicts[status],
    rollback.verdict,
    String(fixture.events),
    effort,
    formatMs(durationMs),
  ])
  const header = ['Postgres', 'Engine', 'Verdict', 'Rollback', 'Events', 'Effort', 'Took']
  return ['', '## Versions', ...renderCells('llllrlr', header, rows)]
}

/** A row a category, a column a version: passed of those owed. */
function renderCategories(documents: readonly VerifyDocument[]): readonly string[] {
  const titles = new Set(
    documents.flatMap(({ categories }) => categories.map(({ title }) => title)),
  )
  const rows = Array.from(titles, (title) => [
    escapeProse(title),
    ...documents.map(({ categories }) => {
      const report = categories.find((one) => one.title === title)
      if (report === undefined) return ''
      const mark = isWhole(report) ? '✓' : report.failed > 0 ? '✗' : '–'
      return `${mark} ${report.passed}/${outcomesOf(report)}`
    }),
  ])
  const header = ['Category', ...documents.map((one) => escapeProse(titleOfVersion(one)))]
  return ['', '## Results', ...renderCells(`l${'r'.repeat(documents.length)}`, header, rows)]
}

function renderComparisons(comparisons: readonly CatalogComparison[]): readonly string[] {
  const rows = comparisons.map(({ from, to, verdict, objects, differences }) => [
    escapeProse(from),
    escapeProse(to),
    verdict,
    String(objects),
    String(differences.length),
  ])
  const header = ['Postgres', 'And', 'Catalog', 'Objects', 'Differences']
  return ['', `## ${catalogsTitle}`, ...renderCells('lllrr', header, rows)]
}
