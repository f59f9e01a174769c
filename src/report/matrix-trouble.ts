import type { Outcome } from '../check/check.ts'
import type { CatalogComparison, MatrixDocument } from '../check/matrix.ts'
import type { VerifyDocument } from '../check/document.ts'
import { formatMs } from '../units.ts'
import { countOf, countWhole, verdicts } from './closing-line.ts'
import { troublesOf, type Trouble } from './trouble.ts'

/** What the comparisons of a matrix are filed under. */
export const catalogsTitle = 'Catalogs'

/** `Postgres 17.5`: what a version's part of a matrix is called. */
export function titleOfVersion({ provenance }: VerifyDocument): string {
  return `Postgres ${provenance.engine.version}`
}

/** A comparison as an outcome like any other. */
export function judgeComparison(comparison: CatalogComparison): Outcome {
  const { from, to, verdict, objects, differences } = comparison
  const title = `Postgres ${to} has the same catalog after the migrations as ${from}`
  switch (verdict) {
    case 'same':
      return { status: 'passed', title, note: countOf(objects, 'object') }
    case 'different':
      return {
        status: 'failed',
        title,
        expected: 'no difference',
        actual: differences.join('\n'),
      }
    case 'unjudged': {
      const message = 'The migrations could not be applied on both.'
      return { status: 'errored', title, error: { code: 'E_CATALOG_ABSENT', message } }
    }
  }
}

/** Whatever keeps a matrix from being green: the versions in their order, then the comparisons. */
export function troublesOfMatrix(document: MatrixDocument): readonly Trouble[] {
  const found = document.documents.flatMap((one) =>
    troublesOf(one).map((trouble): Trouble => {
      const group = `${titleOfVersion(one)}, ${trouble.group}`
      return Object.assign({}, trouble, { group })
    }),
  )
  const compared = document.comparisons.flatMap((comparison): readonly Trouble[] => {
    const outcome = judgeComparison(comparison)
    return outcome.status === 'passed'
      ? []
      : [{ ...outcome, id: 'matrix/catalog', group: catalogsTitle }]
  })
  return [...found, ...compared]
}

/** `PASSED 3/3 versions, 24/24 categories, 2/2 catalogs alike, 61.2 s`: verdict first, as in every closing line. */
export function closingLineOfMatrix(document: MatrixDocument): string {
  const { status, documents, comparisons, durationMs } = document
  const categories = documents.flatMap((one) => one.categories)
  const parts = [
    `${documents.filter((one) => one.status === 'passed').length}/${documents.length} versions`,
    countWhole(categories),
    `${comparisons.filter(({ verdict }) => verdict === 'same').length}/${comparisons.length} catalogs alike`,
    formatMs(durationMs),
  ]
  return `${verdicts[status]} ${parts.join(', ')}`
}
