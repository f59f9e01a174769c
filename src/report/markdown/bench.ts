import type { BenchDocument, Measurement, Rung } from '../../benchmark/result.ts'
import { formatBytes, formatMs, formatRows } from '../../units.ts'
import { countOf } from '../closing-line.ts'
import { escapeCode, escapeProse, renderCells } from './escape.ts'
import { describeBudget } from '../budget.ts'
import { describeClaim } from '../claim.ts'
import { renderForetold, renderLadder, renderLaws, renderTables } from './ladder.ts'

export function renderBenchmarks(document: BenchDocument): readonly string[] {
  const absent = [...document.unbuilt, ...document.omitted]
  const budget = describeBudget(document)
  const leftOut = absent
    .map(({ scale, reason }) => `${formatRows(scale)} events: ${reason}`)
    .concat(budget === null ? [] : [budget])
  return [
    '',
    '## Benchmarks',
    ...(document.rungs.length === 0 ? ['', 'Nothing was measured.'] : []),
    ...renderLadder(document),
    ...document.rungs.flatMap(renderRung),
    ...(leftOut.length === 0 ? [] : ['', '### Left out', '']),
    ...leftOut.map((text) => `- ${escapeProse(text)}`),
    ...renderTables(document),
    ...renderLaws(document),
    ...renderForetold(document),
  ]
}

function renderRung(rung: Rung): readonly string[] {
  const { fixture } = rung
  const columns: readonly (readonly [string, 'l' | 'r'])[] = [
    ['Workload', 'l'],
    ['p50', 'r'],
    ['95 % of it', 'r'],
    ['MAD', 'r'],
    ['p75', 'r'],
    ['p99', 'r'],
    ['Margin', 'r'],
    ['Samples', 'r'],
    ['In the engine', 'r'],
    ['Blocks', 'r'],
    ['TOAST', 'r'],
    ['Rows', 'r'],
    ['Target', 'l'],
    ['Indexes', 'l'],
  ]
  return [
    '',
    `### ${formatRows(rung.scale)} events`,
    '',
    fixture.name === 'none'
      ? 'The rows of the base scripts, database in memory.'
      : `${countOf(fixture.events, 'event')} in ${countOf(fixture.sessions, 'session')}, ${fixture.payload} payload, ` +
        `seed ${escapeCode(fixture.seed)}, database in ${rung.medium === 'memory' ? 'memory' : 'a folder'}.`,
    ...renderCells(
      columns.map(([, align]) => align).join(''),
      columns.map(([header]) => header),
      rung.measurements.map((measurement) => describeMeasurement(measurement, columns.length)),
    ),
  ]
}

function describeMeasurement(measurement: Measurement, columns: number): readonly string[] {
  const title = escapeProse(measurement.title)
  if (measurement.state === 'void') {
    const blank = Array.from({ length: columns - 3 }, () => '')
    return [title, 'void', ...blank, escapeProse(measurement.reason)]
  }
  const { p50Ms, madMs, p75Ms, p99Ms, medianIntervalMs, marginPercent } = measurement
  const { samples, target, plan, toastBlocks } = measurement
  return [
    title,
    formatMs(p50Ms),
    medianIntervalMs === null ? '' : medianIntervalMs.map(formatMs).join(' to '),
    ...[madMs, p75Ms, p99Ms].map(formatMs),
    marginPercent === null ? '' : `±${marginPercent.toFixed(1)} %`,
    String(samples.length),
    plan === null ? '' : formatMs(plan.executionMs),
    plan === null ? '' : String(plan.blocks),
    toastBlocks === null ? '' : String(toastBlocks),
    String(samples[0].rows),
    target === null ? '' : `${formatMs(target.targetMs)} ${describeClaim(target)}`,
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
