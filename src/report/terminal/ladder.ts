import type { BenchDocument } from '../../benchmark/result.ts'
import { formatRows } from '../../units.ts'
import {
  isLadder,
  listForetold,
  listLaws,
  listSteps,
  type Claim,
  type LadderStep,
  type LawLine,
} from '../ladder.ts'
import { listTables, type ScaleTable } from '../scale-table.ts'
import { countOf } from '../closing-line.ts'
import { widthOf } from '../text-width.ts'
import { heading, markOf, renderLabelled, renderTable, type Cell, type Page } from './page.ts'

/** The headline of several sizes: each workload with p50 and p95 at every rung, its growth, and where it misses its target. */
export function renderLadder(page: Page, document: BenchDocument): readonly string[] {
  const steps = listSteps(document)
  if (!isLadder(document) || steps.length === 0) return []
  const scales = document.rungs.map(({ scale }) => formatRows(scale))
  const rows = steps.flatMap((step) => timingsOf(page, step))
  const [head = '', ...lines] = renderTable(
    page,
    [['', ...scales.flatMap((scale) => ['', { text: scale, paint: page.paint.faint }])], ...rows],
    { indent: 4, align: `l${'lR'.repeat(scales.length)}` },
  )
  return [
    ...heading(
      page,
      'Ladder',
      'p50, p95; ✓ ✗ shown below the target or not, ≈ close, – few samples',
    ),
    head,
    ...steps.flatMap((step, index) =>
      [
        renderLabelled(page, '  ', step.title, page.paint.strong),
        lines.slice(2 * index, 2 * index + 2),
        renderLabelled(page, '      ', describeStep(step), page.paint.faint),
      ].flat(),
    ),
  ]
}

function timingsOf(page: Page, { timings }: LadderStep): readonly (readonly Cell[])[] {
  return [
    ['p50', ...timings.flatMap((timing) => ['', timing?.p50 ?? ''])],
    [
      'p95',
      ...timings.flatMap((timing): readonly Cell[] => [
        markOfClaim(page, timing?.claim ?? null),
        timing?.p95 ?? '',
      ]),
    ],
  ]
}

function markOfClaim(page: Page, claim: Claim): Cell {
  switch (claim) {
    case 'met':
      return markOf(page, 'good')
    case 'missed':
      return markOf(page, 'bad')
    case 'too-close':
      return { text: '≈', paint: page.paint.unsure }
    case 'too-few-samples':
      return markOf(page, 'skipped')
    case null:
      return ''
  }
}

function describeStep({ growth, reach, planChanges, indexes, timings }: LadderStep): string {
  const few = timings.map((timing) => timing?.fewSamples ?? null)
  return [
    ...(few.every((count) => count === null)
      ? []
      : [`samples: ${few.map((count) => count ?? 'enough').join(', ')}`]),
    growth,
    ...(reach === '' ? [] : [`p95 reaches the target: ${reach}`]),
    ...(planChanges.length === 0 ? [] : [`other plan from ${planChanges.join(', ')}`]),
    ...(indexes.length === 0 ? [] : [indexes.join(', ')]),
  ].join(' · ')
}

/** Write costs always; the rest for ladders, and for those who ask. */
export function renderTables(page: Page, document: BenchDocument): readonly string[] {
  const isWhole = isLadder(document) || page.verbose
  return listTables(document)
    .filter(({ title }) => isWhole || title === 'Write cost')
    .flatMap((table) => renderScales(page, table))
}

/** Slopes with their intervals, for those who ask. */
export function renderLaws(page: Page, document: BenchDocument): readonly string[] {
  const laws = listLaws(document)
  if (laws.length === 0 || !page.verbose) return []
  return [
    ...heading(page, 'Growth in numbers', 'slopes of log on log, 95 %: 1 is proportional'),
    ...laws.flatMap((law) =>
      [
        renderLabelled(page, '  ', law.title, page.paint.strong),
        renderLabelled(page, '      ', describeLaw(law), page.paint.faint),
      ].flat(),
    ),
  ]
}

function describeLaw({ over, classes, time, blocks, tuples }: LawLine): string {
  return [
    `exact work by ${classes === '' ? 'no class' : classes} of ${over}`,
    ...(time === '' ? [] : [`time ${time}`]),
    ...(blocks === '' ? [] : [`blocks ${blocks}`]),
    ...(tuples === '' ? [] : [`rows handled ${tuples}`]),
  ].join(' · ')
}

/** As many sizes side by side as the page can hold. */
function renderScales(
  page: Page,
  { title, aside, scales, rows, note }: ScaleTable,
): readonly string[] {
  const lines = [...heading(page, title, aside)]
  const widest = Math.max(...rows.flatMap(({ cells }) => cells.map(widthOf)))
  const perTable = Math.max(1, Math.floor((page.width - 30) / (widest + 2)))
  for (let start = 0; start < scales.length; start += perTable) {
    const end = start + perTable
    const head = scales.slice(start, end).map((text) => ({ text, paint: page.paint.faint }))
    const body = rows.map((row) => [row.title, ...row.cells.slice(start, end)])
    const align = `L${'r'.repeat(head.length)}`
    lines.push(...renderTable(page, [['', ...head], ...body], { indent: 2, align }))
  }
  if (note !== undefined) lines.push(...renderLabelled(page, '  ', note, page.paint.faint))
  return lines
}

/** How well the smaller sizes foretold the largest: a test of the growth laws. */
export function renderForetold(page: Page, document: BenchDocument): readonly string[] {
  const foretold = listForetold(document)
  if (foretold.length === 0) return []
  const rows = foretold.map(({ title, predicted, interval, measured, isInside, scale }) => [
    markOf(page, isInside ? 'good' : 'bad'),
    title,
    scale,
    interval,
    predicted,
    measured,
  ])
  const header = ['', '', '', '95 %', 'foretold', 'measured'].map((text) => ({
    text,
    paint: page.paint.faint,
  }))
  return [
    ...heading(
      page,
      'Foretold',
      `p50 at the largest size, from the ${countOf(foretold[0]?.sizes ?? 0, 'smaller size')} alone`,
    ),
    ...renderTable(page, [header, ...rows], { indent: 2, align: 'lLrLrr' }),
  ]
}
