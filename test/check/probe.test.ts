import { describe, expect, test } from 'vitest'
import { type Fork, probeName, probeQuery } from '../../src/check/probe.ts'

async function probe(sql: string, alike?: 'apart' | 'together'): Promise<string> {
  const probed = await probeQuery(sql, alike)
  return probed.sql.replaceAll(probeName, 'probe').replaceAll(/\s+/g, ' ').trim()
}

async function forksOf(sql: string, alike?: 'apart' | 'together'): Promise<readonly Fork[]> {
  return (await probeQuery(sql, alike)).forks
}

describe('probes', () => {
  test.each([
    [
      'every arm of a CASE',
      'select case when a then 1 when b then 2 else 3 end',
      'select case when probe(0, ( a )) then 1 when probe(1, ( b )) then 2 WHEN probe(2, true) THEN 3 end',
    ],
    [
      'an ELSE that is not written',
      'select case when a then 1 end',
      'select case when probe(0, ( a )) then 1 WHEN NOT probe(1, true) THEN NULL end',
    ],
    [
      'a CASE that compares its operand',
      "select case lower(x) when 'é' then 1 else 2 end",
      "select case when probe(0, (lower(x)) = ( 'é' )) then 1 WHEN probe(1, true) THEN 2 end",
    ],
    [
      'a FILTER',
      'select count(*) filter (where (a or b) and c) from t',
      'select count(*) filter (where probe(0, ( (a or b) and c)) ) from t',
    ],
    [
      'a CASE in an arm of a CASE',
      'select case when a then case when b then 1 else 2 end else 3 end',
      'select case when probe(0, ( a )) then case when probe(2, ( b )) then 1 WHEN probe(3, true) THEN 2 end WHEN probe(1, true) THEN 3 end',
    ],
    [
      'a CASE in the condition of a CASE',
      'select case when case when a then true else b end then 1 else 2 end',
      'select case when probe(0, ( case when probe(2, ( a )) then true WHEN probe(3, true) THEN b end )) then 1 WHEN probe(1, true) THEN 2 end',
    ],
    [
      'words that are names',
      'select t.case, t.end, "when", x as else, case when t.then then t.end else 1 end from t',
      'select t.case, t.end, "when", x as else, case when probe(0, ( t.then )) then t.end WHEN probe(1, true) THEN 1 end from t',
    ],
    [
      'comments that say END',
      'select case when a -- end\n then 1 /* else */ else 2 end',
      'select case when probe(0, ( a -- end )) then 1 /* else */ WHEN probe(1, true) THEN 2 end',
    ],
    ['no condition at all', 'select 1 from filter', 'select 1 from filter'],
  ])('%s', async (_, sql, expected) => {
    expect(await probe(sql)).toBe(expected)
  })

  test('a condition keeps the line breaks that end its comments', async () => {
    const { sql } = await probeQuery('select case when a -- why\n then 1 end')
    expect(sql).toContain('-- why\n')
  })

  test('a fork in the operand of a CASE is there once an arm: it is said, not counted', async () => {
    const forks = await forksOf('select case case when a then 1 end when 2 then 3 else 4 end')
    expect(forks.map(({ obstacle }) => obstacle)).toEqual([
      null,
      null,
      'it stands in the operand of a CASE',
      'it stands in the operand of a CASE',
    ])
  })

  test('together, forks that are written alike are one', async () => {
    const sql =
      'select case when a then 1 end from t group by case when a  then 1 end, case when b then 1 end'
    expect(await forksOf(sql)).toHaveLength(6)
    expect(await forksOf(sql, 'together')).toHaveLength(4)
    expect(await probe(sql, 'together')).toContain(
      'group by case when probe(0, ( a )) then 1 WHEN NOT probe(1, true) THEN NULL end, case when probe(2,',
    )
  })

  test('a fork is named by its text, on one line', async () => {
    const forks = await forksOf(
      'select case x\n  when 1 then 2\n  when 3 then 4 end, sum(y) filter (where\n y > 100000000000000000000000)',
    )
    expect(forks.map(({ text }) => text)).toEqual([
      'CASE x WHEN 1',
      'CASE x WHEN 3',
      'CASE x WHEN 1 … without ELSE',
      'FILTER (WHERE y > 100000…)',
    ])
  })
})
