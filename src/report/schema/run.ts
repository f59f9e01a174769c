import type { RunDocument } from '../run-document.ts'
import { benchShape } from './bench.ts'
import { literal, published, quantity, recordOf, type Schema } from './shape.ts'
import { statusShape, verifyShape } from './verify.ts'

/** The published schema of `run --format json`; whole in itself, without references to the other two. */
export const runSchema: Schema<RunDocument> = published(
  'hook-harness/run/1',
  'What hook-harness run found and measured',
  recordOf<RunDocument>({
    schema: literal('hook-harness/run'),
    schemaVersion: literal(1),
    status: statusShape,
    verify: verifyShape,
    bench: benchShape,
    durationMs: quantity,
  }),
)
