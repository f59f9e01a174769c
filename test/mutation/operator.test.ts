import { describe, expect, test } from 'vitest'
import { allOperators } from '../../src/mutation/operators.ts'
import { definitionCases } from './definition-cases.ts'
import { textsOf } from './mutant.ts'
import { queryCases } from './query-cases.ts'

const cases = [...queryCases, ...definitionCases]

describe('an operator makes exactly these mutants', () => {
  test.each(cases)('%s of %s', async (operator, text, mutants) => {
    expect(await textsOf(text, operator)).toEqual(mutants)
  })

  test('every operator has a case', () => {
    const tried = new Set(cases.map(([id]) => id))
    expect(allOperators.map(({ id }) => id).filter((id) => !tried.has(id))).toEqual([])
  })

  test('ids and descriptions are there once', () => {
    expect(new Set(allOperators.map(({ id }) => id)).size).toBe(allOperators.length)
    expect(new Set(allOperators.map(({ description }) => description)).size).toBe(
      allOperators.length,
    )
  })
})

describe('where a node stands', () => {
  test('in the body of a SQL function, whatever characters come before it', async () => {
    const head =
      "select 'é — 日本';\n-- ä\ncreate function f() returns int language sql as $b$\n  select "
    expect(await textsOf(`${head}min(a) from t -- ü\n$b$;`, 'aggregate-swapped')).toEqual([
      `${head}max(a) from t -- ü\n$b$;`,
    ])
  })

  test('not in a body of another language, nor in a string or a comment', async () => {
    const text =
      "do language plperl $$ min(1); $$; do 'begin perform min(1); end'; select 'min(a)' /* min(a) */"
    expect(await textsOf(text, 'aggregate-swapped')).toEqual([])
  })

  test('in a block of PL/pgSQL: conditions, statements, what is looked up, in branches and loops', async () => {
    const text = `-- é
do language plpgsql $do$
<<outer>>
declare
  -- min(0) is no expression of the block
  found integer := 0;
begin
  select min(1) -- ü
    into found from t where a in (2, min(3));
  while found > 0 loop
    if exists (select min(4) from t) then
      perform min(5);
    elsif true then
      null; raise notice 'min(6)';
    else
      update t set a = (select min(7));
    end if;
  end loop;
  return;
exception
  when others then
    if min(8) = 9 then raise; end if;
end
$do$;
`
    const swapped = await textsOf(text, 'aggregate-swapped')
    const numbers = swapped.map((mutant) => /max\((\d)\)/.exec(mutant)?.[1])
    expect(numbers).toEqual(['1', '3', '4', '5', '7', '8'])
    expect(swapped.map((mutant) => mutant.replace('max', 'min'))).toEqual(numbers.map(() => text))
    expect(await textsOf(text, 'member-dropped')).toEqual([
      text.replace('2, min(3)', 'min(3)'),
      text.replace('2, min(3)', '2'),
    ])
    expect(await textsOf(text, 'comparison-negated')).toEqual([
      text.replace('min(8) = 9', 'min(8) <> 9'),
    ])
  })

  test('in a function of PL/pgSQL', async () => {
    const text =
      'create function f(a int) returns int language plpgsql as $$ begin return min(a); end $$'
    expect(await textsOf(text, 'aggregate-swapped')).toEqual([text.replace('min', 'max')])
  })

  test('in subqueries, CASE in CASE, casts of casts', async () => {
    const text = 'select (select case when case when a then b end then (c)::text::int end)'
    expect(await textsOf(text, 'case-negated')).toEqual([
      'select (select case when not (case when a then b end) then (c)::text::int end)',
      'select (select case when case when not (a) then b end then (c)::text::int end)',
    ])
  })
})
