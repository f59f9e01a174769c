import { benchSchema } from './bench.ts'
import { gateSchema } from './gate.ts'
import { matrixSchema } from './matrix.ts'
import { mutateSchema } from './mutate.ts'
import { runSchema } from './run.ts'
import type { Schema } from './shape.ts'
import { verifySchema } from './verify.ts'
import type { BenchDocument } from '../../benchmark/result.ts'
import type { VerifyDocument } from '../../check/document.ts'
import type { MatrixDocument } from '../../check/matrix.ts'
import type { GateDocument } from '../../gate/result.ts'
import type { MutateDocument } from '../../mutation/document.ts'
import type { RunDocument } from '../run-document.ts'

/** The published JSON Schemas (draft 2020-12) of what the commands say, by the command's name. */
export const resultSchemas: {
  readonly verify: Schema<VerifyDocument>
  readonly bench: Schema<BenchDocument>
  readonly run: Schema<RunDocument>
  readonly matrix: Schema<MatrixDocument>
  readonly mutate: Schema<MutateDocument>
  readonly gate: Schema<GateDocument>
} = {
  verify: verifySchema,
  bench: benchSchema,
  run: runSchema,
  matrix: matrixSchema,
  mutate: mutateSchema,
  gate: gateSchema,
}
