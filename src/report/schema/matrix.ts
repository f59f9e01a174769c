import type { CatalogComparison, MatrixDocument } from '../../check/matrix.ts'
import {
  choice,
  count,
  described,
  listOf,
  literal,
  published,
  quantity,
  recordOf,
  text,
  type Schema,
} from './shape.ts'
import { statusShape, verifyShape } from './verify.ts'

/** The published schema of `verify --pg … --format json` with several versions. */
export const matrixSchema: Schema<MatrixDocument> = published(
  'hook-harness/matrix/1',
  'What hook-harness verify found on several versions of Postgres',
  recordOf<MatrixDocument>({
    schema: literal('hook-harness/matrix'),
    schemaVersion: literal(1),
    status: statusShape,
    documents: described('One a version, in the order asked for.', listOf(verifyShape)),
    comparisons: described(
      'The catalog after the migrations, each version with the one before it.',
      listOf(
        recordOf<CatalogComparison>({
          from: text,
          to: text,
          verdict: choice('same', 'different', 'unjudged'),
          objects: described('Objects that were compared.', count),
          differences: described('One an object that differs.', listOf(text)),
        }),
      ),
    ),
    durationMs: quantity,
  }),
)
