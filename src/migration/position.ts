import type { Position } from '../errors.ts'

/** The place after `passed`, when it starts at `from`. Columns count code points, as Postgres counts characters. */
export function advancePosition(from: Position, passed: string): Position {
  const lastBreak = passed.lastIndexOf('\n')
  const tail = Array.from(passed.slice(lastBreak + 1)).length
  if (lastBreak < 0) return { line: from.line, column: from.column + tail }
  return { line: from.line + passed.split('\n').length - 1, column: tail + 1 }
}

const snippetWidth = 160

/** The line at `position`, the line before it, and a caret below the column; long lines are cut around it. */
export function renderSnippet(text: string, position: Position): string {
  const lines = text.split('\n')
  const gutter = String(position.line).length
  const before = position.line > 1 ? Array.from(lines[position.line - 2] ?? '') : undefined
  const line = Array.from(lines[position.line - 1] ?? '')
  const caret = Math.min(position.column - 1, line.length)
  const start = caret > snippetWidth ? caret - snippetWidth / 2 : 0
  const shown = line.slice(start, start + snippetWidth)
  const indent = shown.slice(0, caret - start).map((character) => (character === '\t' ? '\t' : ' '))
  return [
    ...(before === undefined
      ? []
      : [renderLine(String(position.line - 1), gutter, before.slice(start, start + snippetWidth))]),
    renderLine(String(position.line), gutter, shown),
    renderLine('', gutter, [...indent, '^']),
  ].join('\n')
}

function renderLine(number: string, gutter: number, characters: readonly string[]): string {
  return `${number.padStart(gutter)} | ${characters.join('')}`.trimEnd()
}
