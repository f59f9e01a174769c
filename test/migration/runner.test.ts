import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { openFresh } from '../../src/database/template.ts'
import { HarnessError } from '../../src/errors.ts'
import { MigrationError } from '../../src/migration/migration-error.ts'
import { loadMigrations } from '../../src/migration/migration.ts'
import { applyScript } from '../../src/migration/runner.ts'
import { readMigrationStatus } from '../../src/migration/status.ts'
import { openFolder, sampleFiles, scriptOf } from './sample.ts'

let database: Database

beforeAll(async () => {
  database = await openFresh()
})

afterAll(() => database.close())

beforeEach(async () => {
  await database.execute('drop schema public cascade; create schema public;')
})

async function listTables(): Promise<unknown[]> {
  const rows = await database.query(
    "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1",
  )
  return rows.map((row) => row['relname'])
}

async function fail(text: string): Promise<MigrationError> {
  const error = await applyScript(database, scriptOf(text)).catch((reason: unknown) => reason)
  if (!(error instanceof MigrationError))
    throw new Error('expected a MigrationError', { cause: error })
  return error
}

/** Each leaves the connection outside of a transaction; that is asked after every one. */
async function expectNoTransaction(): Promise<void> {
  await expect(database.query('savepoint probe')).rejects.toMatchObject({ sqlState: '25P01' })
}

describe('applyScript', () => {
  test.each([
    ['one block', 'begin;\ncreate table a (); create table b ();\ncommit;', 'one', ['a', 'b']],
    ['no block', 'create table a (); create table b ();', 'none', ['a', 'b']],
    ['an early end', 'begin; create table a (); commit; create table b ();', 'several', ['a', 'b']],
    [
      'two blocks',
      'begin; create table a (); commit and chain; create table b (); end',
      'several',
      ['a', 'b'],
    ],
    ['no end, as psql leaves it when it disconnects', 'begin; create table a ();', 'left open', []],
    ['nothing but comments', '-- later; really', 'none', []],
    [
      'what must stand outside of a transaction',
      'create table a (b int); create index concurrently i on a (b)',
      'none',
      ['a'],
    ],
  ])('runs %s', async (_, text, transaction, tables) => {
    const applied = await applyScript(database, scriptOf(text))
    expect(applied.transaction).toBe(transaction)
    expect(await listTables()).toEqual(tables)
    await expectNoTransaction()
  })

  test('makes the transaction of a script that is wrapped, and undoes it whole', async () => {
    const text = 'create table a (b int); create table c ();'
    await applyScript(database, scriptOf(text, 'a.sql', 'wrapped'))
    expect(await listTables()).toEqual(['a', 'c'])
    const half = applyScript(
      database,
      scriptOf('create table d (); select 1 / 0', 'b.sql', 'wrapped'),
    )
    await expect(half).rejects.toMatchObject({ sqlState: '22012', line: 1 })
    const concurrent = 'create index concurrently i on a (b)'
    const refused = applyScript(database, scriptOf(concurrent, 'c.sql', 'wrapped'))
    await expect(refused).rejects.toMatchObject({ sqlState: '25001', file: 'c.sql' })
    expect(await listTables()).toEqual(['a', 'c'])
    await expectNoTransaction()
    await applyScript(database, scriptOf(concurrent, 'c.sql', 'none'))
  })

  test('says in which file a constraint speaks that waits for the end', async () => {
    const text = `create table a (id int primary key, b int references a (id) deferrable initially deferred);
insert into a values (1, 2);`
    const applied = applyScript(database, scriptOf(text, 'a.sql', 'wrapped'))
    await expect(applied).rejects.toMatchObject({ sqlState: '23503', file: 'a.sql', line: 2 })
    expect(await listTables()).toEqual([])
    await expectNoTransaction()
  })

  test.each(['own', 'wrapped'] as const)('leaves no setting behind: %s', async (mode) => {
    await database.query("set work_mem = '5MB'")
    const text = `set work_mem = '7MB'; set lock_timeout = 100;
      select pg_catalog.set_config('search_path', '', false); set role pg_monitor; select 1 / 0`
    await applyScript(database, scriptOf(text, 'a.sql', mode)).catch(() => undefined)
    const [settings] = await database.query(
      `select current_setting('work_mem') as work_mem, current_setting('lock_timeout') as lock_timeout,
              current_setting('search_path') as search_path, current_user = session_user as is_own`,
    )
    expect(settings).toEqual({
      work_mem: '5MB',
      lock_timeout: '0',
      search_path: 'public',
      is_own: true,
    })
    await database.query('reset work_mem')
  })

  test('times each statement and adds them up', async () => {
    const text = 'begin;\ncreate table a ();\nselect pg_sleep(0.02);\ncommit;'
    const { statements, elapsedMs } = await applyScript(database, scriptOf(text))
    expect(statements.map(({ statement }) => statement.text)).toEqual([
      'begin',
      'create table a ()',
      'select pg_sleep(0.02)',
      'commit',
    ])
    const times = statements.map((applied) => applied.elapsedMs)
    expect(times[2]).toBeGreaterThanOrEqual(20)
    expect(elapsedMs).toBeCloseTo(
      times.reduce((sum, time) => sum + time, 0),
      6,
    )
  })

  test('calls before and after each statement, inside the transaction', async () => {
    const seen: unknown[] = []
    await applyScript(database, scriptOf('begin; create table a (); commit'), {
      onStatement: (statement, index) => void seen.push(`before ${index} ${statement.kind}`),
      afterStatement: async (_, index) => void seen.push([index, await listTables()]),
    })
    expect(seen).toEqual([
      'before 0 TransactionStmt',
      [0, []],
      'before 1 CreateStmt',
      [1, ['a']],
      'before 2 TransactionStmt',
      [2, ['a']],
    ])
  })

  test('undoes the open transaction when a caller throws, and rethrows it as it is', async () => {
    const reason = new Error('stop here')
    const applied = applyScript(database, scriptOf('begin; create table a (); commit'), {
      afterStatement: (_, index) => {
        if (index === 1) throw reason
      },
    })
    await expect(applied).rejects.toBe(reason)
    expect(await listTables()).toEqual([])
    await expectNoTransaction()
  })
})

describe('applyScript fails', () => {
  test('at the place, in characters, and shows it', async () => {
    const error = await fail(
      "begin;\n-- é€😀\ncreate table a ();\n\tselect 'é€😀', foo from a;\ncommit;",
    )
    expect(error.message).toBe(
      `Migration '004_change.sql' line 4, column 16: column "foo" does not exist`,
    )
    expect(error).toMatchObject({
      code: 'E_MIGRATION_FAILED',
      fault: 'judging',
      file: '004_change.sql',
      sqlState: '42703',
      position: { line: 4, column: 16 },
      snippet: "3 | create table a ();\n4 | \tselect 'é€😀', foo from a;\n  | \t              ^",
    })
    expect(error.statement?.kind).toBe('SelectStmt')
    expect(await listTables()).toEqual([])
    await expectNoTransaction()
  })

  test('inside a statement of several lines', async () => {
    const error = await fail('create table a (b int);\ncreate index i\n  on a (b, c);')
    expect(error.message).toMatch(/line 2, column 1: column "c" does not exist$/)
    expect(await listTables()).toEqual(['a'])
  })

  test('on the statement where the server names no place', async () => {
    const error = await fail(
      "select 1;\n  do $$ begin raise exception 'no' using hint = 'why'; end $$;",
    )
    expect(error.message).toMatch(/line 2, column 3: no$/)
    expect(error).toMatchObject({ sqlState: 'P0001', hint: 'why' })
  })

  test('at COMMIT, when a deferred constraint is broken', async () => {
    const error = await fail(
      'begin;\ncreate table a (b int primary key, c int references a deferrable initially deferred);\ninsert into a values (1, 2);\ncommit;',
    )
    expect(error).toMatchObject({ line: 4, sqlState: '23503' })
    expect(error.detail).toMatch(/\(c\)=\(2\)/)
    expect(await listTables()).toEqual([])
    await expectNoTransaction()
  })

  test('before anything ran, where the script is no SQL', async () => {
    const error = await fail('create table a ();\ncreate tabel b ();')
    expect(error.message).toBe(
      `Migration '004_change.sql' line 2, column 8: syntax error at or near "tabel"`,
    )
    expect(error).toMatchObject({ statement: null, sqlState: '42601' })
    expect(await listTables()).toEqual([])
  })

  test('with CREATE INDEX CONCURRENTLY in a transaction', async () => {
    const error = await fail(
      'begin;\ncreate table a (b int);\ncreate index concurrently i on a (b);\ncommit;',
    )
    expect(error).toMatchObject({ line: 3, sqlState: '25001' })
    await expectNoTransaction()
  })

  test('and keeps what committed before, outside of a transaction', async () => {
    await fail('create table a ();\nselect nothing;')
    expect(await listTables()).toEqual(['a'])
  })
})

describe('readMigrationStatus', () => {
  test('follows a database up and down again', async () => {
    await using folder = await openFolder(sampleFiles)
    const set = await loadMigrations(folder.path)
    const summary = async (): Promise<unknown> => {
      const { recordTable, files, objects } = await readMigrationStatus(database, set)
      return [
        recordTable,
        files.map(({ file, recorded }) => [file, recorded]),
        objects.map(({ kind, name, exists }) => `${exists ? '+' : '-'} ${kind} ${name}`),
      ]
    }
    const before = [
      'absent',
      [
        ['001_totals.sql', null],
        ['001b_fix.sql', null],
      ],
      ['- index idx_orders_day', '- view totals', '- function total_of(p_day date)'],
    ]
    const recorded = ['001_totals.sql', { version: '1', elapsedMs: 5 }]

    for (const script of set.base) await applyScript(database, script)
    expect(await summary()).toEqual(before)

    const [up, patch] = set.forward
    if (up === undefined || patch === undefined) throw new Error('the sample has an up and a patch')
    await applyScript(database, up)
    expect(await summary()).toEqual([
      'present',
      [recorded, ['001b_fix.sql', null]],
      ['+ index idx_orders_day', '+ view totals', '- function total_of(p_day date)'],
    ])

    await applyScript(database, patch)
    expect(await summary()).toEqual([
      'present',
      [recorded, ['001b_fix.sql', null]],
      ['+ index idx_orders_day', '+ view totals', '+ function total_of(p_day date)'],
    ])

    for (const script of set.backward) await applyScript(database, script)
    expect(await summary()).toEqual(before)
  })

  test('takes a table named like a view for no view', async () => {
    await using folder = await openFolder(sampleFiles)
    const set = await loadMigrations(folder.path)
    await database.query('create table totals ()')
    const { objects, recordTable } = await readMigrationStatus(database, {
      ...set,
      contract: { ...set.contract, record: null },
    })
    expect(objects.find(({ kind }) => kind === 'view')?.exists).toBe(false)
    expect(recordTable).toBe('undeclared')
  })
})

// Last, since it takes the engine away from under the script.
test('applyScript says so when rolling back fails, too', async () => {
  const applied = applyScript(database, scriptOf('begin; create table a (); commit'), {
    afterStatement: async (_, index) => {
      if (index === 0) return
      await database.close()
      throw new Error('stop here')
    },
  })
  const error = await applied.catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(HarnessError)
  expect(error).toMatchObject({
    code: 'E_MIGRATION_ROLLBACK',
    message: expect.stringContaining('stop here'),
  })
})
