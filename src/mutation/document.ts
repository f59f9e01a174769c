import type { CheckCategory, Place, RunStatus } from '../check/check.ts'
import type { MigrationFacts, Provenance } from '../provenance.ts'

/** What became of a mutant. */
export type MutantFate =
  /** Some check failed on it: the categories that noticed, and the checks. */
  | {
      readonly state: 'killed'
      readonly categories: readonly CheckCategory[]
      readonly checks: readonly string[]
    }
  /** A statement of it never ended: noticed as well, but by the clock. */
  | { readonly state: 'timed-out'; readonly reason: string }
  /** Every check passed, but a query takes more than it did: which, and how much. Counted, not timed. */
  | { readonly state: 'costlier'; readonly work: readonly string[] }
  /** Every check passed, and no query takes more. `diff` is unified. */
  | { readonly state: 'survived'; readonly diff: string }
  /** As one that survived, and it is argued that nothing can notice it. */
  | { readonly state: 'equivalent'; readonly argument: string }
  /** The server does not even take it: it says nothing about the checks and counts for nothing. */
  | { readonly state: 'invalid'; readonly reason: string }
  /** It could not be judged. */
  | { readonly state: 'unjudged'; readonly reason: string }

export type MutantFacts = MutantFate & {
  readonly name: string
  readonly operator: string
  readonly place: Place
}

/** How many mutants ended how; `generated` counts those that a sample left out, too. */
export interface MutantCounts {
  readonly generated: number
  readonly killed: number
  readonly timedOut: number
  readonly costlier: number
  readonly survived: number
  readonly equivalent: number
  readonly invalid: number
  readonly unjudged: number
}

export interface OperatorFacts extends MutantCounts {
  readonly id: string
  readonly description: string
}

/** What `mutate` says: the JSON of `--format json`, and all that any other format is made from. */
export interface MutateDocument {
  readonly schema: 'hook-harness/mutate'
  readonly schemaVersion: 1
  /** `failed` where a mutant survived or an argument is refuted, `unjudged` where one could not be judged, or none was. */
  readonly status: RunStatus
  readonly provenance: Provenance
  readonly migrations: MigrationFacts
  /** The mutants chosen and the seed that chose them; null: all. */
  readonly sample: { readonly mutants: number; readonly seed: string } | null
  readonly jobs: number
  readonly counts: MutantCounts
  /** Killed, timed out and costlier of all valid mutants that are not equivalent, in percent; null where there is none. */
  readonly scorePercent: number | null
  readonly operators: readonly OperatorFacts[]
  /** How many mutants each category noticed; with `--all-categories` these overlap fully, otherwise as far as they ran. */
  readonly categories: readonly { readonly category: CheckCategory; readonly killed: number }[]
  readonly mutants: readonly MutantFacts[]
  /** Names of mutants that are argued to be equivalent and were noticed all the same: their argument is wrong. */
  readonly refuted: readonly string[]
  readonly durationMs: number
}
