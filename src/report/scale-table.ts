import type { BenchDocument, Rung } from '../benchmark/result.ts'
import { formatBytes, formatMs, formatRows } from '../units.ts'
import { countOf } from './closing-line.ts'

/** Something with a figure at every size. */
export interface ScaleTable {
  readonly title: string
  readonly aside: string
  /** The sizes at which there is a figure at all. */
  readonly scales: readonly string[]
  readonly rows: readonly { readonly title: string; readonly cells: readonly string[] }[]
  /** What is to be said below it. */
  readonly note?: string
}

/** What a ladder says beside the timings; tables without rows are left out. */
export function listTables({ rungs }: BenchDocument): readonly ScaleTable[] {
  return [
    {
      title: 'Write cost',
      aside: 'with the migrations ÷ without them, in pairs, 95 % interval',
      ...tabulate(rungs, ({ writeCosts }) =>
        writeCosts.map(({ title, ratio, ratioInterval, pairs }) => [
          title,
          `${ratio.toFixed(2)}× (${ratioInterval === null ? countOf(pairs, 'pair') : ratioInterval.map((end) => end.toFixed(2)).join('–')})`,
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
      title: 'Index scans',
      aside: 'while the workloads ran',
      ...noteUnscanned(rungs),
      ...tabulate(rungs, ({ indexUse }) =>
        indexUse.map(({ name, scans }) => [name, String(scans)]),
      ),
    },
    {
      title: 'Bytes per event',
      aside: '',
      ...tabulate(rungs, (rung) => bytesPerEvent(rung)),
    },
    {
      title: 'What each size took',
      aside: 'memory is the most that the process had held by its end',
      ...tabulate(rungs, ({ durationMs, peakMemoryBytes }) => [
        ['time', formatMs(durationMs)],
        ['memory', formatBytes(peakMemoryBytes)],
      ]),
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

/** Names the indexes of the migrations that no workload scanned at any size. */
function noteUnscanned(rungs: readonly Rung[]): Pick<ScaleTable, 'note'> {
  const ofMigration = rungs.flatMap(({ storage }) =>
    storage.indexes.filter((index) => index.ofMigration).map(({ name }) => name),
  )
  const scanned = new Set(
    rungs.flatMap(({ indexUse }) =>
      indexUse.filter(({ scans }) => scans > 0).map(({ name }) => name),
    ),
  )
  const unscanned = Array.from(new Set(ofMigration)).filter((name) => !scanned.has(name))
  if (unscanned.length === 0) return {}
  return {
    note:
      `No workload scanned ${unscanned.join(', ')} at any size; ` +
      "that each can serve the query it exists for is what 'verify' proves.",
  }
}
