import type { RunDocument } from '../../src/report/run-document.ts'
import { greenBench, redBench } from './bench-documents.ts'
import { greenVerify, redVerify } from './verify-documents.ts'

export { greenBench, greenVerify, redBench, redVerify }

export const greenRun = {
  schema: 'hook-harness/run',
  schemaVersion: 1,
  status: 'passed',
  verify: greenVerify,
  bench: greenBench,
  durationMs: 6_610,
} satisfies RunDocument

export const redRun = {
  ...greenRun,
  status: 'failed',
  verify: redVerify,
  bench: redBench,
} satisfies RunDocument
