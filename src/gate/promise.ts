import { createRandom } from '../random.ts'
import { createNormal } from '../statistics/normal.ts'
import { blocksForEffect, noiseScale } from '../statistics/power.ts'
import { type Samples, nonEmpty, orderStatistic } from '../statistics/samples.ts'
import { type Sessions, combineSessions, locateSessions } from '../statistics/session.ts'
import type { Detectable } from './result.ts'
import { type Reading, type Series, marginOf, readSeries } from './verdict.ts'

/** How often what is promised must be found: decided and confirmed. */
const promisedPower = 0.9
const inventions = 300
/** A hundred times as slow: whoever needs more than that finds nothing. */
const mostLog = Math.log(100)

/** Variances of a log ratio, with the degrees of freedom that they were estimated from. */
interface Noise {
  /** Of a block about its session. */
  readonly within: Estimated
  /** Of what a session says. */
  readonly between: Estimated
}

interface Estimated {
  readonly variance: number
  readonly degrees: number
}

/** What a decision is taken on, and a confirmation once more. */
export interface Plan {
  readonly sessions: number
  readonly blocksPerSession: number
  /** Of the hardest test of the family. */
  readonly level: number
}

/**
 * What a decision in such noise finds nine times in ten, and its confirmation finds again. Not a formula for one test: the
 * procedure itself, `marginOf` twice over, is run on invented sessions as noisy as these. Each invention has a smallest slowdown
 * that brings it over the limit in both phases, and the promise is what is enough for nine in ten of them. The noise is an
 * estimate: each invention draws its own from what the estimate leaves open.
 */
export function promise(series: Series, reading: Reading, plan: Plan): Detectable {
  const { shift, estimate, designEffect, differences } = reading
  const wanted = estimate > shift ? estimate : 2 * shift
  const noise = (noiseScale(differences) ?? 0) * Math.sqrt(designEffect ?? 1)
  // Two phases, each found so often that both are.
  const demand = { shift, alpha: plan.level, power: Math.sqrt(promisedPower) }
  const ratio = smallestSlowdown(series, plan)
  return {
    ratio: ratio === null ? null : Math.exp(ratio),
    wantedRatio: Math.exp(wanted),
    blocks: noise > 0 ? blocksForEffect(wanted, noise, demand) : null,
  }
}

function smallestSlowdown(series: Series, plan: Plan): number | null {
  const [first] = series.candidate
  if (series.candidate.length < 2 || first.length < 2) return null
  const noise = measureNoise(series)
  const normal = createNormal(createRandom('promise'))
  const smallest = Array.from({ length: inventions }, () => {
    const drawn = drawNoise(noise, first.length, normal)
    const need = (mayRepeat = true): number => {
      const invented = invent(drawn, plan, normal)
      const reading = readSeries({ ...invented, baseMedianMs: series.baseMedianMs })
      const needed = -marginOf(reading, plan.level)
      return reading.isContaminated && mayRepeat ? Math.min(needed, need(false)) : needed
    }
    return Math.max(need(), need())
  })
  const sorted = Float64Array.from(smallest).toSorted()
  const enough = orderStatistic(sorted, Math.ceil(promisedPower * inventions))
  return enough < mostLog ? enough : null
}

/** Candidate and control are as noisy as each other: what each says of it is taken together. */
function measureNoise({ candidate, control }: Series): Noise {
  const [one, other] = [candidate, control].map(spreadOf)
  const mean = (of: 'within' | 'between'): number => ((one?.[of] ?? 0) + (other?.[of] ?? 0)) / 2
  const blocks = combineSessions(candidate).differences.length
  return {
    within: { variance: mean('within'), degrees: blocks - candidate.length },
    between: { variance: mean('between'), degrees: candidate.length - 1 },
  }
}

function spreadOf(sessions: Sessions): { readonly within: number; readonly between: number } {
  const within = sessions.reduce((total, session) => total + (noiseScale(session) ?? 0), 0)
  return {
    within: (within / sessions.length) ** 2,
    between: (noiseScale(locateSessions(sessions)) ?? 0) ** 2,
  }
}

interface Drawn {
  /** Standard deviations of one arm: a difference has two. */
  readonly block: number
  readonly session: number
}

function drawNoise({ within, between }: Noise, blocks: number, normal: () => number): Drawn {
  const block = drawVariance(within, normal)
  const session = Math.max(0, drawVariance(between, normal) - block / blocks)
  return { block: Math.sqrt(block / 2), session: Math.sqrt(session / 2) }
}

/** A variance that may have led to such an estimate: the estimate times its degrees of freedom over a chi-squared number. */
function drawVariance({ variance, degrees }: Estimated, normal: () => number): number {
  let chiSquared = 0
  for (let degree = 0; degree < degrees; degree += 1) chiSquared += normal() ** 2
  return (variance * degrees) / chiSquared
}

type Invented = Pick<Series, 'candidate' | 'control'>

/** Three arms that are the same. Candidate and control share the base, and its noise. */
function invent({ block, session }: Drawn, plan: Plan, normal: () => number): Invented {
  const inventArm = (): Samples => {
    const shared = session * normal()
    return nonEmpty(Array.from({ length: plan.blocksPerSession }, () => shared + block * normal()))
  }
  const drawn = Array.from({ length: plan.sessions }, () => {
    const [base, candidate, control] = [inventArm(), inventArm(), inventArm()]
    return { candidate: subtract(candidate, base), control: subtract(control, base) }
  })
  return {
    candidate: asSessions(drawn.map(({ candidate }) => candidate)),
    control: asSessions(drawn.map(({ control }) => control)),
  }
}

function subtract(arm: Samples, base: Samples): Samples {
  return nonEmpty(arm.map((value, index) => value - (base[index] ?? 0)))
}

function asSessions([first, ...rest]: readonly Samples[]): Sessions {
  return [first ?? nonEmpty([]), ...rest]
}
