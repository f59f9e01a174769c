import type { BenchDocument, Measurement, Rung } from '../../benchmark/result.ts'
import { formatBytes, formatMs, formatRows } from '../../units.ts'
import { countOf } from '../closing-line.ts'
import { escapeCode, escapeProse, renderCells } from './escape.ts'
import { renderForetold, renderLadder, renderTables } from './ladder.ts'

export function renderBenchmarks(document: BenchDocument): readonly string[] {
  const absent = [...document.unbuilt, ...document.omitted]
  return [
    '',
    '## Benchmarks',
    ...(document.rungs.length === 0 ? ['', 'Nothing was measured.'] : []),
    ...renderLadder(document),
    ...document.rungs.flatMap(renderRung),
    ...(absent.length === 0 ? [] : ['', '### Left out', '']),
    ...absent.map(({ scale, reason }) => `- ${formatRows(scale)} events: ${escapeProse(reason)}`),
    ...renderTables(document),
    ...renderForetold(document),
  ]
}

function renderRung(rung: Rung): readonly string[] {
  const { fixture } = rung
  const header = ['Workload', 'p50', 'p75', 'p99', 'Margin', 'Samples', 'Rows', 'Target', 'Indexes']
  return [
    '',
    `### ${formatRows(rung.scale)} events`,
    '',
    fixture.name === 'none'
      ? 'The rows of the base scripts, database in memory.'
      : `${countOf(fixture.events, 'event')} in ${countOf(fixture.sessions, 'session')}, ${fixture.payload} payload, ` +
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
