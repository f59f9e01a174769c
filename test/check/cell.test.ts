import { describe, expect, test } from 'vitest'
import { canonicalCell } from '../../src/check/cell.ts'

describe('canonicalCell', () => {
  test.each<[unknown, string, unknown]>([
    [5, 'integer', '5'],
    [12, 'bigint', '12'],
    [9_007_199_254_740_993n, 'bigint', '9007199254740993'],
    ['9007199254740993', 'bigint', '9007199254740993'],
    ['85.70', 'numeric', '85.7'],
    ['100.00', 'numeric', '100'],
    ['100', 'numeric', '100'],
    ['0.000', 'numeric(6,3)', '0'],
    ['-0.50', 'numeric(10,-2)', '-0.5'],
    ['12345678901234567890.10', 'numeric', '12345678901234567890.1'],
    ['0.0000000000000000000010', 'numeric', '0.000000000000000000001'],
    ['NaN', 'numeric', 'NaN'],
    ['-Infinity', 'numeric', '-Infinity'],
    [1e21, 'double precision', '1000000000000000000000'],
    [1e-7, 'double precision', '0.0000001'],
    [-0, 'real', '0'],
  ])('the number %s of type %s is %s', (value, type, cell) => {
    expect(canonicalCell(value, type)).toBe(cell)
  })

  test.each([
    ['2026-01-05 09:00:00+00', '2026-01-05T09:00:00.000000Z'],
    ['2026-01-05 09:00:00.123+00', '2026-01-05T09:00:00.123000Z'],
    ['2026-01-05 09:00:00.000001+00', '2026-01-05T09:00:00.000001Z'],
    ['2026-01-05 14:30:00.123456+05:30', '2026-01-05T09:00:00.123456Z'],
    ['2026-01-04 23:00:00-10', '2026-01-05T09:00:00.000000Z'],
    ['1700-01-05 14:53:28.123+05:53:28', '1700-01-05T09:00:00.123000Z'],
    ['0044-01-05 09:00:00+00', '0044-01-05T09:00:00.000000Z'],
    ['infinity', 'infinity'],
    ['0044-01-05 09:00:00+00 BC', '0044-01-05 09:00:00+00 BC'],
  ])('the time %s is %s', (text, cell) => {
    expect(canonicalCell(text, 'timestamp with time zone')).toBe(cell)
    expect(canonicalCell(text, 'timestamp(3) with time zone')).toBe(cell)
  })

  test.each<[unknown, string, unknown]>([
    ['1.50', 'text', '1.50'],
    ['  1e3 ', 'character varying(255)', '  1e3 '],
    ['', 'character varying', ''],
    ['00000000-0000-4000-8000-000000000000', 'uuid', '00000000-0000-4000-8000-000000000000'],
    [true, 'boolean', 'true'],
    [false, 'boolean', 'false'],
    ['1.50', 'some_domain', '1.50'],
    ['2026-01-05 09:00:00', 'timestamp without time zone', '2026-01-05 09:00:00'],
  ])('%s of type %s is text as it is', (value, type, cell) => {
    expect(canonicalCell(value, type)).toBe(cell)
  })

  test('null is null, in every type; arrays keep their order and their nulls', () => {
    expect(canonicalCell(null, 'numeric')).toBeNull()
    expect(canonicalCell(null, 'text[]')).toBeNull()
    expect(canonicalCell([], 'text[]')).toEqual([])
    expect(canonicalCell(['b', null, 'a'], 'character varying[]')).toEqual(['b', null, 'a'])
    expect(canonicalCell(['1.50', '2.0'], 'numeric[]')).toEqual(['1.5', '2'])
    expect(canonicalCell([['1'], ['2.0']], 'numeric[]')).toEqual([['1'], ['2']])
  })

  test.each<[unknown, string]>([
    [new Date(0), 'timestamp with time zone'],
    [{ a: 1 }, 'jsonb'],
    [undefined, 'text'],
    ['{a,b}', 'text[]'],
  ])('%s of type %s has lost its text and is refused', (value, type) => {
    expect(() => canonicalCell(value, type)).toThrow(`Column of type '${type}'`)
  })
})
