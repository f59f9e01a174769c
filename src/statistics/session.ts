import { studentHalfWidth } from './distribution.ts'
import { hodgesLehmann } from './rank.ts'
import { nonEmpty, type Samples } from './samples.ts'

/** The differences of each session: blocks measured on one fresh set of instances. */
export type Sessions = readonly [Samples, ...Samples[]]

/** What each session says by itself: its Hodges-Lehmann estimate. */
export function locateSessions(sessions: Sessions): Samples {
  return nonEmpty(sessions.map(hodgesLehmann))
}

/**
 * Half the width of Student's two-sided interval about the mean of what each session says: a session is one replicate, however
 * many blocks it has. Infinite with one session, which shows nothing of how sessions differ.
 */
export function reachOfSessions(estimates: Samples, confidence: number): number {
  const degrees = estimates.length - 1
  if (degrees === 0) return Infinity
  const middle = mean(estimates)
  const variance = sum(estimates.map((estimate) => (estimate - middle) ** 2)) / degrees
  return studentHalfWidth(confidence, degrees) * Math.sqrt(variance / estimates.length)
}

/**
 * Whether the control, two arms that are the same, moved by more than half of the shift that the gate asks about: then whatever
 * moved it may have moved the candidate as well. By the estimate and not by a test, which would find too few blocks innocent.
 */
export function isContaminated(controlDifferences: Samples, shift: number): boolean {
  return Math.abs(hodgesLehmann(controlDifferences)) > shift / 2
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
