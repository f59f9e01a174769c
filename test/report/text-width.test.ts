import { assert, integer, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clip, padEnd, padStart, widthOf, wrap } from '../../src/report/text-width.ts'
import { makeVisible } from '../../src/report/visible.ts'

const texts = string({ unit: 'grapheme', maxLength: 60 })

describe('text width', () => {
  test('counts columns, not characters', () => {
    expect(['', 'abc', 'é', 'e\u0301', '日本', '🦉', '❤️'].map(widthOf)).toEqual([
      0, 3, 1, 1, 4, 2, 2,
    ])
  })

  test('pads and clips to a width', () => {
    expect([padEnd('日', 4), padStart('日', 4), clip('abcdef', 4), clip('日本語', 4)]).toEqual([
      '日  ',
      '  日',
      'abc…',
      '日…',
    ])
  })

  test('breaks at spaces where there are any', () => {
    expect(wrap('the quick brown fox', 10)).toEqual(['the quick', 'brown fox'])
    expect(wrap('  indented words', 10)).toEqual(['  indented', 'words'])
    expect(wrap('abcdefghijkl', 5)).toEqual(['abcde', 'fghij', 'kl'])
    expect(wrap('', 5)).toEqual([''])
  })

  test('lines are never too wide, and nothing but spaces is lost', () => {
    assert(
      property(texts, integer({ min: 2, max: 30 }), (text, width) => {
        const visible = makeVisible(text)
        const lines = wrap(visible, width)
        expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(width)
        expect(lines.join('').replaceAll(' ', '')).toBe(visible.replaceAll(' ', ''))
        expect(widthOf(clip(visible, width))).toBeLessThanOrEqual(width)
      }),
    )
  })

  test('what is visible has one line, stays so, and says where it came from', () => {
    expect(makeVisible('a\tb\r\n\u001B[0m \u202E\u00A0\u{E0001}')).toBe(
      String.raw`a\tb\r\n\u001b[0m \u202e\u00a0\u{e0001}`,
    )
    assert(
      property(string({ unit: 'binary' }), (text) => {
        expect(makeVisible(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
        expect(makeVisible(makeVisible(text))).toBe(makeVisible(text))
      }),
    )
  })
})
