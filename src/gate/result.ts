import type { GrowthLaw, TargetReach } from '../benchmark/result.ts'
import type { FixtureFacts, MigrationFacts, Provenance } from '../provenance.ts'
import type { EffortName } from './effort.ts'

/** Migrations that took part, and where they came from. */
export interface ArmFacts {
  readonly kind: 'git' | 'folder'
  /** The ref or the folder, as it was named. */
  readonly name: string
  /** Whole hash; null for a folder. */
  readonly commit: string | null
  /** The folder, with its ref in front of it where there is one. */
  readonly directory: string
  readonly contractSource: MigrationFacts['contractSource']
  /** Sixteen hex digits; equal ones mean the same scripts. */
  readonly checksum: string
  readonly files: MigrationFacts['files']
}

/** What the candidate was held against: migrations, or what a file says of them. */
export type Base =
  | ({ readonly from: 'migrations' } & ArmFacts)
  /** Null: there was no file yet, and none was written. */
  | { readonly from: 'baseline'; readonly file: string; readonly checksum: string | null }

/** Counts of work that are the same each time: see `Execution.work`. */
export const workMetrics = [
  'blocks',
  'tempBlocks',
  'tuples',
  'tuplesRemoved',
  'heapFetches',
] as const
export type WorkMetric = (typeof workMetrics)[number]

/** Everything that layer 1 compares exactly. */
export type Metric = WorkMetric | 'answer' | 'plan' | 'indexBytes' | 'walBytes' | 'walRecords'

/** What is compared: a query at a number of base-table rows. */
export interface Subject {
  /** A workload's id, or `index/…` for a query that an index is documented to serve. */
  readonly id: string
  readonly title: string
  readonly object: { readonly kind: 'view' | 'function' | 'index'; readonly name: string }
  readonly scale: number
}

/** What a query asks. */
export interface Question {
  readonly sql: string
  /** Takes the parameters from the data; null: there are none. */
  readonly parametersSql: string | null
}

/** One execution: counts without any time in them. */
export interface Execution {
  /**
   * `blocks`: shared blocks hit and read. `tempBlocks`: of temporary files. `tuples`: rows that all nodes handed up, every loop
   * counted. `tuplesRemoved`: rows that filters threw away. `heapFetches`: visits of index-only scans to the table.
   */
  readonly work: Readonly<Record<WorkMetric, number>>
  readonly rows: number
  /** Sixteen hex digits of the rows, in their order where that is total; null where only their number is compared. */
  readonly answer: string | null
  readonly fingerprint: string
  /** One line a node, indented by depth; bodies of functions included. */
  readonly plan: readonly string[]
  readonly indexes: readonly string[]
}

/** One query on both arms; null: it could not be executed there, and a finding says why. */
export interface ExactComparison extends Subject, Question {
  readonly base: Execution | null
  readonly candidate: Execution | null
  /** Metrics that differed between two runs of the same arm: listed, never gated. */
  readonly unstable: readonly Metric[]
}

/** Something that takes room: an index, or the write-ahead log of one batch of rows. */
export interface SizeComparison {
  readonly scale: number
  readonly metric: 'indexBytes' | 'walBytes' | 'walRecords'
  /** The index, or what was done. */
  readonly name: string
  /** Bytes or records; null: there is no such index on that arm. */
  readonly base: number | null
  readonly candidate: number | null
  readonly isUnstable: boolean
}

/** What the exact layers found. `red` fails the gate; `noted` is told and does not. */
export interface GateFinding {
  readonly severity: 'red' | 'noted' | 'unjudged'
  /** `answer`: other rows. `error`: no rows. `object`: lost. `work`: more of it. `plan`: another one. `growth`: a worse class. */
  readonly kind: 'answer' | 'error' | 'object' | 'work' | 'plan' | 'growth'
  readonly title: string
  readonly id: string
  readonly scale: number
  readonly object: { readonly kind: string; readonly name: string } | null
  /** The migration statement that created or dropped the object; a path from where the folder was named. */
  readonly place?: { readonly file: string; readonly line: number }
  readonly expected: string
  readonly actual: string
}

export const verdicts = ['slower', 'contaminated', 'inconclusive', 'faster', 'unchanged'] as const
/** `contaminated`: the control moved, too, twice over; it ends as inconclusive does. */
export type VerdictName = (typeof verdicts)[number]

/** Three arms, each timed twice in mirrored order: what drifts evenly hits all of them alike. */
export interface Block {
  readonly phase:
    'triage' | 'decision' | 'repeated decision' | 'confirmation' | 'repeated confirmation'
  /** Counted over the whole run: a fresh set of instances each. */
  readonly session: number
  /** The order of the first half, the second is its mirror: A base, B candidate, C base again, the control. */
  readonly order: string
  /** The fastest execution of a batch, without what it waited for a processor where the system says. */
  readonly baseMs: readonly [number, number]
  readonly candidateMs: readonly [number, number]
  readonly controlMs: readonly [number, number]
}

/** The smallest true slowdown that is called slower nine times in ten in such noise, and what it takes to find another. */
export interface Detectable {
  /** Decision and confirmation together; null: with so few blocks none at all. */
  readonly ratio: number | null
  /** A true slowdown of `wantedRatio` would be found with about so many blocks; null: with no number of them. */
  readonly wantedRatio: number
  readonly blocks: number | null
}

export interface TimedComparison extends Subject {
  readonly verdict: VerdictName
  /** Why it is no other; a sentence. */
  readonly reason: string
  readonly baseMedianMs: number
  readonly candidateMedianMs: number
  /** Candidate ÷ base, Hodges and Lehmann's estimate. */
  readonly ratio: number
  /**
   * 95 %: what inverts the signed-rank test, stretched by the root of the design effect, or Student's of the sessions, whichever
   * is wider.
   */
  readonly ratioInterval: readonly [number, number] | null
  /** 1 + δ: what a slowdown must exceed. */
  readonly limitRatio: number
  /** Base again ÷ base. */
  readonly controlRatio: number
  /** One-sided, after Holm; null where triage settled it. */
  readonly adjustedP: number | null
  /** Variance among sessions against variance within: 1 is none; null where one session can't tell. */
  readonly designEffect: number | null
  readonly detectable: Detectable
  readonly executionsPerBatch: number
  /** Of what is slower: the migration statement that created the object. */
  readonly place?: GateFinding['place']
  /** Those that decided come last. */
  readonly blocks: readonly Block[]
}

/** Layer 2 of one run. */
export interface TimingFacts {
  /** The family of Holm's adjustment: queries × scales. */
  readonly tests: number
  readonly alpha: number
  readonly sessions: number
  readonly comparisons: readonly TimedComparison[]
}

/** Layer 3: p95 of single executions against the contract's target, with 95 % confidence. */
export interface TargetComparison extends Subject {
  readonly targetMs: number
  readonly base: TargetStanding
  readonly candidate: TargetStanding
}

export interface TargetStanding {
  readonly claim: 'met' | 'missed' | 'not-shown'
  readonly p95Ms: number
  /** Upper bound of p95; null with fewer than 59 samples. */
  readonly boundMs: number | null
  readonly latenciesMs: readonly [number, ...number[]]
}

/** Layer 4: how work grows over the scales; laws need three of them. */
export interface GrowthComparison {
  readonly id: string
  readonly title: string
  readonly object: Subject['object']
  readonly blocks: LawPair
  readonly tuples: LawPair
  readonly time: LawPair
  /** At how many events the median reaches the target, by the law of the time. */
  readonly reach: { readonly base: TargetReach | null; readonly candidate: TargetReach | null }
}

export interface LawPair {
  readonly base: GrowthLaw | null
  readonly candidate: GrowthLaw | null
}

/** What `gate` says: the JSON of `--format json`. */
export interface GateDocument {
  readonly schema: 'hook-harness/gate'
  readonly schemaVersion: 2
  /** `failed`: a red finding or a slower query. `unjudged`: nothing red, and something could not be judged. */
  readonly status: 'passed' | 'failed' | 'unjudged'
  readonly provenance: Provenance
  /** What the candidate's contract is about. */
  readonly title: string
  /** Repeats the run. */
  readonly command: string
  readonly base: Base
  readonly candidate: ArmFacts
  readonly seed: string
  readonly effort: EffortName
  /** Whether an inconclusive verdict leaves the gate unjudged. */
  readonly isStrict: boolean
  /** Names of objects that are meant to go, to be redefined or to do more work: nothing of that fails. */
  readonly accepted: readonly string[]
  readonly fixtures: readonly FixtureFacts[]
  readonly findings: readonly GateFinding[]
  readonly exact: readonly ExactComparison[]
  readonly sizes: readonly SizeComparison[]
  /** Null where nothing was timed; a note says why. */
  readonly timing: TimingFacts | null
  readonly targets: readonly TargetComparison[]
  readonly growth: readonly GrowthComparison[]
  /** What a reader should know that is no finding. */
  readonly notes: readonly string[]
  readonly durationMs: number
}
