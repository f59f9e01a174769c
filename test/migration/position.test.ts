import { describe, expect, test } from 'vitest'
import { advancePosition, renderSnippet } from '../../src/migration/position.ts'

describe('advancePosition', () => {
  test.each([
    ['', 3, 4],
    ['ab', 3, 6],
    ['é😀', 3, 6],
    ['a\nbc', 4, 3],
    ['\n\n', 5, 1],
  ])('3:4 past %j is %i:%i', (passed, line, column) => {
    expect(advancePosition({ line: 3, column: 4 }, passed)).toEqual({ line, column })
  })
})

describe('renderSnippet', () => {
  test('shows the line, the one before, and the column', () => {
    expect(renderSnippet('one\ntwo\nthree\nfour', { line: 3, column: 2 })).toBe(
      '2 | two\n3 | three\n  |  ^',
    )
  })

  test('has no line before the first', () => {
    expect(renderSnippet('one', { line: 1, column: 1 })).toBe('1 | one\n  | ^')
  })

  test('aligns the gutter where the numbers grow a digit', () => {
    const text = Array.from({ length: 10 }, (_, index) => `l${index + 1}`).join('\n')
    expect(renderSnippet(text, { line: 10, column: 3 })).toBe(' 9 | l9\n10 | l10\n   |   ^')
  })

  test('keeps tabs, so that the caret stays below its character', () => {
    expect(renderSnippet('\ta\tb', { line: 1, column: 4 })).toBe('1 | \ta\tb\n  | \t \t^')
  })

  test('points behind the text when the place is its end', () => {
    expect(renderSnippet('abc', { line: 1, column: 99 })).toBe('1 | abc\n  |    ^')
  })

  test('cuts a long line around the place', () => {
    const [line = '', caret = ''] = renderSnippet(`${'a'.repeat(5_000)}X${'b'.repeat(5_000)}`, {
      line: 1,
      column: 5_001,
    }).split('\n')
    expect(line.length).toBeLessThan(200)
    expect(line[caret.indexOf('^')]).toBe('X')
  })
})
