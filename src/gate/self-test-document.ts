import type { FixtureFacts, Provenance } from '../provenance.ts'
import type { Block, TimedComparison, VerdictName } from './result.ts'

/** How often each verdict was given. */
export type VerdictCounts = Readonly<Record<VerdictName, number>>

/** Runs on arms that are the same: whatever is slower is a false alarm. */
export interface SameFacts {
  readonly scale: number
  readonly runs: number
  /** Runs with at least one false alarm. */
  readonly alarms: number
  readonly verdicts: VerdictCounts
  /** Standard deviation of a block's log ratio, median over all comparisons: the machine's noise. */
  readonly noise: number
}

/** Runs of the whole gate: rows loaded, migrated and compared anew each time, exact work included. */
export interface GateFacts extends SameFacts {
  /** Runs in which exact work found anything at all. */
  readonly exactAlarms: number
  /** What it found. */
  readonly exactFindings: readonly string[]
}

/** One query of one run whose candidate was slowed down, or not. */
export interface SpinComparison extends Pick<
  TimedComparison,
  | 'id'
  | 'verdict'
  | 'reason'
  | 'baseMedianMs'
  | 'ratio'
  | 'ratioInterval'
  | 'limitRatio'
  | 'controlRatio'
  | 'designEffect'
> {
  readonly run: number
  /** The smallest slowdown that arms that are the same promised to find in that run; null: none. */
  readonly promisedRatio: number | null
  readonly sessions: readonly SpinSession[]
}

/** The blocks of a session as the verdict reads them: ln of candidate ÷ base, and of control ÷ base. */
export interface SpinSession extends Pick<Block, 'phase' | 'session'> {
  readonly candidate: readonly number[]
  readonly control: readonly number[]
}

/** A candidate that was slowed down by so much. */
export interface SpinFacts {
  readonly scale: number
  readonly percent: number
  readonly found: number
  /** Comparisons for which so much was promised before, on arms that are the same; and those of them that were found. */
  readonly promised: number
  readonly foundOfPromised: number
  /** As in `SameFacts`. */
  readonly noise: number
  readonly comparisons: readonly SpinComparison[]
}

/** A candidate that does more work. */
export interface MutantFacts {
  readonly title: string
  readonly object: string
  /** Red findings of layer 1. */
  readonly isCaught: boolean
  /** … one of which names the object. */
  readonly isNamed: boolean
  /** … one of which is about work, and not only about the object itself. */
  readonly isCaughtByWork: boolean
  readonly findings: readonly string[]
}

/** Something the gate promises of itself. */
export interface Pledge {
  readonly title: string
  /** `not shown`: it was not tried, or the machine was too noisy for the gate to promise anything. */
  readonly state: 'kept' | 'broken' | 'not shown'
  readonly evidence: string
}

/** What `gate --self-test` says. */
export interface SelfTestDocument {
  readonly schema: 'hook-harness/gate-self-test'
  readonly schemaVersion: 2
  /** `unjudged`: nothing is broken, and something was not shown. */
  readonly status: 'passed' | 'failed' | 'unjudged'
  readonly provenance: Provenance
  readonly command: string
  readonly seed: string
  readonly fixtures: readonly FixtureFacts[]
  /** Time only, on instances that are used again in other roles. */
  readonly same: SameFacts
  /** As `same`, with every core kept busy by something else. */
  readonly hog: SameFacts
  readonly gates: GateFacts
  /** The queries of the spins on arms that are the same, everything decided: what they promise. */
  readonly pilot: SameFacts & { readonly comparisons: readonly SpinComparison[] }
  readonly spins: readonly SpinFacts[]
  readonly mutants: readonly MutantFacts[]
  readonly pledges: readonly Pledge[]
  readonly durationMs: number
}
