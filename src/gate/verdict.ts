import { adjustHolm } from '../statistics/holm.ts'
import {
  estimateLocation,
  lowerBoundOfLocation,
  testSignedRank,
  upperBoundOfLocation,
} from '../statistics/rank.ts'
import { type Interval, type Samples, nonEmpty } from '../statistics/samples.ts'
import {
  type Sessions,
  combineSessions,
  isContaminated,
  locateSessions,
  reachOfSessions,
} from '../statistics/session.ts'
import { leastShift, leastShiftMs } from './effort.ts'
import type { VerdictName } from './result.ts'

/** Log ratios of one query, one number a block; sessions in their order. */
export interface Series {
  readonly candidate: Sessions
  /** Base again against base, from the same blocks. */
  readonly control: Sessions
  readonly baseMedianMs: number
}

/** What a series says by itself, before it is one of many. */
export interface Reading {
  readonly differences: Samples
  /** What each session says by itself. */
  readonly sessions: Samples
  /** ln of what nobody minds: max(5 %, 0.5 ms ÷ base median). To be unchanged is to be shown to lie below it. */
  readonly floor: number
  /** ln(1 + δ): the floor, or more where the control was noisy. To be slower is to be shown to lie above it. */
  readonly shift: number
  readonly estimate: number
  /** 95 %: of blocks, stretched by the design effect, or of sessions, whichever is wider; null where too few tell nothing. */
  readonly interval: Interval | null
  readonly controlEstimate: number
  /** How far the control may have moved, one way or the other: the further end of its own interval. */
  readonly controlReach: number
  readonly designEffect: number | null
  readonly isContaminated: boolean
}

export interface Judgement {
  readonly verdict: VerdictName
  readonly reason: string
  readonly adjustedP: number | null
}

const confidence = 0.95
/** Triage and decision may each say `unchanged`: together they are wrong one time in twenty. */
const unchangedConfidence = 1 - (1 - confidence) / 2
/** Of what sessions say; they are too few to answer for the level of a family, and are asked twice. */
const sessionConfidence = 0.95

/**
 * Where the control moved, a verdict stands only if the change is shown to exceed this many times the most that the control
 * may have moved. To the machine the arms are alike: what moved one copy of the base by 4 % moves the candidate by a few per
 * cent as well, in either direction, and more than that by itself in one run of many. To pass for a slowdown beyond four
 * times the far end of the control's interval it would have to single out the candidate, in every session and, on new
 * instances, once more. Less than that the control's own movement could explain, and the gate says so.
 */
const dwarfing = 4

/**
 * Reads a series. δ = max(5 %, 0.5 ms ÷ base median, what the control can't exclude that it moved): the further end of the
 * control's 95 % interval. Noise makes it harder to be slower, and never easier to be unchanged.
 */
export function readSeries({ candidate, control, baseMedianMs }: Series): Reading {
  const own = locate(candidate)
  const moved = locate(control)
  const controlReach = Math.max(...(moved.interval ?? [moved.estimate]).map(Math.abs))
  const floor = Math.log1p(Math.max(leastShift, leastShiftMs / baseMedianMs))
  const shift = Math.max(floor, controlReach)
  return {
    ...own,
    floor,
    shift,
    controlEstimate: moved.estimate,
    controlReach,
    isContaminated: isContaminated(moved.differences, shift),
  }
}

type Place = Pick<Reading, 'differences' | 'sessions' | 'estimate' | 'interval' | 'designEffect'>

function locate(series: Sessions): Place {
  const { differences, designEffect } = combineSessions(series)
  const sessions = locateSessions(series)
  const { estimate, interval } = estimateLocation(differences, confidence)
  const between = reachOfSessions(sessions, confidence)
  const reachTo = (end: number): number =>
    Math.max(Math.abs(end - estimate) * stretchOf(designEffect), between)
  const isBounded = interval !== null && Number.isFinite(between)
  return {
    differences,
    sessions,
    estimate,
    interval: isBounded ? [estimate - reachTo(interval[0]), estimate + reachTo(interval[1])] : null,
    designEffect,
  }
}

/** Blocks of one session are not independent (Kish, Survey Sampling, 1965): the way from the estimate to its bound is longer. */
function stretchOf(designEffect: number | null): number {
  return Math.sqrt(designEffect ?? 1)
}

/** Triage: true where few blocks show that there is nothing to decide. */
export function isPlainlyUnchanged(reading: Reading): boolean {
  return !reading.isContaminated && reading.estimate > -reading.floor && isBelowFloor(reading)
}

/** Both by its blocks and by its sessions: one session proves nothing. */
function isBelowFloor({ differences, sessions, estimate, floor, designEffect }: Reading): boolean {
  const upper = upperBoundOfLocation(differences, unchangedConfidence)
  if (upper === null) return false
  const reach = Math.max(
    (upper - estimate) * stretchOf(designEffect),
    reachOfSessions(sessions, 1 - 2 * (1 - unchangedConfidence)),
  )
  return estimate + reach < floor
}

/**
 * How far beyond its limit the change is shown to lie, `slower` being above zero; −∞ where nothing can be shown. The least of
 * what is left over δ by the blocks at `level`, stretched by the design effect; by the sessions, at 95 %; by the session that
 * moved least, over none; and of a contaminated series, over `dwarfing` times the control. A slowdown adds to it what it adds
 * to each difference.
 */
export function marginOf(reading: Reading, level: number): number {
  const { sessions, shift, controlReach } = reading
  const lower = lowerEnd(reading, level)
  const atLeast = reading.isContaminated ? Math.max(shift, dwarfing * controlReach) : shift
  return Math.min(lower - atLeast, ...sessions)
}

function lowerEnd(
  { differences, sessions, estimate, designEffect }: Reading,
  level: number,
): number {
  const lower = lowerBoundOfLocation(differences, 1 - level)
  if (lower === null) return -Infinity
  const between = reachOfSessions(sessions, 1 - 2 * (1 - sessionConfidence))
  return estimate - Math.max((estimate - lower) * stretchOf(designEffect), between)
}

/**
 * Decides a family: `tests` of them, of which those not given were settled before and count as p = 1. Per series a one-sided
 * signed-rank test against δ in either direction, adjusted by Holm; what is significant must have a margin as well.
 */
export function judgeFamily(
  family: readonly Reading[],
  tests: number,
  alpha: number,
): readonly Judgement[] {
  const settled = Array.from({ length: Math.max(0, tests - family.length) }, () => 1)
  const adjust = (readings: readonly Reading[]): readonly Tested[] => {
    const raw = readings.map(
      ({ differences, shift }) => testSignedRank(differences, shift, 'greater').p,
    )
    const adjusted = adjustHolm([...raw, ...settled])
    return raw.map((p, index) => ({ p, adjustedP: adjusted[index] ?? 1 }))
  }
  const [slower, faster] = [adjust(family), adjust(family.map(mirror))]
  return family.map((reading, index) => {
    const [up = untested, down = untested] = [slower[index], faster[index]]
    const isFaster = down.adjustedP < up.adjustedP
    const { p, adjustedP } = isFaster ? down : up
    if (adjustedP > alpha) return { ...settle(reading), adjustedP: up.adjustedP }
    const seen = isFaster ? mirror(reading) : reading
    // The level of this one test, as Holm left it.
    const decided = direct(isFaster ? 'faster' : 'slower', seen, (alpha * p) / adjustedP)
    return { ...decided, adjustedP }
  })
}

interface Tested {
  readonly p: number
  readonly adjustedP: number
}
const untested: Tested = { p: 1, adjustedP: 1 }

type Decided = Pick<Judgement, 'verdict' | 'reason'>

/** Significant it is. Seen from the side of `slower`. */
function direct(verdict: 'slower' | 'faster', reading: Reading, level: number): Decided {
  if (marginOf(reading, level) > 0) {
    return { verdict, reason: `beyond ${limit(reading)} in every session` }
  }
  if (reading.isContaminated) return contaminated(reading)
  if (Math.min(...reading.sessions) <= 0) {
    const reason = 'significant, but the sessions do not agree on the direction'
    return { verdict: 'inconclusive', reason }
  }
  const effect = (reading.designEffect ?? 1).toFixed(1)
  const reason = `significant, but the sessions differ too much (design effect ${effect})`
  return { verdict: 'inconclusive', reason }
}

function settle(reading: Reading): Decided {
  if (reading.isContaminated) return contaminated(reading)
  const floor = `${Math.exp(reading.floor).toFixed(2)}×`
  return isBelowFloor(reading)
    ? { verdict: 'unchanged', reason: `shown to be below ${floor}` }
    : {
        verdict: 'inconclusive',
        reason: `shown neither to be below ${floor} nor above ${limit(reading)}`,
      }
}

function contaminated({ controlEstimate, shift }: Reading): Decided {
  const moved = Math.exp(controlEstimate).toFixed(3)
  return {
    verdict: 'contaminated',
    reason: `base against itself came out at ${moved}×, more than half of the way to ${Math.exp(Math.abs(shift)).toFixed(2)}×`,
  }
}

function mirror(reading: Reading): Reading {
  const { differences, sessions, estimate } = reading
  return {
    ...reading,
    differences: flip(differences),
    sessions: flip(sessions),
    estimate: -estimate,
  }
}

function flip(samples: Samples): Samples {
  return nonEmpty(samples.map((difference) => -difference))
}

function limit({ shift }: Reading): string {
  return `${Math.exp(shift).toFixed(2)}×`
}
