import type { Plan } from '../database/plan.ts'
import type { FixtureFacts, MigrationFacts, Provenance } from '../provenance.ts'

export type { Plan } from '../database/plan.ts'

/** One execution, in the order taken: fetch included; connect, warm-up, EXPLAIN excluded. */
export interface Sample {
  readonly latencyMs: number
  /** What the work came to: rows returned or written; for a migration, declared objects that exist after it. */
  readonly rows: number
}

/** Where and why a timing can't be trusted: another number of rows was due, by the oracle or by the contract. */
export interface RowMismatch {
  readonly expectedRows: number
  readonly actualRows: number
}

/** What a measurement is of. */
export interface Subject {
  /** `view/…`, `function/…`, `ingest/…`, `migrate/…` or `rollback/…`, never reused. */
  readonly workloadId: string
  readonly title: string
  /** The view or function that is measured; null where it is something else. */
  readonly object: string | null
  /** Base-table rows. */
  readonly scale: number
}

/** One workload at one scale. `void`: the answer was wrong or an error, so there is no timing to speak of. */
export type Measurement = Subject & (Measured | Void)

export interface Measured {
  readonly state: 'measured'
  readonly samples: readonly [Sample, ...Sample[]]
  readonly p50Ms: number
  readonly p75Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  /** Median absolute deviation from the median. */
  readonly madMs: number
  /** 95 % interval of the median; null with too few samples. */
  readonly medianIntervalMs: readonly [number, number] | null
  /** Half of the 95 % interval of the mean (Student's t), in percent of the mean; null for a single sample. */
  readonly marginPercent: number | null
  /** Null for what the contract gives no target to. */
  readonly target: TargetClaim | null
  /** Null for what is not one statement. */
  readonly plan: Plan | null
}

export interface Void {
  readonly state: 'void'
  readonly reason: string
  /** Present when the answer was wrong, absent when there was none. */
  readonly mismatch?: RowMismatch
}

export interface TargetClaim {
  readonly targetMs: number
  readonly claim: 'met' | 'missed' | 'not-shown'
  /** Upper bound of p95 with 95 % confidence; null with too few samples to have one. */
  readonly boundMs: number | null
}

export interface StorageFacts {
  readonly tableBytes: number
  readonly toastBytes: number
  readonly indexes: readonly {
    readonly name: string
    readonly sizeBytes: number
    readonly ofMigration: boolean
  }[]
  readonly totalBytes: number
}

/** What one index served while the workloads ran: scans that `pg_stat_user_indexes` counted. */
export interface IndexUse {
  readonly name: string
  readonly scans: number
}

/** One size of data, measured from an empty database to the rollback. */
export interface Rung {
  readonly scale: number
  readonly fixture: FixtureFacts
  /** Where the database lay: memory grows quadratically, a folder doesn't. */
  readonly medium: 'memory' | 'folder'
  readonly storage: StorageFacts
  readonly indexUse: readonly IndexUse[]
  readonly measurements: readonly Measurement[]
  readonly durationMs: number
}

/** A size that gave no measurements at all. */
export interface UnbuiltRung {
  readonly scale: number
  readonly reason: string
}

/** What `bench` says: the JSON of `--format json`. */
export interface BenchDocument {
  readonly schema: 'hook-harness/bench'
  readonly schemaVersion: 1
  /**
   * `failed`: an answer was wrong. `unjudged`: a measurement is void for another reason, or a rung could not be built.
   * A missed target is a result, not a failure: it stands in the measurement's claim.
   */
  readonly status: 'passed' | 'failed' | 'unjudged'
  readonly provenance: Provenance
  readonly migrations: MigrationFacts
  /** Decides the order in which the workloads ran. */
  readonly seed: string
  /** The server's settings that timings depend on, as `current_setting` prints them. */
  readonly settings: Readonly<Record<string, string>>
  readonly rungs: readonly Rung[]
  readonly unbuilt: readonly UnbuiltRung[]
  readonly durationMs: number
}
