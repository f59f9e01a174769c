import type { BenchDocument } from '../../benchmark/result.ts'
import { formatRows } from '../../units.ts'
import {
  isLadder,
  listForetold,
  listLaws,
  listSteps,
  type Claim,
  type LadderTiming,
} from '../ladder.ts'
import { listTables } from '../scale-table.ts'
import { escapeCode, escapeProse, renderCells } from './escape.ts'

const marks: Readonly<Record<Exclude<Claim, null>, string>> = {
  met: ' ✓',
  missed: ' ✗',
  'too-close': ' ≈',
  'too-few-samples': ' –',
}

/** The headline of several sizes as one table; nothing for a single one. */
export function renderLadder(document: BenchDocument): readonly string[] {
  const steps = listSteps(document)
  if (!isLadder(document) || steps.length === 0) return []
  const header = [
    'Workload',
    ...document.rungs.map(({ scale }) => formatRows(scale)),
    'Growth',
    'p95 reaches the target',
    'Other plan from',
    'Indexes',
  ]
  const rows = steps.map(({ title, timings, growth, reach, planChanges, indexes }) =>
    [
      escapeProse(title),
      timings.map(describeTiming),
      growth,
      reach,
      planChanges.join(', '),
      indexes.map(escapeCode).join(', '),
    ].flat(),
  )
  return [
    '',
    'p50 / p95 by number of events. ✓ p95 is below the target with 95 % confidence, ✗ it is not, ≈ too close to tell, – too few samples to tell; n is their number where it is small.',
    ...renderCells(`l${'r'.repeat(document.rungs.length)}llll`, header, rows),
  ]
}

function describeTiming(timing: LadderTiming | null): string {
  if (timing === null) return ''
  const { p50, p95, claim, fewSamples } = timing
  const count = fewSamples === null ? '' : ` n=${fewSamples}`
  return `${p50} / ${p95}${claim === null ? '' : marks[claim]}${count}`
}

/** Write costs, cold against warm, index builds and scans, bytes per event, time and memory. */
export function renderTables(document: BenchDocument): readonly string[] {
  return listTables(document).flatMap(({ title, aside, scales, rows, note }) => {
    const cells = rows.map((row) => [escapeProse(row.title)].concat(row.cells))
    const text = aside === '' ? [] : ['', `${aside.slice(0, 1).toUpperCase()}${aside.slice(1)}.`]
    const table = renderCells(`l${'r'.repeat(scales.length)}`, [''].concat(scales), cells)
    return ['', `### ${title}`].concat(
      text,
      table,
      note === undefined ? [] : ['', escapeProse(note)],
    )
  })
}

/** Slopes with their intervals, for those who doubt a class. */
export function renderLaws(document: BenchDocument): readonly string[] {
  const rows = listLaws(document).map(({ title, over, classes, time, blocks, tuples }) =>
    [title, over, classes].map(escapeProse).concat(time, blocks, tuples),
  )
  if (rows.length === 0) return []
  const header = ['Workload', 'Over', 'Class of exact work', 'Time', 'Blocks', 'Rows handled']
  return [
    '',
    '### Growth in numbers',
    '',
    'Slopes of log on log, 95 % interval: 1 is proportional.',
    ...renderCells('lllrrr', header, rows),
  ]
}

/** How well the smaller sizes foretold the largest. */
export function renderForetold(document: BenchDocument): readonly string[] {
  const rows = listForetold(document).map(
    ({ title, scale, sizes, predicted, interval, measured, isInside }) => [
      escapeProse(title),
      scale,
      String(sizes),
      predicted,
      interval,
      measured,
      isInside ? '✓' : '✗',
    ],
  )
  if (rows.length === 0) return []
  const header = ['Workload', 'Events', 'From sizes', 'Foretold', '95 %', 'Measured', 'Inside']
  return [
    '',
    '### Foretold',
    '',
    'p50 at the largest size, from the smaller ones alone.',
    ...renderCells('lrrrlrl', header, rows),
  ]
}
