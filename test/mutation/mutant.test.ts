import { describe, expect, test } from 'vitest'
import { loadMigrations } from '../../src/migration/migration.ts'
import { parseTree } from '../../src/migration/statement.ts'
import { generateMutants, plantMutant } from '../../src/mutation/mutant.ts'
import { renderUnifiedDiff } from '../../src/mutation/unified-diff.ts'
import { mutantsOf } from './mutant.ts'

const text = `begin;
create view v as
select count(*) filter (where a >= 1) as n
from t
where b = 1;
comment on view v is 'Counts.';
commit;
`

describe('mutants of a script', () => {
  test('keep their names when lines move, and lose them when what they change does', async () => {
    const names = (await mutantsOf(text)).map(({ name }) => name)
    const moved = (await mutantsOf(`-- new\n\n${text.replace('select', '  select')}`)).map(
      ({ name }) => name,
    )
    expect(moved).toEqual(names)
    expect(new Set(names).size).toBe(names.length)
    const changed = await mutantsOf(text.replace('b = 1', 'b = 2'))
    const kept = changed.filter(({ name }) => names.includes(name))
    expect(kept.length).toBeLessThan(changed.length)
    expect(kept.some(({ operator }) => operator === 'filter-dropped')).toBe(true)
  })

  test('that are alike have names of their own', async () => {
    const mutants = await mutantsOf('select min(a), min(a)', 'aggregate-swapped')
    expect(mutants.map((mutant) => mutant.text)).toEqual([
      'select max(a), min(a)',
      'select min(a), max(a)',
    ])
    expect(mutants[0]?.name).not.toBe(mutants[1]?.name)
  })

  test('say the line and the object', async () => {
    const [mutant] = await mutantsOf(text, 'comparison-boundary')
    expect(mutant).toMatchObject({ line: 3, object: 'v', operator: 'comparison-boundary' })
    expect(mutant?.name).toMatch(/^comparison-boundary:v:[0-9a-f]{8}$/)
  })

  test('are shown as a unified diff, a hunk for each place', async () => {
    const [boundary] = await mutantsOf(text, 'comparison-boundary')
    const [created] = await mutantsOf(text, 'create-dropped')
    const shown = [boundary, created].map((mutant) => mutant && renderUnifiedDiff(mutant))
    expect(shown[0]).toBe(`--- 004_up.sql
+++ 004_up.sql
@@ -1,5 +1,5 @@
 begin;
 create view v as
-select count(*) filter (where a >= 1) as n
+select count(*) filter (where a > 1) as n
 from t
 where b = 1;`)
    expect(shown[1]).toBe(`--- 004_up.sql
+++ 004_up.sql
@@ -1,7 +1,2 @@
 begin;
-create view v as
-select count(*) filter (where a >= 1) as n
-from t
-where b = 1;
-comment on view v is 'Counts.';
 commit;`)
  })
})

describe('mutants of our own migrations', () => {
  test('are several hundred, all different, and parse (every sixtieth is tried)', async () => {
    const set = await loadMigrations()
    const mutants = await generateMutants(set)
    expect(mutants.length).toBeGreaterThan(500)
    expect(new Set(mutants.map((mutant) => `${mutant.script.file}\n${mutant.text}`)).size).toBe(
      mutants.length,
    )
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length)
    for (const mutant of mutants.filter((_, index) => index % 60 === 0)) {
      const { statements } = await parseTree(mutant.text)
      expect([mutant.name, statements.length > 0]).toEqual([mutant.name, true])
    }
    expect(new Set(mutants.map(({ script }) => script.role))).toEqual(
      new Set(['up', 'patch', 'rollback']),
    )
  })

  test('are planted in every place of the set that holds the script', async () => {
    const set = await loadMigrations()
    const mutants = await generateMutants(set)
    const mutant = mutants.find(({ script }) => script.role === 'patch')
    if (mutant === undefined) throw new Error('no mutant of a patch')
    const planted = plantMutant(set, mutant)
    const texts = [...planted.forward, ...planted.steps.flatMap(({ patches }) => patches)]
    expect(texts.filter((script) => script.text === mutant.text)).toHaveLength(2)
    expect(planted.forward.filter((script) => set.forward.includes(script))).toHaveLength(
      set.forward.length - 1,
    )
  })
})
