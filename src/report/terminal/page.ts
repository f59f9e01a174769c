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

/** A blank line, then a title and an aside on one line, clipped where it is too short. */
export function heading(page: Page, title: string, aside = ''): readonly string[] {
  const head = clip(disarm(makeVisible(title)), page.width)
  const rest = aside === '' ? '' : clip(` · ${aside}`, page.width - widthOf(head))
  return ['', page.paint.strong(head) + page.paint.faint(rest)]
}

export type Cell = string | { readonly text: string; readonly paint: Paint }

export interface TableRules {
  readonly indent: number
  /** One letter a column, `l` or `r`; upper-case ones give way where the line is too short, the last first. */
  readonly align: string
}

/** What is left of a column that gives way. */
const narrowest = 8

/** Rows in columns, two spaces apart and no wider than the page: what does not fit is clipped. */
export function renderTable(
  page: Page,
  rows: readonly (readonly Cell[])[],
  rules: TableRules,
): readonly string[] {
  const table = rows.map((row) =>
    row.map((cell) => {
      const { text, paint } = typeof cell === 'string' ? { text: cell, paint: same } : cell
      return { text: disarm(makeVisible(text)), paint }
    }),
  )
  const widths = fitColumns(page, table, rules)
  return table.map((row) => {
    const last = row.findLastIndex(({ text }) => text !== '')
    const cells = row.slice(0, last + 1).map(({ text, paint }, column) => {
      const width = widths[column] ?? 0
      const clipped = clip(text, width)
      if (rules.align[column]?.toLowerCase() === 'r') return paint(padStart(clipped, width))
      return paint(column === last ? clipped : padEnd(clipped, width))
    })
    return ' '.repeat(rules.indent) + cells.join('  ')
  })
}

function fitColumns(
  page: Page,
  table: readonly (readonly { readonly text: string }[])[],
  { align, indent }: TableRules,
): readonly number[] {
  const widths = Array.from(align, (_, column) =>
    Math.max(0, ...table.map((row) => widthOf(row[column]?.text ?? ''))),
  )
  let excess = indent + widths.reduce((sum, width) => sum + width + 2, -2) - page.width
  for (let column = align.length - 1; column >= 0 && excess > 0; column -= 1) {
    const width = widths[column] ?? 0
    const isGiving = align[column] !== align[column]?.toLowerCase()
    if (!isGiving || width <= narrowest) continue
    widths[column] = Math.max(narrowest, width - excess)
    excess -= width - Math.max(narrowest, width - excess)
  }
  return widths
}

/** A text of any length behind a label, which is faint unless it says otherwise; further lines are indented alike. */
export function renderLabelled(
  page: Page,
  label: Cell,
  text: string,
  paint: Paint = same,
): readonly string[] {
  const { text: lead, paint: paintLead } =
    typeof label === 'string' ? { text: label, paint: page.paint.faint } : label
  const indent = widthOf(lead)
  return visibleLines(text)
    .flatMap((line) => wrap(line, page.width - indent))
    .map((line, index) => {
      const isBare = index > 0 || lead.trim() === ''
      const prefix = index === 0 ? paintLead(lead) : ' '.repeat(indent)
      return prefix + paint((isBare ? disarm(line) : line).trimEnd())
    })
}

/** A runner of GitHub Actions obeys lines of any log that begin with two colons: what came from data must not. */
function disarm(line: string): string {
  return line.replace(/^(\s*):(?=:)/, String.raw`$1\u003a`)
}

function same(text: string): string {
  return text
}
