import { makeVisible } from '../visible.ts'

/** Prose that came from data: nothing in it is markup, and it ends no cell of a table. */
export function escapeProse(text: string): string {
  return makeVisible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_[\]|~#!]/g, String.raw`\$&`)
}

/** A name or a path, as code; pipes are escaped, so that it can stand in a table. */
export function escapeCode(text: string): string {
  const visible = makeVisible(text)
  const fence = '`'.repeat(longestRun(visible) + 1)
  const pad = /^`|`$/.test(visible) ? ' ' : ''
  return `${fence}${pad}${visible}${pad}${fence}`.replaceAll('|', String.raw`\|`)
}

/** Text inside an HTML element. */
export function escapeHtml(text: string): string {
  return makeVisible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** Lines that are visible already, in a fence that none of them can close. */
export function renderFence(language: string, lines: readonly string[]): readonly string[] {
  const fence = '`'.repeat(Math.max(3, longestRun(lines.join('\n')) + 1))
  return [`${fence}${language}`, ...lines, fence]
}

/** A table; its cells are escaped already. One letter a column: `l` or `r`. */
export function renderCells(
  align: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const rule = Array.from(align, (letter) => (letter === 'r' ? '---:' : '---'))
  return ['', renderRow(header), renderRow(rule), ...rows.map(renderRow)]
}

function renderRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function longestRun(text: string): number {
  return Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length))
}
