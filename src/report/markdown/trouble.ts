import { countOf } from '../closing-line.ts'
import { diffLines } from '../line-diff.ts'
import type { Trouble } from '../trouble.ts'
import { makeVisible, visibleLines } from '../visible.ts'
import { escapeCode, escapeHtml, escapeProse, renderFence } from './escape.ts'

/** Each trouble under its title, to be unfolded. */
export function renderTroubles(troubles: readonly Trouble[]): readonly string[] {
  return [
    '',
    '## Failures',
    '',
    troubles.length === 0 ? 'None.' : `${countOf(troubles.length, 'finding')} to look at.`,
    ...troubles.flatMap((trouble) => [
      '',
      '<details>',
      `<summary>${trouble.status}: ${escapeHtml(trouble.title)}</summary>`,
      '',
      ...renderPlace(trouble),
      ...renderReason(trouble),
      '',
      '</details>',
    ]),
  ]
}

function renderPlace({ group, id, place }: Trouble): readonly string[] {
  const where = `${escapeProse(group)}, ${escapeCode(id)}`
  return [
    place === undefined ? where : `${where}, ${escapeCode(`${place.file}:${place.line}`)}`,
    '',
  ]
}

function renderReason(trouble: Trouble): readonly string[] {
  switch (trouble.status) {
    case 'failed':
      return renderFence(
        'diff',
        diffLines(trouble.expected, trouble.actual).map(
          ({ mark, text }) => `${mark === '…' ? ' …' : mark} ${makeVisible(text)}`,
        ),
      )
    case 'errored': {
      const { code, message, hint } = trouble.error
      return [
        ...renderFence('text', visibleLines(`${code}: ${message}`)),
        ...(hint === undefined ? [] : ['', escapeProse(hint)]),
      ]
    }
    case 'skipped':
      return [escapeProse(trouble.reason)]
  }
}
