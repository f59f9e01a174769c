import type { CodeTier } from '../database/code-tier.ts'
import type { LockMode } from '../database/lock-mode.ts'
import type { FixtureFacts, MigrationFacts, Provenance } from '../provenance.ts'
import type { Effort } from './subject.ts'
import type { CategoryReport, Finding, Place, RunStatus } from './check.ts'

/** One script, executed once on the way. */
export interface StepFacts {
  readonly role: 'base' | 'up' | 'patch' | 'rollback'
  readonly file: string
  readonly statements: number
  readonly elapsedMs: number
  readonly outcome: 'applied' | 'failed'
}

/** One object of the catalog that the migrations created. */
export interface ObjectFacts {
  readonly kind: string
  readonly identity: string
  readonly place?: Place
}

export interface RollbackFacts {
  /** `clean`: the catalog and every row were as before. */
  readonly verdict: 'clean' | 'unclean' | 'unjudged'
  /** One entry an object or table that differs, as text; empty when clean. */
  readonly differences: readonly string[]
}

/**
 * A lock that a statement took on a table that existed before the migration, as it was seen inside the transaction. A lock
 * that is held already and taken again is listed where somebody waits for it.
 */
export interface LockFacts {
  readonly place: Place
  /** Its first line. */
  readonly statement: string
  /** Schema and name. */
  readonly table: string
  readonly mode: LockMode
  /** Whom it keeps waiting. */
  readonly blocks: 'nothing' | 'writes' | 'reads and writes'
  /** From the statement that took it to the end of the transaction: the statements' own time, in milliseconds. */
  readonly heldMs: number
  /** Rows in the table. */
  readonly rows: number
  /** Whether the statement wrote every row anew. */
  readonly rewritten: boolean
  /** Why the contract allows it; null: it says nothing about it. */
  readonly allowed: string | null
}

/** How one view or function stood against the target. */
export interface TargetFacts {
  readonly object: string
  /** Events in the table while it was timed: a claim says nothing of other sizes. */
  readonly events: number
  readonly samples: number
  readonly p50Ms: number
  readonly p95Ms: number
  /** Upper bound of p95 with 95 % confidence; null with too few samples to have one. */
  readonly boundMs: number | null
  readonly targetMs: number
  readonly claim: 'met' | 'missed' | 'not-shown'
  /** What the engine's code was compiled to: in `baseline` a target can be met, but not be missed. */
  readonly codeTier: CodeTier
}

/** One thing of an object that data may reach or miss. */
export interface CoveragePoint {
  readonly kind: 'plan' | 'call' | 'column' | 'case arm' | 'filter' | 'body'
  /** As the catalog or the contract writes it, on one line. */
  readonly text: string
  /** What is not measured counts as neither. */
  readonly state: 'hit' | 'missed' | 'not measured'
  /** What was missing, why nothing was measured, or what it took; null: there is nothing to add. */
  readonly detail: string | null
}

/** How much of one object the rows of the checks reached. */
export interface CoverageFacts {
  readonly kind: 'index' | 'view' | 'function'
  /** Its name. */
  readonly object: string
  readonly points: readonly CoveragePoint[]
}

/** Something that no check looks at. */
export interface BlindSpot {
  /** `objects of the kind trigger`, `rows of public.audit`. */
  readonly what: string
  readonly reason: string
}

/** What `verify` says: the JSON of `--format json`, and all that any other format is made from. */
export interface VerifyDocument {
  readonly schema: 'hook-harness/verify'
  readonly schemaVersion: 1
  readonly status: RunStatus
  readonly provenance: Provenance
  readonly migrations: MigrationFacts
  readonly fixture: FixtureFacts
  readonly effort: Effort
  readonly steps: readonly StepFacts[]
  readonly objects: readonly ObjectFacts[]
  readonly rollback: RollbackFacts
  readonly blindSpots: readonly BlindSpot[]
  readonly locks: readonly LockFacts[]
  readonly targets: readonly TargetFacts[]
  readonly coverage: readonly CoverageFacts[]
  readonly categories: readonly CategoryReport[]
  readonly findings: readonly Finding[]
  readonly durationMs: number
}
