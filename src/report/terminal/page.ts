import picocolors from 'picocolors'
import { makeVisible, visibleLines } from '../visible.ts'
import { clip, padEnd, padStart, widthOf, wrap } from '../text-width.ts'

export type Paint = (text: string) => string

/** What a reporter for the terminal needs to know about where its text goes. */
export interface Page {
  readonly width: number
  readonly verbose: boolean
  readonly paint: Readonly<Record<'strong' | 'faint' | 'good' | 'bad' | 'unsure', Paint>>
}

/** Lines of 60 to 100 columns: shorter ones would cut names off, longer ones are hard to follow. */
export function openPage(options: {
  readonly color: boolean
  readonly width: number
  readonly verbose: boolean
}): Page {
  const colors = picocolors.createColors(options.color)
  return {
    width: Math.min(100, Math.max(60, options.width)),
    verbose: options.verbose,
    paint: {
      strong: colors.bold,
      faint: colors.dim,
      good: colors.green,
      bad: colors.red,
      unsure: colors.yellow,
    },
  }
}

/** How a thing stands: right, wrong, could not look, did not look. */
export type Standing = 'good' | 'bad' | 'errored' | 'skipped'

const marks: Readonly<Record<Standing, readonly [string, keyof Page['paint']]>> = {
  good: ['✓', 'good'],
  bad: ['✗', 'bad'],
  errored: ['!', 'unsure'],
  skipped: ['–', 'unsure'],
}

export function markOf(page: Page, standing: Standing): Cell {
  const [text, paint] = marks[standing]
  return { text, paint: page.paint[paint] }
}

export function heading(page: Page, title: string, aside = ''): readonly string[] {
  return ['', page.paint.strong(title) + (aside === '' ? '' : page.paint.faint(` · ${aside}`))]
}

export type Cell = string | { readonly text: string; readonly paint: Paint }

export interface TableRules {
  readonly indent: number
  /** One letter a column, `l` or `r`; the upper-case one gives way where the line is too short. */
  readonly align: string
}

/** Rows in columns, two spaces apart and never wider than the page: what does not fit is clipped. */
export function renderTable(
  page: Page,
  rows: readonly (readonly Cell[])[],
  rules: TableRules,
): readonly string[] {
  const texts = rows.map((row) => row.map((cell) => makeVisible(textOf(cell))))
  const widths = Array.from(rules.align, (_, column) =>
    Math.max(...texts.map((row) => widthOf(row[column] ?? ''))),
  )
  const giving = Array.from(rules.align).findIndex((letter) => letter !== letter.toLowerCase())
  const used = rules.indent + widths.reduce((sum, width) => sum + width + 2, -2)
  const spare = (widths[giving] ?? 0) - Math.max(0, used - page.width)
  return rows.map((row, index) => {
    const cells = row.map((cell, column) => {
      const width = column === giving ? spare : (widths[column] ?? 0)
      const text = clip(texts[index]?.[column] ?? '', width)
      const isRight = rules.align[column]?.toLowerCase() === 'r'
      const isLast = column === row.length - 1
      const padded = isRight ? padStart(text, width) : isLast ? text : padEnd(text, width)
      return typeof cell === 'string' ? padded : cell.paint(padded)
    })
    return `${' '.repeat(rules.indent)}${cells.join('  ')}`.trimEnd()
  })
}

/** A text of any length behind a label, which is faint unless it says otherwise; further lines are indented alike. */
export function renderLabelled(
  page: Page,
  label: Cell,
  text: string,
  paint: Paint = (plain) => plain,
): readonly string[] {
  const { text: lead, paint: paintLead } =
    typeof label === 'string' ? { text: label, paint: page.paint.faint } : label
  const indent = widthOf(lead)
  return visibleLines(text)
    .flatMap((line) => wrap(line, page.width - indent))
    .map((line, index) =>
      `${index === 0 ? paintLead(lead) : ' '.repeat(indent)}${paint(line)}`.trimEnd(),
    )
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text
}
