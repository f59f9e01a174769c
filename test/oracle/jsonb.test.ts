import { parse } from 'lossless-json'
import { expect, test } from 'vitest'
import type { Json } from '../../src/fixture/event.ts'
import { numberAt, renderJsonb, textAt } from '../../src/oracle/jsonb.ts'

// Left: JSON as written. Right: what Postgres 18 printed for `('{"k": …}'::jsonb) ->> 'k'`.
const printed: readonly (readonly [string, string | null])[] = [
  ['1.50', '1.50'],
  ['-1.50', '-1.50'],
  ['1e2', '100'],
  ['1E+3', '1000'],
  ['1e-3', '0.001'],
  ['1.0e1', '10'],
  ['1.50e1', '15.0'],
  ['1.50e2', '150'],
  ['15e-1', '1.5'],
  ['-1.5e-7', '-0.00000015'],
  ['-0', '0'],
  ['-0.0', '0.0'],
  ['0.00', '0.00'],
  ['0e5', '0'],
  ['0e-5', '0.00000'],
  ['-0e-3', '0.000'],
  ['12345678901234567890.10', '12345678901234567890.10'],
  ['1e130', `1${'0'.repeat(130)}`],
  ['1e400', `1${'0'.repeat(400)}`],
  ['1e-130', `0.${'0'.repeat(129)}1`],
  ['true', 'true'],
  ['false', 'false'],
  ['null', null],
  ['""', ''],
  [String.raw`"a\"b"`, 'a"b'],
  ['[]', '[]'],
  ['{}', '{}'],
  ['[[],[{}]]', '[[], [{}]]'],
  ['{"b":1,"a":[1, 2]}', '{"a": [1, 2], "b": 1}'],
  ['{"aa":1,"b":2,"a":{}}', '{"a": {}, "b": 2, "aa": 1}'],
  ['{"":1}', '{"": 1}'],
  ['{"n":1.50,"m":-0}', '{"m": 0, "n": 1.50}'],
  ['{"é":1,"zz":2,"z":3}', '{"z": 3, "zz": 2, "é": 1}'],
  [
    '{"ab":1,"é":2,"zz":3,"\u{1D11E}":4,"abcd":5,"\uFFFFa":6}',
    '{"ab": 1, "zz": 3, "é": 2, "abcd": 5, "\uFFFFa": 6, "\u{1D11E}": 4}',
  ],
  [
    String.raw`[null,true,"x\n\u0001/\u00e9\b\f\t\r\\\""]`,
    String.raw`[null, true, "x\n\u0001/é\b\f\t\r\\\""]`,
  ],
  [String.raw`["\u007f\u2028"]`, '["\u007f\u2028"]'],
]

test.each(printed)('%s', (written, text) => {
  expect(textAt({ k: parse(written) as Json }, 'k')).toBe(text)
})

test('plain numbers print like the numbers they were written as', () => {
  const numbers = [0.1, 1e21, 1e-7, -0, 85, -2.5e-10, 123_456.789]
  expect(numbers.map((number) => renderJsonb(number))).toEqual([
    '0.1',
    '1000000000000000000000',
    '0.0000001',
    '0',
    '85',
    '-0.00000000025',
    '123456.789',
  ])
})

test('there is no text under a missing key, nor in anything but an object', () => {
  expect(textAt({ a: 'x' }, 'k')).toBeNull()
  expect(textAt(['k'], 'k')).toBeNull()
  expect(textAt(['k'], '0')).toBeNull()
  expect(textAt('k', 'k')).toBeNull()
  expect(textAt(null, 'k')).toBeNull()
})

test('a number written in another way is the same number', () => {
  const keys = ['0.50', '5e-1', '0.500'].map((written) =>
    numberAt({ k: parse(written) as Json }, 'k'),
  )
  expect(keys).toEqual(['0.5', '0.5', '0.5'])
})
