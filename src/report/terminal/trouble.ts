import { countOf } from '../closing-line.ts'
import { diffLines } from '../line-diff.ts'
import { widthOf } from '../text-width.ts'
import type { Trouble } from '../trouble.ts'
import { makeVisible } from '../visible.ts'
import { renderLabelled, type Cell, type Page } from './page.ts'

/** What is longer is cut, and says where the rest is. */
const longestText = 2_000
const longestDiff = 40

/** Skipped first, failed last: the worst stands right above the closing line. Each says what, where, why. */
export function renderTroubles(page: Page, troubles: readonly Trouble[]): readonly string[] {
  const groups = [
    ['skipped', 'Skipped', '–', page.paint.unsure],
    ['errored', 'Could not be judged', '!', page.paint.unsure],
    ['failed', 'Failed', '✗', page.paint.bad],
  ] as const
  const lines: string[] = []
  for (const [status, title, mark, paint] of groups) {
    const own = troubles.filter((trouble) => trouble.status === status)
    if (own.length === 0) continue
    lines.push('', page.paint.strong(paint(title)) + page.paint.faint(` · ${own.length}`))
    for (const trouble of own)
      lines.push('', ...renderTrouble(page, trouble, { text: `  ${mark} `, paint }))
  }
  return lines
}

function renderTrouble(page: Page, trouble: Trouble, mark: Cell): readonly string[] {
  return [
    ...renderLabelled(page, mark, trouble.title, page.paint.strong),
    ...renderPlace(page, trouble),
    ...renderReason(page, trouble),
  ]
}

function renderPlace(page: Page, { place, group, id }: Trouble): readonly string[] {
  const where = renderLabelled(page, '    ', `${group} · ${id}`, page.paint.faint)
  return place === undefined
    ? where
    : [...renderLabelled(page, '    ', `${place.file}:${place.line}`), ...where]
}

function renderReason(page: Page, trouble: Trouble): readonly string[] {
  switch (trouble.status) {
    case 'failed':
      return renderDifference(page, trouble.expected, trouble.actual)
    case 'errored': {
      const { code, message, hint } = trouble.error
      return [
        ...renderLabelled(page, '    why   ', `${code}: ${shorten(message)}`),
        ...(hint === undefined ? [] : renderLabelled(page, '    hint  ', shorten(hint))),
      ]
    }
    case 'skipped':
      return renderLabelled(page, '    why   ', shorten(trouble.reason))
  }
}

function renderDifference(page: Page, expected: string, actual: string): readonly string[] {
  const { good, bad, faint } = page.paint
  if (!expected.includes('\n') && !actual.includes('\n')) {
    const left = renderLabelled(page, '    expected  ', shorten(expected), good)
    const right = renderLabelled(page, '    actual    ', shorten(actual), bad)
    const isShort = left.length === 1 && right.length === 1
    return [...left, ...right, ...(isShort ? pointAtDifference(page, expected, actual) : [])]
  }
  const lines = diffLines(expected, actual)
  const omitted = lines.length - longestDiff
  return [
    faint('    - expected  + actual'),
    ...lines.slice(0, longestDiff).flatMap(({ mark, text }) => {
      const paint = mark === '-' ? good : mark === '+' ? bad : faint
      return renderLabelled(page, `    ${mark} `, shorten(text), paint)
    }),
    ...(omitted > 0 ? [faint(`    … ${countOf(omitted, 'more line')}: see the JSON report`)] : []),
  ]
}

/** Carets below the part in which two long lines differ; short ones are seen at a glance. */
function pointAtDifference(page: Page, expected: string, actual: string): readonly string[] {
  const left = Array.from(makeVisible(expected))
  const right = Array.from(makeVisible(actual))
  const head = commonLength(left, right)
  const tail = commonLength(left.slice(head).toReversed(), right.slice(head).toReversed())
  if (head + tail < 20) return []
  const start = widthOf(right.slice(0, head).join(''))
  const width = widthOf(right.slice(head, right.length - tail).join(''))
  return [page.paint.faint(`${' '.repeat(14 + start)}${'^'.repeat(Math.max(1, width))}`)]
}

function commonLength(left: readonly string[], right: readonly string[]): number {
  const different = left.findIndex((character, index) => character !== right[index])
  return different < 0 ? left.length : different
}

function shorten(text: string): string {
  const rest = text.length - longestText
  return rest > 0
    ? `${text.slice(0, longestText)}… (${rest} more characters: see the JSON report)`
    : text
}
