import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { median, nonEmpty } from '../../src/statistics/samples.ts'
import type { ColdResult } from './cold.ts'
import type { LoadResult, ScaleResult } from './scale.ts'

interface Kept<T> {
  readonly takenAt: string
  readonly machine: {
    readonly cpu: string
    readonly cores: number
    readonly node: string
    readonly pglite: string
    readonly native: string
  }
  readonly measured: T
}

/** The page with what lies in `results` between its markers. @throws where a marker is missing. */
export async function renderPage(page: string, results: string): Promise<string> {
  const cold = await read<readonly ColdResult[]>(join(results, 'cold.json'))
  const scale = await read<ScaleResult>(join(results, 'scale.json'))
  return [
    ['cold', cold === undefined ? undefined : renderCold(cold)] as const,
    ['scale', scale === undefined ? undefined : renderScale(scale)] as const,
  ].reduce((text, [name, part]) => (part === undefined ? text : splice(text, name, part)), page)
}

async function read<T>(path: string): Promise<Kept<T> | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Kept<T>
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function splice(page: string, name: string, part: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [from, to] = [page.indexOf(start), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`README.md: expected ${start} before ${end}`)
  // Prettier would pad the table to the width of its longest cell.
  const fenced = `<!-- prettier-ignore-start -->\n${part}\n<!-- prettier-ignore-end -->`
  return `${page.slice(0, from + start.length)}\n\n${fenced}\n\n${page.slice(to)}`
}

function renderCold(kept: Kept<readonly ColdResult[]>): string {
  const rows = kept.measured.map(({ effort, statements, refused, rounds }) => {
    const of = (pick: (round: ColdResult['rounds'][number]) => number): string =>
      formatSeconds(median(nonEmpty(rounds.map(pick))))
    const ratios = rounds.map((round) => round.verifyMs / round.nativeMs)
    return [
      effort,
      String(rounds.length),
      of((round) => round.verifyMs),
      of((round) => round.nativeMs),
      `**${formatRatio(median(nonEmpty(ratios)))}** (${ratios.map(formatRatio).join(', ')})`,
      of((round) => round.parts.initdbMs),
      of((round) => round.parts.startMs),
      of((round) => round.parts.psqlMs),
      of((round) => round.parts.stopMs),
      String(statements),
      `${refused.pglite} / ${refused.native}`,
    ]
  })
  const loads = kept.measured.flatMap(({ rounds }) => rounds.map((round) => round.load))
  return [
    ...introduce(kept, [Math.min(...loads), Math.max(...loads)]),
    '',
    ...table(
      [
        'effort',
        'rounds',
        'verify',
        'native',
        'verify ÷ native (each round)',
        'initdb',
        'start',
        'psql',
        'stop',
        'statements',
        'refused by PGlite / native',
      ],
      rows,
    ),
  ].join('\n')
}

function renderScale(kept: Kept<ScaleResult>): string {
  const { events, fileBytes, loads, objects, load } = kept.measured
  const megabytes = Math.round(fileBytes / 1_000_000)
  const of = (pick: (round: LoadResult) => number): number => median(nonEmpty(loads.map(pick)))
  const ratios = (pick: (round: LoadResult) => number): readonly number[] =>
    loads.map((round) => round.pgliteMs / pick(round))
  const loadRow = [
    String(loads.length),
    formatSeconds(of(({ pgliteMs }) => pgliteMs)),
    formatSeconds(of(({ copyMs }) => copyMs)),
    formatSeconds(of(({ vacuumMs }) => vacuumMs)),
    describeRatios(ratios(({ copyMs }) => copyMs)),
    describeRatios(ratios(({ copyMs, vacuumMs }) => copyMs + vacuumMs)),
  ]
  const objectRows = objects.map(({ object, rows, samplesMs }) => {
    const [pglite, native, oneWorker] = [
      median(nonEmpty(samplesMs.pglite)),
      median(nonEmpty(samplesMs.native)),
      median(nonEmpty(samplesMs['native, one worker'])),
    ]
    return [
      `\`${object}\``,
      String(rows),
      String(samplesMs.pglite.length),
      formatMilliseconds(pglite),
      formatMilliseconds(native),
      `**${formatRatio(pglite / native)}**`,
      formatMilliseconds(oneWorker),
      `**${formatRatio(pglite / oneWorker)}**`,
    ]
  })
  return [
    ...introduce(kept, [load.before, load.after]),
    '',
    `${events.toLocaleString('en')} slim events, ${megabytes} MB of COPY text. Load, medians of the rounds:`,
    '',
    ...table(
      [
        'rounds',
        'PGlite: made, loaded, indexed, analysed',
        'native: `\\copy` into the indexed table',
        'native: vacuum (freeze, analyze)',
        'PGlite ÷ `\\copy` (each round)',
        'PGlite ÷ (`\\copy` + vacuum)',
      ],
      [loadRow],
    ),
    '',
    'The nine objects, medians in milliseconds:',
    '',
    ...table(
      [
        'object',
        'rows',
        'samples',
        'PGlite',
        'native',
        'ratio',
        'native, one worker, no JIT',
        'ratio',
      ],
      objectRows,
    ),
  ].join('\n')
}

function introduce({ takenAt, machine }: Kept<unknown>, load: readonly [number, number]): string[] {
  return [
    `Taken ${takenAt.slice(0, 16).replace('T', ' ')} UTC on ${machine.cores} × ${machine.cpu}, Node ${machine.node}, PGlite ${machine.pglite} against ${machine.native}; load average ${load[0].toFixed(1)} to ${load[1].toFixed(1)}.`,
  ]
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return [
    line(header),
    line(header.map((_, column) => (column === 0 ? '---' : '---:'))),
    ...rows.map(line),
  ]
}

function formatSeconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`
}

function formatMilliseconds(ms: number): string {
  return ms >= 100 ? ms.toFixed(0) : ms.toPrecision(3)
}

function describeRatios(ratios: readonly number[]): string {
  const each = ratios.length === 1 ? '' : ` (${ratios.map(formatRatio).join(', ')})`
  return `**${formatRatio(median(nonEmpty(ratios)))}**${each}`
}

function formatRatio(ratio: number): string {
  return `${ratio.toFixed(2)}×`
}
