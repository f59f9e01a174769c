import { array, assert, constantFrom, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { diffLines, type DiffLine } from '../../src/report/line-diff.ts'

function show(lines: readonly DiffLine[]): string[] {
  return lines.map(({ mark, text }) => `${mark} ${text}`)
}

describe('diffLines', () => {
  test('shows what is gone, what came and a little around it', () => {
    expect(show(diffLines('a\nb\nc\nd\ne\nf\ng\nh', 'a\nb\nc\nd\ne\nF\ng\nh\ni'))).toEqual([
      '… 3 equal lines',
      '  d',
      '  e',
      '- f',
      '+ F',
      '  g',
      '  h',
      '+ i',
    ])
  })

  test('a single equal line is shown: its absence would take as much room', () => {
    expect(show(diffLines('a\nb\nc\nd', 'a\nb\nc\nD'))).toEqual(['  a', '  b', '  c', '- d', '+ D'])
  })

  test('texts too long for a table are shown one after the other', () => {
    const before = Array.from({ length: 1_100 }, (_, row) => `b${row}`).join('\n')
    const after = Array.from({ length: 1_100 }, (_, row) => `a${row}`).join('\n')
    const lines = diffLines(before, after)
    expect(lines.map(({ mark }) => mark).join('')).toBe('-'.repeat(1_100) + '+'.repeat(1_100))
  })

  test('holds both texts, line by line, and is as short as can be', () => {
    const lines = array(constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 12 })
    assert(
      property(lines, lines, (before, after) => {
        const rebuild = (side: '-' | '+'): string[] => {
          const source = side === '-' ? before : after
          const rebuilt: string[] = []
          for (const { mark, text } of diffLines(before.join('\n'), after.join('\n'))) {
            if (mark === '…') {
              rebuilt.push(
                ...source.slice(rebuilt.length, rebuilt.length + Number.parseInt(text, 10)),
              )
            } else if (mark === side || mark === ' ') rebuilt.push(text)
          }
          return rebuilt
        }
        expect(rebuild('-')).toEqual(before)
        expect(rebuild('+')).toEqual(after)
        const changes = diffLines(before.join('\n'), after.join('\n')).filter(
          ({ mark }) => mark === '-' || mark === '+',
        )
        expect(changes.length).toBe(before.length + after.length - 2 * commonest(before, after))
      }),
    )
  })
})

/** Length of the longest common subsequence, by its definition. */
function commonest(left: readonly string[], right: readonly string[]): number {
  const known = new Map<string, number>()
  const from = (row: number, column: number): number => {
    const key = `${row} ${column}`
    const found = known.get(key)
    if (found !== undefined) return found
    const length =
      row === left.length || column === right.length
        ? 0
        : left[row] === right[column]
          ? 1 + from(row + 1, column + 1)
          : Math.max(from(row + 1, column), from(row, column + 1))
    known.set(key, length)
    return length
  }
  return from(0, 0)
}
