import { describe, expect, test } from 'vitest'
import { argumentsOf } from '../../src/migration/function-arguments.ts'
import { declaredName, parseName, quoteName, renderName } from '../../src/migration/object-name.ts'

describe('the name by which a contract calls an object', () => {
  test.each([
    ['report', { schema: 'public', name: 'report' }, '"public"."report"'],
    ['Report', { schema: 'public', name: 'Report' }, '"public"."Report"'],
    ['billing.report', { schema: 'billing', name: 'report' }, '"billing"."report"'],
    ['"a.b"', { schema: 'public', name: 'a.b' }, '"public"."a.b"'],
    ['billing."a ""b"', { schema: 'billing', name: 'a "b' }, '"billing"."a ""b"'],
  ])('%s is read, quoted and written again', (text, name, quoted) => {
    expect(parseName(text)).toEqual(name)
    expect(quoteName(text)).toBe(quoted)
    expect(renderName(name)).toBe(text)
  })

  test.each([
    ['public.report', 'report'],
    ['billing.report', 'billing.report'],
    ['public."Report"', 'Report'],
    ['billing."a.b"', 'billing."a.b"'],
    ['public.total(integer, "a.b"[])', 'total'],
    ['billing.report.column', 'billing.report'],
  ])('%s is called %s', (identity, name) => {
    expect(declaredName({ identity })).toBe(name)
  })
})

describe('the arguments of a function', () => {
  test.each([
    ['public.f()', ''],
    ['public.f(a integer, b text)', 'a integer, b text'],
    ["public.f(a integer DEFAULT 1, b text DEFAULT 'x, y (z'::text)", 'a integer, b text'],
    ['public.f(a integer DEFAULT abs(least(1, 2)), "b, c" text)', 'a integer, "b, c" text'],
  ])('of %s are (%s)', (head, expected) => {
    const definition = `CREATE OR REPLACE FUNCTION ${head}\n RETURNS void`
    expect(argumentsOf({ facts: { definition } })).toBe(expected)
  })
})
