import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyOn } from '../../src/check/verify.ts'
import { Workbench } from '../../src/check/workbench.ts'
import { loadMigrations } from '../../src/migration/migration.ts'
import { writeDraft } from '../../src/migration/write-draft.ts'

const foreignFolder = fileURLToPath(new URL('../foreign', import.meta.url))

let workbench: Workbench
let folder: string
beforeAll(() => {
  workbench = new Workbench({})
})
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hook-harness-test-'))
})
afterAll(async () => {
  await workbench[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

/** A copy of the shop with text replaced in one file. */
async function copyShop(name: string, file: string, what: string, by: string): Promise<string> {
  const directory = join(folder, name)
  await cp(foreignFolder, directory, { recursive: true })
  const text = await readFile(join(directory, file), 'utf8')
  if (!text.includes(what)) throw new Error(`${file} does not hold ${what}`)
  await writeFile(join(directory, file), text.replace(what, by))
  return directory
}

describe('migrations of somebody else', () => {
  test('are green by the contract that was drafted from them', async () => {
    const migrations = loadMigrations(foreignFolder)
    const document = await verifyOn(workbench, { migrations, effort: 'quick' })
    expect(document.findings.filter(({ status }) => status !== 'passed')).toEqual([])
    expect(document.status).toBe('passed')
    expect(document.fixture).toMatchObject({ name: 'none', events: 0 })
  })

  test('are drafted to the committed contract', async () => {
    const output = join(folder, 'contract.json')
    await writeDraft({
      directory: foreignFolder,
      title: 'A small shop',
      output,
      force: false,
      signal: new AbortController().signal,
      statementTimeoutMs: 60_000,
    })
    const drafted: unknown = JSON.parse(await readFile(output, 'utf8'))
    expect(drafted).toEqual(
      JSON.parse(await readFile(join(foreignFolder, 'contract.json'), 'utf8')),
    )
  })

  test.each([
    [
      '001_add_reports.sql',
      '(customer_id, bought_at desc)',
      '(customer_id)',
      'purchase_by_customer',
    ],
    ['001_add_reports.sql', 'sum(amount) as revenue', 'sum(amount)::integer as revenue', 'revenue'],
    ['001b_total_by_email.sql', 'language sql stable', 'language sql volatile', 'volatile'],
    ['001_rollback_reports.sql', 'drop view revenue_by_day;', '', 'revenue_by_day'],
    ['002_add_note.sql', 'column note text', 'column note varchar(9)', 'public.customer.note'],
    ['002_add_note.sql', '<= 200', '<= 20', 'customer_note_short'],
    ['002_add_note.sql', 'commit;', 'create table extra (a integer);\ncommit;', 'public.extra'],
    [
      '002_add_note.sql',
      'commit;',
      'update customer set email = upper(email);\ncommit;',
      'public.customer',
    ],
    ['002_add_note.down.sql', 'drop column note', 'drop column note, drop column email', 'email'],
  ])('%s with %s replaced is red', async (file, what, by, named) => {
    const directory = await copyShop(`${file}-${named}`, file, what, by)
    const migrations = loadMigrations(directory)
    const document = await verifyOn(workbench, { migrations, effort: 'quick' })
    const failures = document.findings.filter(({ status }) => status === 'failed')
    expect(document.status).toBe('failed')
    expect(JSON.stringify(failures)).toContain(named)
  })
})
