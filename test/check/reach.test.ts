import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Reach, type Relation, captureReach } from '../../src/check/reach.ts'
import type { Database } from '../../src/database/database.ts'
import { openFresh } from '../../src/database/template.ts'
import type { ColumnContract, FunctionContract } from '../../src/migration/contract.ts'
import { captureSnapshot, fingerprintSnapshot } from '../../src/migration/snapshot.ts'

let database: Database
beforeAll(async () => {
  database = await openFresh()
  await database.execute(`
    create table item (kind text, size integer);
    insert into item values ('a', 1), ('a', 2), ('b', 3), (null, 4);`)
})
afterAll(() => database.close())

function columns(...names: readonly string[]): readonly ColumnContract[] {
  return names.map((name) => ({ name, type: 'text' }))
}

function view(name: string, ...names: readonly string[]): Relation {
  const declared = { name, columns: columns(...names), order: [], comment: '', totals: [] }
  return { kind: 'view', declared }
}

function callable(
  name: string,
  identityArguments: string,
  examples: FunctionContract['examples'],
): Relation {
  const declared: FunctionContract = {
    name,
    identityArguments,
    examples,
    identityArgumentsBeforePatches: null,
    arguments: identityArguments,
    result: 'text',
    columns: columns(name),
    language: 'sql',
    volatility: 'stable',
    strict: false,
    securityDefiner: false,
    parallel: 'unsafe',
    comment: '',
    callsSql: null,
  }
  return { kind: 'function', declared }
}

/** The forks as text: `+` for rows that it keeps or takes, `-` for rows that it doesn't. */
function forksOf({ forks }: Reach): readonly string[] {
  return forks.map(({ fork, kept, left }) => {
    const reached = `${kept ? '+' : ''}${left ? '-' : ''}`
    return `${fork.text}: ${fork.obstacle ?? (reached === '' ? 'nothing' : reached)}`
  })
}

describe('what rows reach', () => {
  test('an arm that no row takes, and one after it that no row comes to', async () => {
    await database.execute(`create view sized as select
      case when size < 3 then 'small' when size < 1 then 'tiny' when size > 0 then 'large'
           when size is null then 'none' else 'odd' end as word from item`)
    const reach = await captureReach(database, view('sized', 'word'))
    expect(reach).toMatchObject({ answered: 1, rows: 4, refusal: null })
    expect(forksOf(reach)).toEqual([
      'CASE WHEN (size < 3): +-',
      'CASE WHEN (size < 1): -',
      'CASE WHEN (size > 0): +',
      'CASE WHEN (size IS NULL): nothing',
      'CASE WHEN (size < 3) … ELSE: nothing',
    ])
  })

  test('a FILTER that drops nothing, one that keeps nothing, and one that does both', async () => {
    await database.execute(`create view counted as select kind,
      count(*) filter (where size > 0) as every, count(*) filter (where size > 9) as none,
      count(*) filter (where kind = 'a') as some, sum(size) filter (where size > 9) as nothing
      from item group by kind having count(*) filter (where size = 1) < 2`)
    const reach = await captureReach(
      database,
      view('counted', 'kind', 'every', 'none', 'some', 'nothing'),
    )
    expect(forksOf(reach)).toEqual([
      'FILTER (WHERE (size > 0)): +',
      'FILTER (WHERE (size > 9)): -',
      "FILTER (WHERE (kind = 'a'::text)): +-",
      'FILTER (WHERE (size > 9)): -',
      'FILTER (WHERE (size = 1)): +-',
    ])
    expect(Array.from(reach.columns)).toEqual(['kind', 'every', 'none', 'some'])
  })

  test('a CASE that GROUP BY repeats', async () => {
    await database.execute(`create view grouped as select
      case kind when 'a' then 'first' when 'z' then 'last' end as word, count(*) as items
      from item group by case kind when 'a' then 'first' when 'z' then 'last' end`)
    expect(forksOf(await captureReach(database, view('grouped', 'word', 'items')))).toEqual([
      "CASE kind WHEN 'a'::text: +-",
      "CASE kind WHEN 'z'::text: -",
      "CASE kind WHEN 'a'::text … ELSE: +",
    ])
  })

  test.each([
    ['a string', "as $$ select case when p > 2 then 'many' else $1::text end $$"],
    ['SQL', "return case when p > 2 then 'many' else p::text end"],
    ['a block of SQL', "begin atomic select case when p > 2 then 'many' else p::text end; end"],
  ])('a function whose body is %s', async (_, body) => {
    await database.execute(
      `create or replace function named(p integer) returns text language sql stable ${body}`,
    )
    const once = await captureReach(database, callable('named', 'p integer', [[1]]))
    expect(once).toMatchObject({ answered: 1, rows: 1 })
    expect(forksOf(once).map((text) => text.replace(/.*: /, ''))).toEqual(['-', '+'])
    const twice = await captureReach(database, callable('named', 'p integer', [[1], [3]]))
    expect(forksOf(twice).map((text) => text.replace(/.*: /, ''))).toEqual(['+-', '+'])
    await database.execute('drop function named(integer)')
  })

  test('a call that is refused takes nothing from the others', async () => {
    await database.execute(
      `create function shared(p integer) returns numeric language sql stable
       as $$ select case when p < 5 then 10 / p end $$`,
    )
    const reach = await captureReach(database, callable('shared', 'p integer', [[0], [2], [0]]))
    expect(reach).toMatchObject({ answered: 1, rows: 1 })
    expect(reach.refusal?.sqlState).toBe('22012')
    expect(forksOf(reach)[0]).toBe('CASE WHEN p < 5: +')
  })

  test('what is never answered has reached nothing', async () => {
    await database.execute(
      `create view broken as select case when size > 0 then size / 0 end as n from item`,
    )
    const reach = await captureReach(database, view('broken', 'n'))
    expect(reach).toMatchObject({ answered: 0, rows: 0 })
    expect(forksOf(reach)).toEqual([
      'CASE WHEN (size > 0): with probes the server refuses it: division by zero',
      'CASE WHEN (size > 0) … ELSE: with probes the server refuses it: division by zero',
    ])
  })

  test('nothing is left behind', async () => {
    const before = fingerprintSnapshot(await captureSnapshot(database))
    await captureReach(database, view('sized', 'word'))
    expect(fingerprintSnapshot(await captureSnapshot(database))).toBe(before)
  })
})
