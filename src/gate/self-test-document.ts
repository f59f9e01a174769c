import type { FixtureFacts, Provenance } from '../provenance.ts'
import type { VerdictName } from './result.ts'

/** How often each verdict was given. */
export type VerdictCounts = Readonly<Record<VerdictName, number>>

/** Gate runs on arms that are the same: whatever is slower is a false alarm. */
export interface SameFacts {
  readonly scale: number
  readonly runs: number
  /** Runs with at least one false alarm. */
  readonly alarms: number
  readonly verdicts: VerdictCounts
  /** Standard deviation of a block's log ratio, median over all comparisons: the machine's noise. */
  readonly noise: number
}

/** A candidate that was slowed down by so much. */
export interface SpinFacts {
  readonly scale: number
  readonly percent: number
  readonly comparisons: number
  readonly found: number
  /** Comparisons whose blocks could have found it nine times in ten, by what the gate printed; and those of them that did. */
  readonly promised: number
  readonly foundOfPromised: number
  /** As in `SameFacts`. */
  readonly noise: number
}

/** A candidate that does more work. */
export interface MutantFacts {
  readonly title: string
  readonly object: string
  /** Red findings of layer 1. */
  readonly isCaught: boolean
  /** … one of which names the object. */
  readonly isNamed: boolean
  /** … one of which is about work, and not only about the object being gone. */
  readonly isCaughtByWork: boolean
  readonly findings: readonly string[]
}

/** Something the gate promises of itself. */
export interface Pledge {
  readonly title: string
  /** `not shown`: the machine was too noisy for the gate to promise anything. */
  readonly state: 'kept' | 'broken' | 'not shown'
  readonly evidence: string
}

/** What `gate --self-test` says. */
export interface SelfTestDocument {
  readonly schema: 'hook-harness/gate-self-test'
  readonly schemaVersion: 1
  /** `unjudged`: nothing is broken, and something was not shown. */
  readonly status: 'passed' | 'failed' | 'unjudged'
  readonly provenance: Provenance
  readonly command: string
  readonly seed: string
  readonly fixtures: readonly FixtureFacts[]
  readonly same: SameFacts
  readonly spins: readonly SpinFacts[]
  readonly mutants: readonly MutantFacts[]
  /** Arms that are the same, with every core kept busy by something else. */
  readonly hog: SameFacts
  readonly pledges: readonly Pledge[]
  readonly durationMs: number
}
