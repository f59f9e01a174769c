import type { FixtureFacts, MigrationFacts, Provenance } from '../provenance.ts'

/** One execution, in the order taken: fetch included; connect, warm-up, EXPLAIN excluded. */
export interface Sample {
  readonly latencyMs: number
  readonly rows: number
}

/** Where and why a timing can't be trusted: the oracle answered another number of rows. */
export interface RowMismatch {
  readonly expectedRows: number
  readonly actualRows: number
}

/** One workload at one scale. `void`: the answer was wrong or an error, so there is no timing to speak of. */
export type Measurement = {
  readonly workloadId: string
  readonly title: string
  /** Base-table rows. */
  readonly scale: number
} & (
  | {
      readonly state: 'measured'
      readonly samples: readonly [Sample, ...Sample[]]
      readonly p50Ms: number
      readonly p75Ms: number
      readonly p95Ms: number
      readonly p99Ms: number
      readonly madMs: number
      /** 95 % interval of the median; null with too few samples. */
      readonly medianIntervalMs: readonly [number, number] | null
      /** Relative margin of error of the mean, as tinybench counts it, in percent. */
      readonly marginPercent: number
      readonly target: TargetClaim | null
      readonly plan: Plan | null
    }
  | { readonly state: 'void'; readonly reason: string; readonly mismatch?: RowMismatch }
)

export interface TargetClaim {
  readonly targetMs: number
  readonly claim: 'met' | 'missed' | 'not-shown'
  /** Upper bound of p95 with 95 % confidence; null with too few samples to have one. */
  readonly boundMs: number | null
}

/** EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) of one execution. */
export interface Plan {
  readonly fingerprint: string
  readonly executionMs: number
  /** Shared blocks hit and read. */
  readonly blocks: number
  readonly tempBlocks: number
  readonly indexes: readonly string[]
  readonly json: unknown
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

/** One size of data, measured from an empty database to the rollback. */
export interface Rung {
  readonly scale: number
  readonly fixture: FixtureFacts
  readonly storage: StorageFacts
  readonly measurements: readonly Measurement[]
}

/** What `bench` says: the JSON of `--format json`. */
export interface BenchDocument {
  readonly schema: 'hook-harness/bench'
  readonly schemaVersion: 1
  /** `unjudged` when any measurement is void; `failed` when a target is missed and asked for. */
  readonly status: 'passed' | 'failed' | 'unjudged'
  readonly provenance: Provenance
  readonly migrations: MigrationFacts
  readonly rungs: readonly Rung[]
  readonly durationMs: number
}
