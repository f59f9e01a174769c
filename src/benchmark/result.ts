import type { Plan } from '../database/plan.ts'
import type { FixtureFacts, MigrationFacts, Provenance } from '../provenance.ts'
import type { GrowthClass } from '../statistics/fit.ts'

export type { BodyPlan, Plan } from '../database/plan.ts'

/** How much to measure: samples and time of one task. */
export interface Effort {
  readonly minimumSamples: number
  readonly maximumSamples: number
  /** More samples than the minimum are taken only while they fit into this. */
  readonly timeMs: number
  /** Executions go untimed until they have taken this long, and there were two. */
  readonly warmUpMs: number
  /** The samples of a task are spread over so many rounds, each in another order. */
  readonly rounds: number
}

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
  /** `view/…`, `function/…`, `ingest/…`, `migrate/…`, `rollback/…`, `maintain/…` or `cold/…`, never reused. */
  readonly workloadId: string
  readonly title: string
  /** The view or function that is measured; null where it is something else. */
  readonly object: string | null
  /** Base-table rows; 0: those that the base scripts insert. */
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
  /** Blocks of TOAST and its index among those that one execution reads; null where there is none, or nobody looked. */
  readonly toastBlocks: number | null
  /** The rows that its work should follow, where that are not all events; null: all. */
  readonly followed: FollowedRows | null
}

/** What a question is about, when that grows in another way than the log does. */
export interface FollowedRows {
  /** `events of the last 7 days`. */
  readonly title: string
  readonly rows: number
}

export interface Void {
  readonly state: 'void'
  /** `wrong`: there was an answer, and it was another than the oracle's or the contract's. `error`: there was none. */
  readonly fault: 'wrong' | 'error'
  readonly reason: string
  /** What should have been, where that is neither an answer nor a number of rows. */
  readonly expected?: string
  /** Where the number of rows was wrong, and not only what they say. */
  readonly mismatch?: RowMismatch
}

export interface TargetClaim {
  readonly targetMs: number
  readonly claim: 'met' | 'missed' | 'not-shown'
  /** Why nothing is shown: below 59 samples p95 has no upper bound, or the target lies between its bounds. Null: it is shown. */
  readonly reason: 'too-few-samples' | 'too-close' | null
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
  /** Bytes of the migration's indexes, divided by the events; 0 without events. */
  readonly addedBytesPerEvent: number
}

/** What one index served while the workloads ran: scans that `pg_stat_user_indexes` counted. */
export interface IndexUse {
  readonly name: string
  readonly scans: number
}

/** How long the migration took to build one index: the statement's own time, each time the migration was applied. */
export interface IndexBuild {
  readonly name: string
  readonly elapsedMs: readonly [number, ...number[]]
}

/** What the migration costs a logger: the same write before it and after it. */
export interface WriteCost {
  readonly title: string
  readonly beforeId: string
  readonly afterId: string
  /** Executions after, each compared with the one before that was taken beside it. */
  readonly pairs: number
  /** After divided by before, the Hodges–Lehmann estimate over the pairs: 1.2 is a fifth slower. */
  readonly ratio: number
  /** 95 %, by the signed-rank test; null below six pairs. */
  readonly ratioInterval: readonly [number, number] | null
}

/** The first execution after every shared buffer was taken by something else; the system's file cache stays warm. */
export interface ColdFacts {
  readonly workloadId: string
  readonly latenciesMs: readonly [number, ...number[]]
  readonly p50Ms: number
  /** Of the warm samples of the same workload. */
  readonly warmP50Ms: number
}

/** One size of data, measured from an empty database to the rollback. */
export interface Rung {
  /** Events; 0: the tables hold what the base scripts insert, because the contract names no fixture. */
  readonly scale: number
  readonly fixture: FixtureFacts
  /** Where the database lay: memory grows quadratically, a folder doesn't. */
  readonly medium: 'memory' | 'folder'
  readonly storage: StorageFacts
  readonly indexUse: readonly IndexUse[]
  readonly indexBuilds: readonly IndexBuild[]
  readonly writeCosts: readonly WriteCost[]
  /** Empty where the database lies in memory. */
  readonly cold: readonly ColdFacts[]
  readonly measurements: readonly Measurement[]
  /** The most memory that this process had held by the end of the rung: both databases, their threads, and this program. */
  readonly peakMemoryBytes: number
  readonly durationMs: number
}

/** A size that gave no measurements at all: it could not be built, or did not fit into the budget. */
export interface AbsentRung {
  readonly scale: number
  readonly reason: string
}

/** How one quantity grows with the number of events. */
export interface GrowthLaw {
  readonly growthClass: GrowthClass
  /** Every class that the points can't tell from the best one, the best first. */
  readonly plausible: readonly GrowthClass[]
  /** Slope of log(quantity) on log(events), and its 95 % interval. */
  readonly exponent: number
  readonly exponentInterval: readonly [number, number]
}

/** At how many events, or rows that the work follows, p95 reaches the target. */
export type TargetReach =
  /** It doesn't grow enough for any table, with 95 %; or is there at the smallest size already. */
  | { readonly reached: 'never' | 'already' }
  /** Growth is neither shown nor excluded; where there is some, the target is reached from so many rows on at the earliest, 95 %. */
  | { readonly reached: 'not-told'; readonly earliest: number }
  | {
      readonly reached: 'at'
      readonly events: number
      /** 95 %; an upper end of null: the points can't exclude that it is never reached. */
      readonly interval: readonly [number, number | null]
      /** More than ten times the largest measured size: a guess. */
      readonly farOut: boolean
    }

/** The largest rung, foretold from the smaller ones: a test of the method. */
export interface Foretelling {
  readonly scale: number
  /** Smaller sizes that it was foretold from. */
  readonly sizes: number
  readonly predictedMs: number
  /** Where 95 % of such measurements should fall. */
  readonly intervalMs: readonly [number, number]
  readonly measuredMs: number
  readonly isInside: boolean
}

/** One workload over all rungs where it was measured. */
export interface GrowthFacts {
  readonly workloadId: string
  readonly title: string
  readonly object: string | null
  /** What its laws are over, and `reach` counts: `events`, or the rows that its work follows. */
  readonly over: string
  readonly points: readonly GrowthMark[]
  /** The classes that its exact work is as likely to grow by; empty where it follows none, or sizes are too few to tell. */
  readonly classes: readonly GrowthClass[]
  /** Laws need three sizes; null where they can't be told. That of time is one of `classes`, where there are any. */
  readonly time: GrowthLaw | null
  readonly blocks: GrowthLaw | null
  readonly tuples: GrowthLaw | null
  /** Null without a target, a class or a law. */
  readonly reach: TargetReach | null
  /** Null below four rungs, and without a class. */
  readonly foretelling: Foretelling | null
}

export interface GrowthMark {
  readonly scale: number
  /** What the laws are over. */
  readonly rows: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly blocks: number
  readonly tuples: number
  readonly fingerprint: string
  readonly indexes: readonly string[]
  /** Another plan than at the rung before. */
  readonly isPlanChanged: boolean
}

/** What was asked for, as it was understood: enough to ask for it again. */
export interface BenchRequest {
  /** The command line; null where the library was called. */
  readonly command: string | null
  readonly scales: readonly number[]
  readonly payload: FixtureFacts['payload']
  /** Where the data ends and every engine's clock starts, ISO 8601; null: at the real time. */
  readonly clock: string | null
  /** Samples and their time for each workload, cut to the budget where there is one. */
  readonly effort: Effort
  /** Null without one; `wantedTimeMs` is what a workload would have got. */
  readonly budget: { readonly budgetMs: number; readonly wantedTimeMs: number } | null
  /** The longest that one execution of a workload was allowed to take. */
  readonly statementTimeoutMs: number | null
  readonly workloads: readonly WorkloadFacts[]
}

export interface WorkloadFacts {
  readonly id: string
  readonly file: string
  /** The first sixteen hex digits of its statement's SHA-256. */
  readonly digest: string
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
  readonly request: BenchRequest
  /** The server's settings that timings depend on, as `current_setting` prints them. */
  readonly settings: Readonly<Record<string, string>>
  readonly rungs: readonly Rung[]
  /** Could not be built. */
  readonly unbuilt: readonly AbsentRung[]
  /** Left out, because the budget was too small for them. */
  readonly omitted: readonly AbsentRung[]
  readonly growth: readonly GrowthFacts[]
  readonly durationMs: number
}
