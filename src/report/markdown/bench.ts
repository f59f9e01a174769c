import type { BenchDocument, Measurement, Rung } from '../../benchmark/result.ts'
import { formatBytes, formatMs, formatRows } from '../../units.ts'
import { countOf } from '../closing-line.ts'
import { describeReach } from '../growth.ts'
import { escapeCode, escapeProse, renderCells } from './escape.ts'

export function renderBenchmarks(document: BenchDocument): readonly string[] {
  const absent = [...document.unbuilt, ...document.omitted]
  return [
    '',
    '## Benchmarks',
    ...(document.rungs.length === 0 ? ['', 'Nothing was measured.'] : []),
    ...document.rungs.flatMap(renderRung),
    ...(absent.length === 0 ? [] : ['', '### Left out', '']),
    ...absent.map(({ scale, reason }) => `- ${formatRows(scale)} events: ${escapeProse(reason)}`),
    ...renderGrowth(document),
  ]
}

function renderRung(rung: Rung): readonly string[] {
  const { fixture } = rung
  const header = ['Workload', 'p50', 'p75', 'p99', 'Margin', 'Samples', 'Rows', 'Target', 'Indexes']
  return [
    '',
    `### ${formatRows(rung.scale)} events`,
    '',
    `${countOf(fixture.events, 'event')} in ${countOf(fixture.sessions, 'session')}, ${fixture.payload} payload, ` +
      `seed ${escapeCode(fixture.seed)}, database in ${rung.medium === 'memory' ? 'memory' : 'a folder'}.`,
    ...renderCells('lrrrrrrll', header, rung.measurements.map(describeMeasurement)),
  ]
}

function describeMeasurement(measurement: Measurement): readonly string[] {
  const title = escapeProse(measurement.title)
  if (measurement.state === 'void') {
    return [title, 'void', '', '', '', '', '', '', escapeProse(measurement.reason)]
  }
  const { p50Ms, p75Ms, p99Ms, marginPercent, samples, target, plan } = measurement
  return [
    title,
    ...[p50Ms, p75Ms, p99Ms].map(formatMs),
    marginPercent === null ? '' : `±${marginPercent.toFixed(1)} %`,
    String(samples.length),
    String(samples[0].rows),
    target === null ? '' : `${formatMs(target.targetMs)} ${target.claim.replace('-', ' ')}`,
    (plan?.indexes ?? []).map(escapeCode).join(', '),
  ]
}

function renderGrowth({ growth }: BenchDocument): readonly string[] {
  const rows = growth.flatMap(({ title, time, reach }) =>
    time === null
      ? []
      : [
          [
            escapeProse(title),
            time.growthClass,
            time.exponent.toFixed(2),
            reach === null ? '' : describeReach(reach),
          ],
        ],
  )
  const header = ['Workload', 'Class', 'Exponent', 'p95 reaches the target']
  return rows.length === 0 ? [] : ['', '### Growth', ...renderCells('llrl', header, rows)]
}

export function renderStorage({ rungs }: BenchDocument): readonly string[] {
  if (rungs.length === 0) return []
  const indexes = new Map(
    rungs.flatMap(({ storage }) => storage.indexes.map((index) => [index.name, index] as const)),
  )
  const rows = [
    ['table', '', ...rungs.map(({ storage }) => formatBytes(storage.tableBytes))],
    ['TOAST', '', ...rungs.map(({ storage }) => formatBytes(storage.toastBytes))],
    ...Array.from(indexes.values(), ({ name, ofMigration }) => [
      escapeCode(name),
      ofMigration ? 'migrations' : 'before',
      ...rungs.map(({ storage }) => {
        const index = storage.indexes.find((candidate) => candidate.name === name)
        return index === undefined ? '' : formatBytes(index.sizeBytes)
      }),
    ]),
    ['**total**', '', ...rungs.map(({ storage }) => formatBytes(storage.totalBytes))],
  ]
  const header = ['', 'From', ...rungs.map(({ scale }) => `${formatRows(scale)} events`)]
  return ['', '## Storage', ...renderCells(`ll${'r'.repeat(rungs.length)}`, header, rows)]
}
