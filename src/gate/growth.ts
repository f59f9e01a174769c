import { lawOf, reachOf } from '../benchmark/growth.ts'
import type { GrowthLaw } from '../benchmark/result.ts'
import { type Growth, type GrowthClass, fitGrowth, growthClasses } from '../statistics/fit.ts'
import type { Unplaced } from './growth-limit.ts'
import type {
  ExactComparison,
  GrowthComparison,
  LawPair,
  TargetComparison,
  TimedComparison,
  WorkMetric,
} from './result.ts'

/** Fewer sizes tell no law. */
const scalesToFit = 3

interface Point {
  readonly scale: number
  readonly base: number
  readonly candidate: number
}

/** Layer 4: every query that was executed on both arms at three sizes or more. */
export function compareGrowth(
  exact: readonly ExactComparison[],
  timed: readonly TimedComparison[],
  targetMs: number,
): readonly GrowthComparison[] {
  const byId = new Map<string, readonly ExactComparison[]>()
  for (const each of exact) byId.set(each.id, [...(byId.get(each.id) ?? []), each])
  return Array.from(byId.entries()).flatMap(([id, all]) => {
    const [first] = all
    if (first === undefined || new Set(all.map(({ scale }) => scale)).size < scalesToFit) return []
    const times = timed
      .filter((each) => each.id === id)
      .map(({ scale, baseMedianMs, candidateMedianMs }) => ({
        scale,
        base: baseMedianMs,
        candidate: candidateMedianMs,
      }))
    const time = fitBoth(times)
    return [
      {
        id,
        title: first.title,
        object: first.object,
        blocks: describe(fitBoth(pointsOf(all, 'blocks'))),
        tuples: describe(fitBoth(pointsOf(all, 'tuples'))),
        time: describe(time),
        reach: {
          base: reachOf(time.base, targetMs),
          candidate: reachOf(time.candidate, targetMs),
        },
      },
    ]
  })
}

function pointsOf(all: readonly ExactComparison[], metric: WorkMetric): readonly Point[] {
  return all.flatMap(({ scale, base, candidate, unstable }) =>
    base === null || candidate === null || unstable.includes(metric)
      ? []
      : [{ scale, base: base.work[metric], candidate: candidate.work[metric] }],
  )
}

interface Fits {
  readonly base: Growth | null
  readonly candidate: Growth | null
}

function fitBoth(points: readonly Point[]): Fits {
  return {
    base: fitGrowth(points.map(({ scale, base }) => ({ rows: scale, work: base }))),
    candidate: fitGrowth(points.map(({ scale, candidate }) => ({ rows: scale, work: candidate }))),
  }
}

function describe({ base, candidate }: Fits): LawPair {
  return { base: lawOf(base), candidate: lawOf(candidate) }
}

/** Red where an exact metric's class got worse beyond doubt: the best the candidate may be is worse than the worst the base may be. */
export function findGrowth(
  growth: readonly GrowthComparison[],
  largestScale: number,
): readonly Unplaced[] {
  return growth.flatMap(({ id, title, object, blocks, tuples }) =>
    (
      [
        ['blocks read', blocks],
        ['rows handled', tuples],
      ] as const
    ).flatMap(([noun, { base, candidate }]): readonly Unplaced[] => {
      if (base === null || candidate === null || !isWorse(base, candidate)) return []
      return [
        {
          severity: 'red',
          kind: 'growth',
          title: `${title}: ${noun} grow no faster with the events than before`,
          id,
          scale: largestScale,
          object,
          expected: tell(base),
          actual: tell(candidate),
        },
      ]
    }),
  )
}

export function isWorse(base: GrowthLaw, candidate: GrowthLaw): boolean {
  return Math.min(...candidate.plausible.map(rankOf)) > Math.max(...base.plausible.map(rankOf))
}

function rankOf(growthClass: GrowthClass): number {
  return growthClasses.indexOf(growthClass)
}

function tell({ growthClass, exponent }: GrowthLaw): string {
  return `${growthClass}, exponent ${exponent.toFixed(2)}`
}

/** Queries whose target was met by the base and is missed by the candidate, each with 95 % confidence. */
export function listLostTargets(targets: readonly TargetComparison[]): readonly TargetComparison[] {
  return targets.filter(
    ({ base, candidate }) => base.claim === 'met' && candidate.claim === 'missed',
  )
}
