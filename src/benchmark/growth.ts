import { findCrossing, predictWork } from '../statistics/crossing.ts'
import { fitGrowth, type Growth } from '../statistics/fit.ts'
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

/** What has an exact count of its work beside its time. */
type Planned = Extract<Measurement, { readonly state: 'measured' }> & { readonly plan: Plan }

/** The fewest rungs that a law needs, and then one more for it to foretell. */
const rungsToFit = 3
const rungsToForetell = rungsToFit + 1

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

function describeOne(measurements: readonly [Planned, ...Planned[]]): GrowthFacts {
  const [{ workloadId, title, object, target }] = measurements
  const fit = (workOf: (measured: Planned) => number): Growth | null =>
    fitOver(measurements, workOf)
  return {
    workloadId,
    title,
    object,
    points: markRungs(measurements),
    time: lawOf(fit(({ p50Ms }) => p50Ms)),
    blocks: lawOf(fit(({ plan }) => plan.blocks)),
    tuples: lawOf(fit(({ plan }) => plan.tuples)),
    reach:
      target === null
        ? null
        : reachOf(
            fit(({ p95Ms }) => p95Ms),
            target.targetMs,
          ),
    foretelling: foretell(measurements),
  }
}

function fitOver(
  measurements: readonly Planned[],
  workOf: (measured: Planned) => number,
): Growth | null {
  return fitGrowth(
    measurements.map((measured) => ({ rows: measured.scale, work: workOf(measured) })),
  )
}

function markRungs(measurements: readonly Planned[]): readonly GrowthMark[] {
  return measurements.map(({ scale, p50Ms, p95Ms, plan }, index) => {
    const before = measurements[index - 1]?.plan
    return {
      scale,
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
  if (crossing.reached !== 'at') return { reached: crossing.reached }
  const { rows, interval, farOut } = crossing
  return { reached: 'at', events: rows, interval, farOut }
}

function foretell(measurements: readonly Planned[]): Foretelling | null {
  const last = measurements.at(-1)
  const before = measurements.slice(0, -1)
  if (last === undefined || measurements.length < rungsToForetell) return null
  const growth = fitOver(before, ({ p50Ms }) => p50Ms)
  if (growth === null) return null
  const { work, interval } = predictWork(growth, last.scale)
  const [lower, upper] = interval
  return {
    scale: last.scale,
    predictedMs: work,
    intervalMs: interval,
    measuredMs: last.p50Ms,
    isInside: lower <= last.p50Ms && last.p50Ms <= upper,
  }
}
