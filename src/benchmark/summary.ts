import type { Plan } from '../database/plan.ts'
import { studentHalfWidth } from '../statistics/distribution.ts'
import {
  intervalOfMedian,
  median,
  medianAbsoluteDeviation,
  nonEmpty,
  quantile,
  upperBoundOfQuantile,
  type Samples,
} from '../statistics/samples.ts'
import { judgeTarget, targetConfidence, targetQuantile } from '../statistics/target.ts'
import type { Measured, Sample, TargetClaim } from './result.ts'

const confidence = 0.95

/** What samples say. `targetMs`: null where nothing is promised. */
export function summarise(
  samples: readonly [Sample, ...Sample[]],
  targetMs: number | null,
  plan: Plan | null,
): Measured {
  const latencies = nonEmpty(samples.map(({ latencyMs }) => latencyMs))
  return {
    state: 'measured',
    samples,
    p50Ms: median(latencies),
    p75Ms: quantile(latencies, 0.75),
    p95Ms: quantile(latencies, 0.95),
    p99Ms: quantile(latencies, 0.99),
    madMs: medianAbsoluteDeviation(latencies),
    medianIntervalMs: intervalOfMedian(latencies, confidence),
    marginPercent: marginOf(latencies),
    target: targetMs === null ? null : claimOf(latencies, targetMs),
    plan,
    toastBlocks: null,
    followed: null,
  }
}

function claimOf(latencies: Samples, targetMs: number): TargetClaim {
  const judged = judgeTarget(latencies, targetMs)
  return {
    targetMs,
    claim: judged.claim,
    reason: judged.claim === 'not-shown' ? judged.reason : null,
    boundMs: upperBoundOfQuantile(latencies, targetQuantile, targetConfidence),
  }
}

/** t · s / √n over the mean: what tinybench calls rme, here over all rounds of a task. */
function marginOf(latencies: Samples): number | null {
  const n = latencies.length
  if (n < 2) return null
  const mean = latencies.reduce((sum, latency) => sum + latency, 0) / n
  const squares = latencies.reduce((sum, latency) => sum + (latency - mean) ** 2, 0)
  if (mean === 0) return null
  const standardError = Math.sqrt(squares / (n - 1) / n)
  return (100 * studentHalfWidth(confidence, n - 1) * standardError) / mean
}
