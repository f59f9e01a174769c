import { makeVisible } from '../visible.ts'

/** Prose that came from data: nothing in it is markup, and it ends no cell of a table. */
export function escapeProse(text: string): string {
  return makeVisible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_[\]|~#!$]/g, String.raw`\$&`)
}

/** A name or a path, as code. A backtick, pipe or backslash can't be escaped within code, but within an element. */
export function escapeCode(text: string): string {
  return /^[^`|\\]+$/.test(text) ? `\`${makeVisible(text)}\`` : `<code>${escapeProse(text)}</code>`
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
