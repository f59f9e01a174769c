import type { BenchDocument } from '../../benchmark/result.ts'
import { formatRows } from '../../units.ts'
import {
  isLadder,
  listForetold,
  listSteps,
  listTables,
  type Claim,
  type LadderStep,
} from '../ladder.ts'
import { escapeCode, escapeProse, renderCells } from './escape.ts'

const marks: Readonly<Record<Exclude<Claim, null>, string>> = {
  met: ' ✓',
  missed: ' ✗',
  'not-shown': ' –',
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
    'p50 / p95 by number of events. ✓ p95 is below the target with 95 % confidence, ✗ it is not, – too few samples to tell.',
    ...renderCells(`l${'r'.repeat(document.rungs.length)}llll`, header, rows),
  ]
}

function describeTiming(timing: LadderStep['timings'][number]): string {
  if (timing === null) return ''
  const { p50, p95, claim } = timing
  return `${p50} / ${p95}${claim === null ? '' : marks[claim]}`
}

/** Write costs, cold against warm, index builds, bytes per event. */
export function renderTables(document: BenchDocument): readonly string[] {
  return listTables(document).flatMap(({ title, aside, scales, rows }) => {
    const cells = rows.map((row) => [escapeProse(row.title)].concat(row.cells))
    const text = aside === '' ? [] : ['', `${aside.slice(0, 1).toUpperCase()}${aside.slice(1)}.`]
    const table = renderCells(`l${'r'.repeat(scales.length)}`, [''].concat(scales), cells)
    return ['', `### ${title}`].concat(text, table)
  })
}

/** How well the smaller sizes foretold the largest. */
export function renderForetold(document: BenchDocument): readonly string[] {
  const rows = listForetold(document).map(
    ({ title, scale, predicted, interval, measured, isInside }) => [
      escapeProse(title),
      scale,
      predicted,
      interval,
      measured,
      isInside ? '✓' : '✗',
    ],
  )
  if (rows.length === 0) return []
  const header = ['Workload', 'Events', 'Foretold', '95 %', 'Measured', 'Inside']
  return [
    '',
    '### Foretold',
    '',
    'p50 at the largest size, from the smaller ones alone.',
    ...renderCells('lrrlrl', header, rows),
  ]
}
