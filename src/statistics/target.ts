import { normalQuantile } from './distribution.ts'
import {
  lowerBoundOfQuantile,
  samplesNeeded,
  upperBoundOfQuantile,
  type Samples,
} from './samples.ts'

/** What is promised about a latency: its p95 lies below the target, said with 95 % confidence. */
export const targetQuantile = 0.95
export const targetConfidence = 0.95

/**
 * What `n` samples say about "p95 is below the target". Each of `met` and `missed` is wrong at most one time in twenty.
 * `needed` is the number of samples in all.
 */
export type TargetClaim =
  /** `boundMs`: p95 is at most this, and it is below the target. */
  | { readonly claim: 'met'; readonly boundMs: number; readonly n: number }
  /** `boundMs`: p95 is at least this, and it is not below the target. */
  | { readonly claim: 'missed'; readonly boundMs: number; readonly n: number }
  | {
      readonly claim: 'not-shown'
      readonly reason: 'too-few-samples'
      readonly n: number
      readonly needed: number
    }
  /** The target lies between the two bounds of p95. `needed`: see `samplesToSettle`; null when no number would do. */
  | {
      readonly claim: 'not-shown'
      readonly reason: 'too-close'
      readonly lowerMs: number
      readonly upperMs: number
      readonly n: number
      readonly needed: number | null
    }

/**
 * Judges p95 against the target by its one-sided 95 % bounds: `met` when the upper one is below the target, `missed` when the
 * lower one is not, `not-shown` otherwise. To be met takes 59 samples; to be missed a single one can do, because a query
 * that keeps its p95 below the target is above it in one run of twenty at most. Warm up before sampling.
 */
export function judgeTarget(samples: Samples, targetMs: number): TargetClaim {
  const n = samples.length
  const upperMs = upperBoundOfQuantile(samples, targetQuantile, targetConfidence)
  if (upperMs !== null && upperMs < targetMs) return { claim: 'met', boundMs: upperMs, n }

  const lowerMs = lowerBoundOfQuantile(samples, targetQuantile, targetConfidence)
  if (lowerMs !== null && lowerMs >= targetMs) return { claim: 'missed', boundMs: lowerMs, n }

  if (upperMs === null || lowerMs === null) {
    const needed = samplesNeeded(targetQuantile, targetConfidence)
    return { claim: 'not-shown', reason: 'too-few-samples', n, needed }
  }
  const needed = samplesToSettle(samples, targetMs)
  return { claim: 'not-shown', reason: 'too-close', lowerMs, upperMs, n, needed }
}

/**
 * About how many samples settle the claim if the share of slow ones stays as seen: that share must differ from the allowed
 * one by z standard errors (normal approximation of the binomial). Null when the two are equal.
 */
function samplesToSettle(samples: Samples, targetMs: number): number | null {
  const allowed = 1 - targetQuantile
  const slow = samples.filter((sample) => sample >= targetMs).length / samples.length
  const distance = Math.abs(slow - allowed)
  if (distance < Number.EPSILON) return null
  const z = normalQuantile(targetConfidence)
  const estimate = Math.ceil((z * z * allowed * targetQuantile) / (distance * distance))
  return Math.max(estimate, samples.length + 1)
}
