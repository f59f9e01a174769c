import {
  type MigratedDatabase,
  loadMigrations,
  loadWorkloads,
  openMigrated,
  runWorkload,
  verify,
} from 'hook-harness'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** As somebody's own suite would use the package: by its name, on its own migrated database. */
let migrated: MigratedDatabase
beforeAll(async () => {
  migrated = await openMigrated()
})
afterAll(() => migrated[Symbol.asyncDispose]())

test('one call opens a migrated, loaded database', async () => {
  const rows = await migrated.database.query('select count(*) as events from hook_events')
  expect(rows).toEqual([{ events: 227 }])
  expect(migrated.events).toBe(227)
})

test('the oracle knows what a view must answer', async () => {
  const views = await migrated.database.query(
    'select tool_name, total_uses from tool_success_rates',
  )
  const expected = migrated.oracle.answer('tool_success_rates', [], 0)
  expect(views.map((row) => [row['tool_name'], String(row['total_uses'])])).toEqual(
    expected.map((row) => [row['tool_name'], row['total_uses']]),
  )
})

test('a workload runs, and its timing rests on a right answer', async () => {
  const workloads = await loadWorkloads()
  const workload = workloads.find(({ id }) => id === 'view/tool-success-rates')
  if (workload === undefined) throw new Error('the workload is gone')
  const measured = await runWorkload(migrated.database, workload, migrated.oracle, {
    targetMs: 60_000,
  })
  expect(measured).toMatchObject({ state: 'measured', target: { claim: 'met' } })
  const wrong = { ...workload, sql: `${workload.sql.replace(/;\s*$/, '')} limit 1` }
  expect(await runWorkload(migrated.database, wrong, migrated.oracle)).toMatchObject({
    state: 'void',
    fault: 'wrong',
  })
})

test('the checks run from code', async () => {
  const document = await verify({
    migrations: await loadMigrations(),
    effort: 'quick',
    only: ['indexes'],
  })
  expect(document.categories.map(({ category }) => category)).toEqual(['indexes'])
  expect(document.status).toBe('passed')
})
