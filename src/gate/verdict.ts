import { adjustHolm } from '../statistics/holm.ts'
import { blocksForEffect, noiseScale, smallestDetectable } from '../statistics/power.ts'
import {
  estimateLocation,
  lowerBoundOfLocation,
  testSignedRank,
  upperBoundOfLocation,
} from '../statistics/rank.ts'
import { type Samples, nonEmpty } from '../statistics/samples.ts'
import {
  type Sessions,
  agreedDirection,
  combineSessions,
  isContaminated,
} from '../statistics/session.ts'
import { leastShift, leastShiftMs } from './effort.ts'
import type { Detectable, VerdictName } from './result.ts'

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
  /** ln of what nobody minds: max(5 %, 0.5 ms ÷ base median). To be unchanged is to be shown to lie below it. */
  readonly floor: number
  /** ln(1 + δ): the floor, or more where the control was noisy. To be slower is to be shown to lie above it. */
  readonly shift: number
  readonly estimate: number
  readonly interval: readonly [number, number] | null
  readonly controlEstimate: number
  readonly designEffect: number | null
  readonly isContaminated: boolean
}

export interface Judgement {
  readonly verdict: VerdictName
  readonly reason: string
  readonly adjustedP: number | null
  readonly detectable: Detectable | null
}

const confidence = 0.95
/** Triage and decision may each say `unchanged`: together they are wrong one time in twenty. */
const unchangedConfidence = 1 - (1 - confidence) / 2
const promisedPower = 0.9

/**
 * Reads a series. δ = max(5 %, 0.5 ms ÷ base median, what the control can't exclude that it moved): the further end of the
 * control's 95 % interval. Noise makes it harder to be slower, and never easier to be unchanged.
 */
export function readSeries({ candidate, control, baseMedianMs }: Series): Reading {
  const { differences, designEffect } = combineSessions(candidate)
  const controls = nonEmpty(control.flat())
  const moved = estimateLocation(controls, confidence)
  const noise = Math.max(...(moved.interval ?? [moved.estimate]).map(Math.abs))
  const floor = Math.log1p(Math.max(leastShift, leastShiftMs / baseMedianMs))
  const shift = Math.max(floor, noise)
  const { estimate, interval } = estimateLocation(differences, confidence)
  return {
    differences,
    floor,
    shift,
    estimate,
    interval,
    controlEstimate: moved.estimate,
    designEffect,
    isContaminated: isContaminated(controls, shift),
  }
}

/** Triage: true where few blocks show that there is nothing to decide. */
export function isPlainlyUnchanged(reading: Reading): boolean {
  return !reading.isContaminated && reading.estimate > -reading.floor && isBelowFloor(reading)
}

function isBelowFloor({ differences, estimate, floor, designEffect }: Reading): boolean {
  const upper = upperBoundOfLocation(differences, unchangedConfidence)
  if (upper === null) return false
  return estimate + (upper - estimate) * Math.sqrt(designEffect ?? 1) < floor
}

/**
 * Decides a family: `tests` of them, of which those not given were settled before and count as p = 1. Per series a one-sided
 * signed-rank test against δ in either direction, adjusted by Holm. Blocks of one session are not independent: the way from
 * the estimate to its bound is stretched by the root of the design effect (Kish, Survey Sampling, 1965), and every
 * session must have moved the same way.
 */
export function judgeFamily(
  family: readonly { readonly series: Series; readonly reading: Reading }[],
  tests: number,
  alpha: number,
): readonly Judgement[] {
  const settled = Array.from({ length: Math.max(0, tests - family.length) }, () => 1)
  const adjust = (alternative: 'greater' | 'less'): readonly Tested[] => {
    const raw = family.map(({ reading }) => {
      const shift = alternative === 'greater' ? reading.shift : -reading.shift
      return testSignedRank(reading.differences, shift, alternative).p
    })
    const adjusted = adjustHolm([...raw, ...settled])
    return raw.map((p, index) => ({ p, adjustedP: adjusted[index] ?? 1 }))
  }
  const [slower, faster] = [adjust('greater'), adjust('less')]
  return family.map(({ series, reading }, index) => {
    const up = slower[index] ?? untested
    const down = faster[index] ?? untested
    const detectable = detect(reading, alpha / tests)
    const decide = (): Pick<Judgement, 'verdict' | 'reason'> => {
      if (reading.isContaminated) return contaminated(reading)
      if (up.adjustedP <= alpha) return directed('slower', series, reading, up, alpha)
      if (down.adjustedP <= alpha) {
        return directed('faster', mirrorSeries(series), mirrorReading(reading), down, alpha)
      }
      return undirected(reading)
    }
    const p = down.adjustedP <= alpha ? down : up
    return { ...decide(), adjustedP: p.adjustedP, detectable }
  })
}

interface Tested {
  readonly p: number
  readonly adjustedP: number
}
const untested: Tested = { p: 1, adjustedP: 1 }

/** Significant it is; what is left are the sessions. Seen from the side of `slower`. */
function directed(
  verdict: 'slower' | 'faster',
  series: Series,
  reading: Reading,
  { p, adjustedP }: Tested,
  alpha: number,
): Pick<Judgement, 'verdict' | 'reason'> {
  if (agreedDirection(series.candidate) !== 'up') {
    const reason = 'significant, but the sessions do not agree on the direction'
    return { verdict: 'inconclusive', reason }
  }
  // The level of this one test, as Holm left it.
  const lower = lowerBoundOfLocation(reading.differences, 1 - (alpha * p) / adjustedP)
  const { estimate, designEffect, shift } = reading
  const reach = (estimate - (lower ?? -Infinity)) * Math.sqrt(designEffect ?? 1)
  if (estimate - reach <= shift) {
    const effect = (designEffect ?? 1).toFixed(1)
    const reason = `significant, but the sessions differ too much (design effect ${effect})`
    return { verdict: 'inconclusive', reason }
  }
  return { verdict, reason: `beyond ${limit(reading)} in every session` }
}

function undirected(reading: Reading): Pick<Judgement, 'verdict' | 'reason'> {
  const floor = `${Math.exp(reading.floor).toFixed(2)}×`
  return isBelowFloor(reading)
    ? { verdict: 'unchanged', reason: `shown to be below ${floor}` }
    : {
        verdict: 'inconclusive',
        reason: `shown neither to be below ${floor} nor above ${limit(reading)}`,
      }
}

function contaminated({ controlEstimate, shift }: Reading): Pick<Judgement, 'verdict' | 'reason'> {
  const moved = Math.exp(controlEstimate).toFixed(3)
  return {
    verdict: 'contaminated',
    reason: `base against itself came out at ${moved}×, more than half of the way to ${Math.exp(shift).toFixed(2)}×`,
  }
}

function mirrorSeries(series: Series): Series {
  const [first, ...rest] = series.candidate
  return { ...series, candidate: [flip(first), ...rest.map(flip)] }
}

function mirrorReading(reading: Reading): Reading {
  return { ...reading, differences: flip(reading.differences), estimate: -reading.estimate }
}

function flip(samples: Samples): Samples {
  return nonEmpty(samples.map((difference) => -difference))
}

/** What these blocks could have found, and what it takes to find twice δ, or the slowdown that they seem to show. */
function detect(
  { differences, shift, estimate, designEffect }: Reading,
  level: number,
): Detectable {
  const demand = { shift, alpha: level, power: promisedPower }
  const found = smallestDetectable(differences, demand)
  const stretch = Math.sqrt(designEffect ?? 1)
  const noise = (noiseScale(differences) ?? 0) * stretch
  const wanted = estimate > shift ? estimate : 2 * shift
  return {
    ratio: found === null ? null : Math.exp(shift + (found - shift) * stretch),
    wantedRatio: Math.exp(wanted),
    blocks: noise > 0 ? blocksForEffect(wanted, noise, demand) : null,
  }
}

function limit({ shift }: Reading): string {
  return `${Math.exp(shift).toFixed(2)}×`
}
