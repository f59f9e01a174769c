import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { builtOnChecks } from '../../src/check/built-on.ts'
import { bystanderChecks } from '../../src/check/bystanders.ts'
import { decoyChecks } from '../../src/check/decoys.ts'
import { missingPartChecks } from '../../src/check/missing-parts.ts'
import { isAll } from '../amount.ts'
import { type Edit, copyEdited, copyMigrations, files, foreignFolder } from '../migration-copy.ts'
import { failuresOf, judgeFolder } from './setting.ts'
import { workbench } from './workbench.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hook-harness-test-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

/** A copy of the shop with text replaced in some files. */
function copyShop(name: string, edits: readonly Edit[]): Promise<string> {
  return copyEdited(foreignFolder, join(folder, name), edits)
}

test('what is built on our own migrations is left alone, and what is missing is noticed', async () => {
  const outcomes = [
    ...(await judgeFolder(workbench, builtOnChecks, undefined)),
    ...(await judgeFolder(workbench, missingPartChecks, undefined)),
  ]
  expect(outcomes.map((outcome) => outcome.status === 'passed' && outcome.note)).toEqual([
    // The table of events; that, the record, five views and four functions; the rollback drops all but the first.
    '0 of 1 refused, all else whole',
    '2 of 11 refused, all else whole',
    '10 of 11 refused, all else whole',
    '0 of 1 refused, all else whole',
    undefined,
    // The record of what is patched; seven indexes, five views, four functions, the record; its row.
    '1 of 1 refused, all else whole',
    '17 of 17 refused, all else whole',
    '1 of 1 refused, all else whole',
  ])
})

test('a contract that promises nothing lets a rollback do without what is missing', async () => {
  await using copy = await copyMigrations()
  await copy.replace(files.contract, /"strict": \[.*\]/, '"strict": []')
  await copy.replace(files.rollback, /^drop index /gm, 'drop index if exists ')
  const outcomes = await judgeFolder(workbench, missingPartChecks, copy.directory)
  expect(outcomes.map((outcome) => outcome.status === 'passed' && outcome.note)).toEqual([
    '1 of 1 refused, all else whole',
    '10 of 17 refused, all else whole',
    '1 of 1 refused, all else whole',
  ])
})

test('where a script can not be applied, everything that is owed is skipped', async () => {
  await using copy = await copyMigrations()
  await copy.replace(files.up, 'create view tool_success_rates', 'create vew tool_success_rates')
  for (const checks of [builtOnChecks, missingPartChecks, decoyChecks]) {
    const outcomes = await judgeFolder(workbench, checks, copy.directory)
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['skipped']))
  }
})

describe('migrations of somebody else', () => {
  test.each([builtOnChecks, missingPartChecks, decoyChecks])('are green: %#', async (...checks) => {
    const outcomes = await judgeFolder(workbench, checks, foreignFolder)
    expect(outcomes.filter(({ status }) => status !== 'passed')).toEqual([])
  })

  test('with two tables of one name in two schemas are in nobody’s way', async () => {
    const directory = await copyShop('two', [
      [
        '000_shop.sql',
        'commit;',
        'create schema other;\ncreate table other.customer (id integer);\ncommit;',
      ],
    ])
    const outcomes = await judgeFolder(workbench, bystanderChecks, directory)
    expect(outcomes.filter(({ status }) => status !== 'passed')).toEqual([])
  })

  test('are looked at as before, whatever they set for themselves, their role as well', async () => {
    const directory = await copyShop('settings', [
      ['002_add_note.sql', 'begin;', "begin;\nset local timezone = 'Europe/Berlin';"],
      ['002_add_note.sql', 'commit;', 'set local role pg_read_all_data;\ncommit;'],
    ])
    const outcomes = await judgeFolder(workbench, builtOnChecks, directory)
    expect(outcomes.filter(({ status }) => status !== 'passed')).toEqual([])
  })

  test.runIf(isAll)('a column that takes a view along with it', async () => {
    const directory = await copyShop('column', [
      ['002_add_note.down.sql', 'drop column note', 'drop column note cascade'],
    ])
    const failures = failuresOf(await judgeFolder(workbench, builtOnChecks, directory))
    expect(failures).toEqual([
      expect.stringMatching(
        /^002_add_note\.down\.sql leaves alone .*\na view over public\.customer: gone\n002_add_note\.down\.sql:4$/,
      ),
    ])
  })

  test.runIf(isAll)('a function that takes a trigger along with it', async () => {
    const stamp =
      'create function stamp() returns trigger language plpgsql as $$ begin return new; end $$;'
    const directory = await copyShop('trigger', [
      ['001_add_reports.sql', 'commit;', `${stamp}\ncommit;`],
      [
        '001_rollback_reports.sql',
        'drop index purchase_by_customer;',
        'drop index purchase_by_customer;\ndrop function stamp cascade;',
      ],
    ])
    const failures = failuresOf(await judgeFolder(workbench, builtOnChecks, directory))
    expect(failures).toEqual([
      expect.stringMatching(
        /a trigger that calls public\.stamp: gone\n001_rollback_reports\.sql:7$/,
      ),
    ])
  })

  test.runIf(isAll)('a rollback that leaves half where something is missing', async () => {
    const directory = await copyShop('half', [
      [
        '001_rollback_reports.sql',
        'drop view revenue_by_day;\ndrop index purchase_by_customer;',
        "do $$ begin if to_regclass('revenue_by_day') is not null then drop view revenue_by_day; drop index purchase_by_customer; end if; end $$;",
      ],
    ])
    const failures = failuresOf(await judgeFolder(workbench, missingPartChecks, directory))
    expect(failures).toEqual([
      expect.stringMatching(
        /without view public\.revenue_by_day: rolled back, but not whole\n\+ index public\.purchase_by_customer/,
      ),
    ])
  })
})
