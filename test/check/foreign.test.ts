import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allChecks } from '../../src/check/categories.ts'
import { type Choice, checkCategories, selectChecks } from '../../src/check/check.ts'
import { verifyOn } from '../../src/check/verify.ts'
import type { Contract } from '../../src/migration/contract.ts'
import { loadMigrations } from '../../src/migration/migration.ts'
import { writeDraft } from '../../src/migration/write-draft.ts'
import { isAll } from '../amount.ts'
import { type Edit, copyEdited, foreignFolder } from '../migration-copy.ts'
import { serviceDefects } from './defects-service.ts'
import { workbench } from './workbench.ts'

const serviceFolder = fileURLToPath(new URL('../service', import.meta.url))

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hook-harness-test-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

let copies = 0

/** A copy of a folder with text replaced in its files. */
function copyFolder(from: string, ...edits: readonly Edit[]): Promise<string> {
  copies += 1
  return copyEdited(from, join(folder, String(copies)), edits)
}

async function draft(directory: string, title: string, output: string): Promise<readonly string[]> {
  const { signal } = new AbortController()
  const limits = { from: undefined, force: false, signal, statementTimeoutMs: 60_000 }
  return (await writeDraft({ directory, title, output, ...limits })).gaps
}

/** What is red about a folder, as text. */
async function failuresOf(directory: string, ...only: readonly Choice[]): Promise<string> {
  const migrations = loadMigrations(directory)
  const { status, findings } = await verifyOn(workbench, { migrations, only, effort: 'quick' })
  expect(status).toBe('failed')
  return JSON.stringify(findings.filter((finding) => finding.status === 'failed'))
}

/** Timing takes longer than all the rest. */
const untimed = checkCategories.filter((category) => category !== 'performance')

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
    await draft(foreignFolder, 'A small shop', output)
    const drafted: unknown = JSON.parse(await readFile(output, 'utf8'))
    expect(drafted).toEqual(
      JSON.parse(await readFile(join(foreignFolder, 'contract.json'), 'utf8')),
    )
  })

  const defects: readonly (readonly [file: string, what: string, by: string, named: string])[] = [
    [
      '001_add_reports.sql',
      '(customer_id, bought_at desc)',
      '(customer_id)',
      'purchase_by_customer',
    ],
    [
      '001_add_reports.sql',
      'sum(amount) as revenue',
      'sum(amount)::integer as revenue',
      'revenue integer',
    ],
    ['001b_total_by_email.sql', 'language sql stable', 'language sql volatile', 'volatile'],
    ['001_rollback_reports.sql', 'drop view revenue_by_day;', '', '+ view public.revenue_by_day'],
    ['002_add_note.sql', 'column note text', 'column note varchar(9)', 'character varying(9)'],
    ['002_add_note.sql', '<= 200', '<= 20', 'customer_note_short'],
    ['002_add_note.sql', 'commit;', 'create table extra (a integer);\ncommit;', 'public.extra'],
    [
      '002_add_note.sql',
      'commit;',
      'update customer set email = upper(email);\ncommit;',
      'public.customer: ',
    ],
    [
      '002_add_note.down.sql',
      'drop column note',
      'drop column note, drop column email',
      '- column public.customer.email',
    ],
  ]
  test('are red by the name of everything that is wrong, all of it at once', async () => {
    const failures = await failuresOf(await copyFolder(foreignFolder, ...defects), ...untimed)
    expect(defects.filter(([, , , named]) => !failures.includes(named))).toEqual([])
  })

  test.runIf(isAll).each(defects)('%s with %s replaced is red', async (file, what, by, named) => {
    const directory = await copyFolder(foreignFolder, [file, what, by])
    expect(await failuresOf(directory, ...untimed)).toContain(named)
  })
})

test('a kind of object is left out of every comparison for a reason that the report shows', async () => {
  const directory = await copyFolder(foreignFolder, [
    '002_add_note.sql',
    'commit;',
    'create statistics customer_both on id, email from customer;\ncommit;',
  ])
  expect(await failuresOf(directory, 'compatibility/rollback')).toContain('customer_both')
  const path = join(directory, 'contract.json')
  const contract = JSON.parse(await readFile(path, 'utf8')) as Contract
  const reason = 'They change no answer.'
  const snapshotExclusions = [{ kind: 'statistics', reason }]
  await writeFile(path, JSON.stringify({ ...contract, snapshotExclusions }))
  const migrations = loadMigrations(directory)
  const only: readonly Choice[] = [
    'compatibility/rollback',
    'compatibility/additive',
    'metadata/others',
  ]
  const { status, blindSpots } = await verifyOn(workbench, { migrations, only, effort: 'quick' })
  expect(status).toBe('passed')
  expect(blindSpots).toEqual([
    { what: 'objects of the kind statistics', reason },
    {
      what: 'whether the answers of revenue_by_day, customer_total are right',
      reason: 'no totals and no oracle say what they must be',
    },
  ])
})

test.runIf(isAll)('grants that are drafted are declared, and one that is not is red', async () => {
  const grant = 'grant select on refund to public;\n'
  const directory = await copyFolder(
    foreignFolder,
    ['002_add_note.sql', 'commit;', `${grant}create domain share as numeric;\ncommit;`],
    ['002_add_note.down.sql', 'commit;', 'drop domain share;\ncommit;'],
  )
  await rm(join(directory, 'contract.json'))
  await draft(directory, 'A small shop', join(directory, 'contract.json'))
  const migrations = loadMigrations(directory)
  const only: readonly Choice[] = ['metadata/others']
  const { findings } = await verifyOn(workbench, { migrations, only, effort: 'quick' })
  expect(findings.filter(({ status }) => status !== 'passed')).toEqual([])
  const up = join(directory, '002_add_note.sql')
  const more = 'grant update on refund to public;\nalter domain share set not null;\n'
  await writeFile(up, (await readFile(up, 'utf8')).replace('commit;', `${more}commit;`))
  const failures = await failuresOf(directory, ...only)
  expect(failures).toContain('privileges: =rw/postgres')
  expect(failures).toContain('not_null: true')
})

test('SQL that nothing executes is red by name, unless the contract says why', async () => {
  const directory = await copyFolder(foreignFolder)
  await writeFile(join(directory, '003_cleanup.sql'), 'truncate purchase;')
  const failures = await failuresOf(directory, 'metadata/scripts')
  expect(failures).toContain('003_cleanup.sql plays a part')
  expect(failures).toContain('files.ignored')
  const path = join(directory, 'contract.json')
  const contract = JSON.parse(await readFile(path, 'utf8')) as Contract
  const reason = 'Run by hand, once a year.'
  const files = { ...contract.files, ignored: [{ file: '003_cleanup.sql', reason }] }
  await writeFile(path, JSON.stringify({ ...contract, files }))
  const migrations = loadMigrations(directory)
  const only: readonly Choice[] = ['metadata/scripts']
  const { status, blindSpots } = await verifyOn(workbench, { migrations, only, effort: 'quick' })
  expect(status).toBe('passed')
  expect(blindSpots).toContainEqual({ what: '003_cleanup.sql, which nothing executes', reason })
})

describe('a service with a schema of its own, files that somebody else wraps, and no rows', () => {
  let service: string
  let gaps: readonly string[]
  beforeAll(async () => {
    service = join(folder, 'service')
    await cp(serviceFolder, service, { recursive: true })
    gaps = await draft(service, 'A service', join(service, 'contract.json'))
  })

  test.runIf(isAll)('is green by the contract that was drafted from it', async () => {
    const migrations = await loadMigrations(service)
    // What others build on each object takes longer than all the rest, and has tests of its own.
    const only = selectChecks(allChecks, 'standard')
      .map(({ id }) => id)
      .filter((id) => id !== 'compatibility/built-on')
    const document = await verifyOn(workbench, { migrations, effort: 'standard', only })
    expect(document.findings.filter(({ status }) => status !== 'passed')).toEqual([])
    expect(document.status).toBe('passed')
  })

  test('is drafted with what nobody has to say: how it is executed, names with their schemas', async () => {
    const { contract, steps } = await loadMigrations(service)
    expect(contract.transactions).toEqual({
      default: 'wrapped',
      files: {
        '003_invoice_by_account.up.sql': 'none',
        '003_invoice_by_account.down.sql': 'none',
      },
    })
    expect(steps[2]?.up.transaction).toBe('none')
    const reason = 'Drafted: seen to be left; say why it may.'
    expect(contract.session).toEqual([
      { file: '004_seed_countries.up.sql', effect: 'setting lock_timeout', reason },
    ])
    expect(contract.tables).toContain('billing.invoice')
    expect(contract.tables).toContain('country')
    expect(contract.indexes.map(({ name, table }) => `${name} on ${table}`)).toContain(
      'billing.invoice_by_account on billing.invoice',
    )
    expect(contract.views.map(({ name, columns }) => `${name} ${columns.length}`)).toEqual([
      'billing.open_invoice 3',
      'billing.revenue_by_month 2',
    ])
    // What only a trigger calls, and what changes something, is not called unasked: each says so.
    const called = contract.functions.filter(({ examples }) => examples.length > 0)
    expect(called.map(({ name, columns }) => `${name} ${columns.length}`).toSorted()).toEqual([
      'billing.balance 1',
      'billing.balance 1',
      'billing.newest 8',
      'billing.totals 2',
      'plans 1',
    ])
    const waived = contract.functions.filter(({ waiver }) => waiver !== undefined)
    expect(waived.map(({ name }) => name).toSorted()).toEqual([
      'billing.next_number',
      'billing.refuse_draft',
    ])
    expect(gaps.join('\n')).toContain('billing.next_number')
    expect(gaps.join('\n')).not.toContain('refuse_draft')
  })

  test('is red by the name of everything that is wrong, all of it at once', async () => {
    const planted = serviceDefects.filter(([, , , check]) => check !== 'metadata/scripts')
    const checks = new Set(planted.map(([, , , check]) => check))
    const failures = await failuresOf(await copyFolder(service, ...planted), ...checks)
    expect(planted.filter(([, , , , named]) => !failures.includes(named))).toEqual([])
  })

  test.each(
    isAll
      ? serviceDefects
      : serviceDefects.filter(([, , , check]) => check === 'metadata/scripts').slice(0, 1),
  )('%s with %s replaced by %s is red in %s', async (file, what, by, check, named) => {
    expect(await failuresOf(await copyFolder(service, [file, what, by]), check)).toContain(named)
  })

  test.runIf(isAll)(
    'a function that nothing calls is red by name, unless the contract says why',
    async () => {
      const directory = await copyFolder(service)
      const text = await readFile(join(directory, 'contract.json'), 'utf8')
      const contract = JSON.parse(text) as Contract
      const { blindSpots } = await verifyOn(workbench, {
        migrations: loadMigrations(directory),
        only: ['functions/coverage'],
      })
      expect(blindSpots.map(({ what }) => what)).toContain('what billing.next_number() does')
      const functions = contract.functions.map((one) => Object.assign(one, { waiver: undefined }))
      await writeFile(join(directory, 'contract.json'), JSON.stringify({ ...contract, functions }))
      const failures = await failuresOf(directory, 'functions/coverage')
      expect(failures).toContain('billing.next_number is executed')
      expect(failures).toContain('nothing calls it')
    },
  )

  test.runIf(isAll)('a function that changes rows is timed without changing any', async () => {
    const withInsert = await copyFolder(service, [
      '002_reports.up.sql',
      "select nextval('billing.credit_number')",
      "insert into public.country (code, name) values ('ZZ', 'Z') returning 1::bigint",
    ])
    const called = await readFile(join(withInsert, 'contract.json'), 'utf8')
    const contract = JSON.parse(called) as Contract
    const functions = contract.functions.map((one) =>
      one.name === 'billing.next_number' ? Object.assign(one, { examples: [[]] }) : one,
    )
    await writeFile(join(withInsert, 'contract.json'), JSON.stringify({ ...contract, functions }))
    const migrations = loadMigrations(withInsert)
    const only: readonly Choice[] = ['performance/target']
    const { findings } = await verifyOn(workbench, { migrations, only })
    expect(findings.map(({ title, status }) => `${title}: ${status}`)).toContain(
      'billing.next_number answers within 100 ms: passed',
    )
    const database = await workbench.database()
    expect(await database.query("select from country where code = 'ZZ'")).toHaveLength(0)
  })

  test('tables that nothing can be put into are named, and red where there is no other', async () => {
    const directory = await copyFolder(foreignFolder, [
      '000_shop.sql',
      'commit;',
      'truncate customer, purchase;\nalter table customer add check (id < 0);\ncommit;',
    ])
    const failures = await failuresOf(directory, 'integrity/loaded')
    expect(failures).toContain('public.customer is empty: ')
    expect(failures).toContain('0 rows in 0 tables')
  })
})
