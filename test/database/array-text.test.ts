import { array, assert, option, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { parseArray } from '../../src/database/array-text.ts'

test('bounds, nesting and other delimiters', () => {
  expect(parseArray('[0:1][-1:0]={{1,2},{3,NULL}}', ',', Number)).toEqual([
    [1, 2],
    [3, null],
  ])
  expect(parseArray('{(1,2),(3,4);(5,6),(7,8)}', ';', String)).toEqual([
    '(1,2),(3,4)',
    '(5,6),(7,8)',
  ])
  expect(parseArray('{NULL,"NULL",null}', ',', String)).toEqual([null, 'NULL', 'null'])
})

function print(element: string | null): string {
  return element === null ? 'NULL' : `"${element.replaceAll(/["\\]/g, String.raw`\$&`)}"`
}

test('any texts come back as they were printed', () => {
  const elements = array(option(string({ unit: 'grapheme' })))
  assert(
    property(elements, (texts) => {
      expect(parseArray(`{${texts.map(print).join(',')}}`, ',', String)).toEqual(texts)
    }),
  )
})
