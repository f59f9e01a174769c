import { estimateLocation } from './rank.ts'
import { nonEmpty, type Samples } from './samples.ts'

/** The differences of each session: blocks measured on one fresh set of instances. */
export type Sessions = readonly [Samples, ...Samples[]]

/**
 * The direction in which every single session moved (the sign of its Hodges-Lehmann estimate), or `none` when they do not
 * agree or one did not move. With one session it says no more than that session.
 */
export function agreedDirection(sessions: Sessions): 'up' | 'down' | 'none' {
  const estimates = sessions.map(locate)
  if (estimates.every((estimate) => estimate > 0)) return 'up'
  return estimates.every((estimate) => estimate < 0) ? 'down' : 'none'
}

/**
 * Whether the control, two arms that are the same, moved by more than half of the shift that the gate asks about: then whatever
 * moved it may have moved the candidate as well. By the estimate and not by a test, which would find too few blocks innocent.
 */
export function isContaminated(controlDifferences: Samples, shift: number): boolean {
  return Math.abs(locate(controlDifferences)) > shift / 2
}

function locate(differences: Samples): number {
  return estimateLocation(differences, 0.95).estimate
}

export interface CombinedSessions {
  /** Of all sessions, in order. */
  readonly differences: Samples
  /**
   * By how much the variance of the mean exceeds that of as many independent blocks, at least 1: Kish's 1 + (m - 1)r, with the
   * intraclass correlation r of a one-way analysis of variance. Null with one session or without repeats, where nothing can tell.
   */
  readonly designEffect: number | null
  /** Independent blocks that would be worth as much; all of them where the design effect is not known. */
  readonly effectiveBlocks: number
}

/** Pools the blocks of all sessions and says what they are worth: blocks of one session are not independent of each other. */
export function combineSessions(sessions: Sessions): CombinedSessions {
  const differences = nonEmpty(sessions.flat())
  const designEffect = estimateDesignEffect(sessions, differences)
  return { differences, designEffect, effectiveBlocks: differences.length / (designEffect ?? 1) }
}

function estimateDesignEffect(sessions: Sessions, differences: Samples): number | null {
  const degreesBetween = sessions.length - 1
  const degreesWithin = differences.length - sessions.length
  if (degreesBetween === 0 || degreesWithin === 0) return null

  const grandMean = mean(differences)
  const between = sum(sessions.map((each) => each.length * (mean(each) - grandMean) ** 2))
  const within = sum(sessions.flatMap((each) => each.map((value) => (value - mean(each)) ** 2)))
  const meanBetween = between / degreesBetween
  const meanWithin = within / degreesWithin
  const squaredSizes = sum(sessions.map((each) => each.length ** 2))
  const size = (differences.length - squaredSizes / differences.length) / degreesBetween
  const spread = meanBetween + (size - 1) * meanWithin
  const correlation = spread === 0 ? 0 : (meanBetween - meanWithin) / spread
  return Math.max(1, 1 + (differences.length / sessions.length - 1) * correlation)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function mean(numbers: Samples): number {
  return sum(numbers) / numbers.length
}
