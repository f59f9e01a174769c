import { findCrossing, predictWork } from '../statistics/crossing.ts'
import {
  fitGrowth,
  type Growth,
  type GrowthClass,
  growthClasses,
  type GrowthPoint,
} from '../statistics/fit.ts'
import type {
  Foretelling,
  GrowthFacts,
  GrowthLaw,
  GrowthMark,
  Measurement,
  Plan,
  Rung,
  TargetReach,
} from './result.ts'
import { errorOfCount, errorOfMedian, errorOfTail } from './uncertainty.ts'

/** What has an exact count of its work beside its time. */
type Planned = Extract<Measurement, { readonly state: 'measured' }> & { readonly plan: Plan }

/** The fewest rungs that a law needs, and then one more for it to foretell. */
const rungsToFit = 3
const rungsToForetell = rungsToFit + 1

/** Exact work that lies so many times further off its best law than chance explains follows none of the classes. */
const mostScatter = 3

/** How every workload grows over the rungs where it was measured; those that have a plan at two rungs or more. */
export function describeGrowth(rungs: readonly Rung[]): readonly GrowthFacts[] {
  const all = rungs.flatMap(({ measurements }) => measurements).filter(isPlanned)
  const ids = new Set(all.map(({ workloadId }) => workloadId))
  return Array.from(ids).flatMap((id) => {
    const [first, ...rest] = all.filter(({ workloadId }) => workloadId === id)
    return first === undefined || rest.length === 0 ? [] : [describeOne([first, ...rest])]
  })
}

function isPlanned(measurement: Measurement): measurement is Planned {
  return measurement.state === 'measured' && measurement.plan !== null
}

type Ladder = readonly [Planned, ...Planned[]]

/** What a law is over: all events, or the rows that the work should follow. */
interface Ground {
  readonly over: string
  readonly rowsOf: (measured: Planned) => number
}

const allEvents: Ground = { over: 'events', rowsOf: ({ scale }) => scale }

/**
 * Exact work, which has no noise, says by which class a workload grows, and over what; time only says by how much. Without a
 * class there is no telling where a target is reached.
 */
function describeOne(ladder: Ladder): GrowthFacts {
  const [{ workloadId, title, object, target, followed }] = ladder
  const ground: Ground =
    followed === null || classesOf(ladder, followedBy(followed.title)).length === 0
      ? allEvents
      : followedBy(followed.title)
  const classes = classesOf(ladder, ground)
  const allowed = classes.length === 0 ? growthClasses : classes
  return {
    workloadId,
    title,
    object,
    over: ground.over,
    points: markRungs(ladder, ground),
    classes,
    time: lawOf(fitAll(medianPoints(ladder, ground), allowed)),
    blocks: lawOf(fitExact(ladder, ground, 'blocks')),
    tuples: lawOf(fitExact(ladder, ground, 'tuples')),
    reach:
      target === null || classes.length === 0
        ? null
        : reachOf(fitAll(tailPoints(ladder, ground), classes), target.targetMs),
    foretelling: foretell(ladder, ground),
  }
}

function followedBy(title: string): Ground {
  return { over: title, rowsOf: ({ followed, scale }) => followed?.rows ?? scale }
}

/**
 * The classes that its exact work may have: those of the blocks and of the rows handled, or of either where they have none in
 * common; none where neither follows any.
 */
function classesOf(ladder: readonly Planned[], ground: Ground): readonly GrowthClass[] {
  const plausible = (['blocks', 'tuples'] as const).flatMap((metric) => {
    const growth = fitExact(ladder, ground, metric)
    if (growth === null || growth.best.scatter > mostScatter) return []
    return [new Set(growth.plausible.map(({ growthClass }) => growthClass))]
  })
  if (plausible.length === 0) return []
  const shared = growthClasses.filter((one) => plausible.every((classes) => classes.has(one)))
  return shared.length > 0
    ? shared
    : growthClasses.filter((one) => plausible.some((classes) => classes.has(one)))
}

function fitExact(
  ladder: readonly Planned[],
  { rowsOf }: Ground,
  metric: 'blocks' | 'tuples',
): Growth | null {
  return fitAll(
    ladder.map((measured) => {
      const work = measured.plan[metric]
      return { rows: rowsOf(measured), work, error: errorOfCount(work) }
    }),
  )
}

/** No law goes through a point without rows: then there is none. */
function fitAll(points: readonly GrowthPoint[], classes?: readonly GrowthClass[]): Growth | null {
  return points.some(({ rows }) => rows <= 1) ? null : fitGrowth(points, classes)
}

function medianPoints(ladder: readonly Planned[], { rowsOf }: Ground): readonly GrowthPoint[] {
  return ladder.map((measured) => ({
    rows: rowsOf(measured),
    work: measured.p50Ms,
    error: errorOfMedian(measured),
  }))
}

function tailPoints(ladder: readonly Planned[], { rowsOf }: Ground): readonly GrowthPoint[] {
  return ladder.map((measured) => ({
    rows: rowsOf(measured),
    work: measured.p95Ms,
    error: errorOfTail(measured),
  }))
}

function markRungs(ladder: readonly Planned[], { rowsOf }: Ground): readonly GrowthMark[] {
  return ladder.map((measured, index) => {
    const { scale, p50Ms, p95Ms, plan } = measured
    const before = ladder[index - 1]?.plan
    return {
      scale,
      rows: rowsOf(measured),
      p50Ms,
      p95Ms,
      blocks: plan.blocks,
      tuples: plan.tuples,
      fingerprint: plan.fingerprint,
      indexes: plan.indexes,
      isPlanChanged: before !== undefined && before.fingerprint !== plan.fingerprint,
    }
  })
}

/** The class and slope of a fit, as documents keep them. */
export function lawOf(growth: Growth | null): GrowthLaw | null {
  if (growth === null) return null
  return {
    growthClass: growth.best.growthClass,
    // With and without an offset, the class is the same.
    plausible: Array.from(new Set(growth.plausible.map(({ growthClass }) => growthClass))),
    exponent: growth.slope.exponent,
    exponentInterval: growth.slope.interval,
  }
}

/** At how many rows a fit of p95 or of the median reaches the target. */
export function reachOf(growth: Growth | null, targetMs: number): TargetReach | null {
  if (growth === null) return null
  const crossing = findCrossing(growth, targetMs)
  if (crossing.reached === 'not-told') {
    return { reached: 'not-told', earliest: Math.floor(crossing.earliest) }
  }
  if (crossing.reached !== 'at') return { reached: crossing.reached }
  const { rows, interval, farOut } = crossing
  return { reached: 'at', events: rows, interval, farOut }
}

/** The largest rung by what the smaller ones alone say: their class, and their time for each unit of it. */
function foretell(ladder: readonly Planned[], ground: Ground): Foretelling | null {
  const last = ladder.at(-1)
  const before = ladder.slice(0, -1)
  if (last === undefined || ladder.length < rungsToForetell) return null
  const classes = classesOf(before, ground)
  const growth = classes.length === 0 ? null : fitAll(medianPoints(before, ground), classes)
  const rows = ground.rowsOf(last)
  if (growth === null || rows <= 1) return null
  const { work, interval } = predictWork(growth, rows)
  const [lower, upper] = interval
  return {
    scale: last.scale,
    sizes: before.length,
    predictedMs: work,
    intervalMs: interval,
    measuredMs: last.p50Ms,
    isInside: lower <= last.p50Ms && last.p50Ms <= upper,
  }
}
