import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from 'vitest'
import type { EmbeddedDatabase } from '../../../src/database/pglite.ts'
import { openFresh } from '../../../src/database/template.ts'
import { normalizeSnapshot } from '../../../src/migration/catalog/normalize.ts'
import { captureSnapshot, type CatalogObject } from '../../../src/migration/snapshot.ts'

let database: EmbeddedDatabase
beforeAll(async () => {
  database = await openFresh()
})
afterAll(() => database.close())
beforeEach(() => database.query('begin'))
afterEach(() => database.query('rollback'))

async function captureNormalized(): Promise<readonly CatalogObject[]> {
  return normalizeSnapshot(await captureSnapshot(database)).objects
}

test('a NOT NULL stays a fact of its column and stops being a constraint', async () => {
  await database.execute('create table t (id integer not null check (id > 0))')
  const objects = await captureNormalized()
  expect(objects.find(({ kind }) => kind === 'column')?.facts['not_null']).toBe(true)
  expect(
    objects.filter(({ kind }) => kind === 'constraint').map(({ identity }) => identity),
  ).toEqual(['t_id_check on public.t'])
})

test('MAINTAIN is left out of privileges, whatever the roles are called', async () => {
  await database.execute(`
    create role reader; create role "m=m/m""m"; create table t ();
    grant all on t to reader with grant option; grant maintain, select on t to "m=m/m""m"`)
  const objects = await captureNormalized()
  expect(objects.find(({ kind }) => kind === 'table')?.facts['privileges']).toBe(
    ['"m=m/m""m"=r/postgres', 'postgres=arwdDxt/postgres', 'reader=a*r*w*d*D*x*t*/postgres'].join(
      '\n',
    ),
  )
})

test('the database is left out, its settings are not', async () => {
  await database.execute(
    "do $$ begin execute format('alter database %I set work_mem = %L', current_database(), '8MB'); end $$",
  )
  const kinds = (await captureNormalized()).map(({ kind }) => kind)
  expect(kinds).not.toContain('database')
  expect(kinds).toContain('setting')
})
