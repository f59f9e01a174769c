import type { BenchDocument, GrowthFacts, Rung } from '../benchmark/result.ts'
import { formatBytes, formatMs, formatRows } from '../units.ts'
import { describeReach } from './growth.ts'

/** How a p95 stands to its target; null where nothing is promised. */
export type Claim = 'met' | 'missed' | 'not-shown' | null

/** One workload over all sizes: the headline of a ladder. */
export interface LadderStep {
  readonly title: string
  /** One a rung; null where it was not measured. */
  readonly timings: readonly ({
    readonly p50: string
    readonly p95: string
    readonly claim: Claim
  } | null)[]
  /** `n log n`, or several that the points can't tell apart. */
  readonly growth: string
  /** Where p95 reaches the target. */
  readonly reach: string
  /** The sizes from which the plan is another one. */
  readonly planChanges: readonly string[]
  /** Those that the plan uses at the largest size. */
  readonly indexes: readonly string[]
}

/** Whether there is more than one size, and so something to compare. */
export function isLadder({ rungs }: BenchDocument): boolean {
  return rungs.length > 1
}

export function listSteps({ growth, rungs }: BenchDocument): readonly LadderStep[] {
  return growth.map((facts) => ({
    title: facts.title,
    timings: rungs.map((rung) => describeTiming(facts, rung)),
    growth: describeGrowth(facts),
    // Where the law can't be told, neither can what follows from it.
    reach:
      facts.reach === null || isNoisy(facts)
        ? ''
        : describeReach(facts.reach, facts.points.at(-1)?.scale),
    planChanges: facts.points
      .filter(({ isPlanChanged }) => isPlanChanged)
      .map(({ scale }) => formatRows(scale)),
    indexes: facts.points.at(-1)?.indexes ?? [],
  }))
}

function describeTiming(
  { workloadId, points }: GrowthFacts,
  { scale, measurements }: Rung,
): LadderStep['timings'][number] {
  const point = points.find((mark) => mark.scale === scale)
  if (point === undefined) return null
  const measurement = measurements.find((one) => one.workloadId === workloadId)
  const target = measurement?.state === 'measured' ? measurement.target : null
  return {
    p50: formatMs(point.p50Ms),
    p95: formatMs(point.p95Ms),
    claim: target?.claim ?? null,
  }
}

function describeGrowth(facts: GrowthFacts): string {
  const { time } = facts
  if (time === null) return 'growth not told: too few sizes'
  if (isNoisy(facts)) return 'growth not told: too noisy'
  const others = time.plausible.filter((one) => one !== time.growthClass)
  return [time.growthClass, ...others].join(' or ')
}

/** Who can't rule out most of the five classes knows nothing. */
function isNoisy({ time }: GrowthFacts): boolean {
  return time !== null && new Set([time.growthClass, ...time.plausible]).size > 3
}

/** Something with a figure at every size. */
export interface ScaleTable {
  readonly title: string
  readonly aside: string
  /** The sizes at which there is a figure at all. */
  readonly scales: readonly string[]
  readonly rows: readonly { readonly title: string; readonly cells: readonly string[] }[]
}

/** What a ladder says beside the timings; tables without rows are left out. */
export function listTables({ rungs }: BenchDocument): readonly ScaleTable[] {
  return [
    {
      title: 'Write cost',
      aside: 'median with the migrations ÷ without them, 95 % interval',
      ...tabulate(rungs, ({ writeCosts }) =>
        writeCosts.map(({ title, ratio, ratioInterval }) => [
          title,
          `${ratio.toFixed(2)}×${ratioInterval === null ? '' : ` (${ratioInterval.map((end) => end.toFixed(2)).join('–')})`}`,
        ]),
      ),
    },
    {
      title: 'Cold',
      aside: 'first execution after its buffers were taken, and ÷ warm',
      ...tabulate(rungs, ({ cold, measurements }) =>
        cold.map(({ workloadId, p50Ms, warmP50Ms }) => [
          measurements.find((one) => one.workloadId === workloadId)?.title ?? workloadId,
          `${formatMs(p50Ms)} (${(p50Ms / warmP50Ms).toFixed(1)}×)`,
        ]),
      ),
    },
    {
      title: 'Index builds',
      aside: 'the fastest of each',
      ...tabulate(rungs, ({ indexBuilds }) =>
        indexBuilds.map(({ name, elapsedMs }) => [name, formatMs(Math.min(...elapsedMs))]),
      ),
    },
    {
      title: 'Bytes per event',
      aside: '',
      ...tabulate(rungs, (rung) => bytesPerEvent(rung)),
    },
  ].filter(({ rows }) => rows.length > 0)
}

function bytesPerEvent({ scale, storage }: Rung): readonly (readonly [string, string])[] {
  if (scale === 0) return []
  const { tableBytes, toastBytes, indexes, totalBytes } = storage
  const ofMigration = sum(indexes.filter((index) => index.ofMigration))
  const shown = (bytes: number): string => formatBytes(Math.round(bytes / scale))
  return [
    ['table', shown(tableBytes)],
    ['TOAST', shown(toastBytes)],
    ['indexes that were there', shown(sum(indexes) - ofMigration)],
    ['indexes of the migrations', shown(ofMigration)],
    ['in all', shown(totalBytes)],
  ]
}

function sum(indexes: readonly { readonly sizeBytes: number }[]): number {
  return indexes.reduce((total, { sizeBytes }) => total + sizeBytes, 0)
}

/** Rows by title in the order in which they first appear, with a cell for each rung that says anything. */
function tabulate(
  rungs: readonly Rung[],
  read: (rung: Rung) => readonly (readonly [string, string])[],
): Pick<ScaleTable, 'scales' | 'rows'> {
  const columns = rungs
    .map((rung) => ({ scale: rung.scale, cells: new Map(read(rung)) }))
    .filter(({ cells }) => cells.size > 0)
  const titles = new Set(columns.flatMap(({ cells }) => Array.from(cells.keys())))
  return {
    scales: columns.map(({ scale }) => formatRows(scale)),
    rows: Array.from(titles, (title) => ({
      title,
      cells: columns.map(({ cells }) => cells.get(title) ?? ''),
    })),
  }
}

/** The largest size as the smaller ones foretold it, beside what was measured there. */
export interface Foretold {
  readonly title: string
  readonly scale: string
  readonly predicted: string
  readonly interval: string
  readonly measured: string
  readonly isInside: boolean
}

export function listForetold({ growth }: BenchDocument): readonly Foretold[] {
  return growth.flatMap(({ title, foretelling }) => {
    if (foretelling === null) return []
    const { scale, predictedMs, intervalMs, measuredMs, isInside } = foretelling
    const [lower, upper] = intervalMs
    return [
      {
        title,
        scale: formatRows(scale),
        predicted: formatMs(Math.max(0, predictedMs)),
        interval: `${formatMs(Math.max(0, lower))} to ${formatMs(Math.max(0, upper))}`,
        measured: formatMs(measuredMs),
        isInside,
      },
    ]
  })
}
