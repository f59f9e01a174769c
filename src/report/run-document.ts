import type { BenchDocument } from '../benchmark/result.ts'
import type { RunStatus } from '../check/check.ts'
import type { VerifyDocument } from '../check/document.ts'

/** What `run` says: the judgement and the timings of one database, and the worse of the two statuses. */
export interface RunDocument {
  readonly schema: 'hook-harness/run'
  readonly schemaVersion: 1
  readonly status: RunStatus
  readonly verify: VerifyDocument
  readonly bench: BenchDocument
  readonly durationMs: number
}
