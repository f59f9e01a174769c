import type { BenchDocument, Measured, Measurement, Rung } from '../../benchmark/result.ts'
import { formatBytes, formatMs, formatRows } from '../../units.ts'
import { countOf } from '../closing-line.ts'
import { describeBudget } from '../budget.ts'
import { describeClaim } from '../claim.ts'
import { isLadder } from '../ladder.ts'
import {
  heading,
  markOf,
  renderLabelled,
  renderTable,
  type Cell,
  type Page,
  type Standing,
} from './page.ts'

/** The tree of timings: a rung, its workloads, and under each the work that it did; of a ladder only for those who ask. */
export function renderBenchmarks(page: Page, document: BenchDocument): readonly string[] {
  const { rungs } = document
  if (isLadder(document) && !page.verbose) return []
  return [
    ...heading(page, 'Benchmarks', 'p50, p75, p99'),
    ...rungs.flatMap((rung) => renderRung(page, rung)),
  ]
}

function renderRung(page: Page, rung: Rung): readonly string[] {
  const { faint, strong } = page.paint
  const head = { text: `  ${formatRows(rung.scale)} events  `, paint: strong }
  const lines = renderTable(
    page,
    rung.measurements.map((measurement) => timingsOf(page, measurement)),
    { indent: 4, align: 'lLrrr' },
  )
  return [
    ...renderLabelled(page, head, describeGround(rung), faint),
    ...rung.measurements.flatMap((measurement, index) => [
      lines[index] ?? '',
      ...renderLabelled(page, '      ', describeWork(page, measurement), faint),
    ]),
  ]
}

function describeGround({ fixture, medium }: Rung): string {
  const { name, sessions, payload, seed } = fixture
  if (name === 'none') return 'the rows of the base scripts, in memory'
  return `${countOf(sessions, 'session')}, ${payload} payload, seed ${seed}, in ${medium === 'memory' ? 'memory' : 'a folder'}`
}

function timingsOf(page: Page, measurement: Measurement): readonly Cell[] {
  const mark = markOf(page, standingOf(measurement))
  if (measurement.state === 'void') return [mark, measurement.title, 'void']
  const { p50Ms, p75Ms, p99Ms } = measurement
  return [mark, measurement.title, ...[p50Ms, p75Ms, p99Ms].map(formatMs)]
}

function standingOf(measurement: Measurement): Standing {
  if (measurement.state === 'void') return measurement.fault === 'error' ? 'errored' : 'bad'
  switch (measurement.target?.claim) {
    case 'missed':
      return 'bad'
    case 'not-shown':
      return 'skipped'
    case 'met':
    case undefined:
      return 'good'
  }
}

function describeWork(page: Page, measurement: Measurement): string {
  if (measurement.state === 'void') return measurement.reason
  const { samples, marginPercent, plan, target } = measurement
  return [
    countOf(samples.length, 'sample'),
    ...(marginPercent === null ? [] : [`mean ±${marginPercent.toFixed(1)} %`]),
    countOf(samples[0].rows, 'row'),
    ...(target === null ? [] : [`${formatMs(target.targetMs)} ${describeClaim(target)}`]),
    ...(plan === null || plan.indexes.length === 0 ? [] : [plan.indexes.join(', ')]),
    ...(page.verbose ? describeDetails(measurement) : []),
  ].join(' · ')
}

/** What the samples scatter by, and what the engine says of its own work. */
function describeDetails({ madMs, medianIntervalMs, plan, toastBlocks }: Measured): string[] {
  return [
    ...(medianIntervalMs === null
      ? []
      : [`p50 95 %: ${medianIntervalMs.map(formatMs).join(' to ')}`]),
    `MAD ${formatMs(madMs)}`,
    ...(plan === null
      ? []
      : [`${formatMs(plan.executionMs)} in the engine`, countOf(plan.blocks, 'block')]),
    ...(toastBlocks === null ? [] : [`${toastBlocks} of them TOAST`]),
  ]
}

/** Sizes, one column a rung; as many at a time as the page can hold. */
export function renderStorage(page: Page, { rungs }: BenchDocument): readonly string[] {
  if (rungs.length === 0) return []
  const perTable = Math.floor((page.width - 36) / 11)
  const groups = Array.from({ length: Math.ceil(rungs.length / perTable) }, (_, index) =>
    rungs.slice(index * perTable, (index + 1) * perTable),
  )
  return [
    ...heading(page, 'Storage', '+ marks what the migrations added'),
    ...groups.flatMap((group) => renderSizes(page, group)),
  ]
}

function renderSizes(page: Page, rungs: readonly Rung[]): readonly string[] {
  const { faint, strong } = page.paint
  const storages = rungs.map(({ storage }) => storage)
  const indexes = new Map(
    storages.flatMap((storage) => storage.indexes.map((index) => [index.name, index] as const)),
  )
  const sizesOf = (name: string): readonly string[] =>
    storages.map((storage) => {
      const index = storage.indexes.find((candidate) => candidate.name === name)
      return index === undefined ? '' : formatBytes(index.sizeBytes)
    })
  const rows: readonly (readonly Cell[])[] = [
    ['', '', ...rungs.map(({ scale }) => ({ text: formatRows(scale), paint: faint }))],
    ['', 'table', ...storages.map(({ tableBytes }) => formatBytes(tableBytes))],
    ['', 'TOAST', ...storages.map(({ toastBytes }) => formatBytes(toastBytes))],
    ...Array.from(indexes.values(), ({ name, ofMigration }) => [
      ofMigration ? '+' : '',
      name,
      ...sizesOf(name),
    ]),
    [
      '',
      { text: 'total', paint: strong },
      ...storages.map(({ totalBytes }) => ({ text: formatBytes(totalBytes), paint: strong })),
    ],
  ]
  return renderTable(page, rows, { indent: 2, align: `lL${'r'.repeat(rungs.length)}` })
}

/** Sizes that were asked for and are not here; those that could not be built are told as troubles. */
export function renderOmitted(page: Page, document: BenchDocument): readonly string[] {
  const budget = describeBudget(document)
  return [
    ...document.omitted.flatMap(({ scale, reason }) =>
      renderLabelled(page, `  ${formatRows(scale)} left out: `, reason, page.paint.unsure),
    ),
    ...(budget === null ? [] : renderLabelled(page, '  left out: ', budget, page.paint.unsure)),
  ]
}
