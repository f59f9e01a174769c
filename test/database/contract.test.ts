import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { EmbeddedDatabase } from '../../src/database/pglite.ts'
import { pgliteVersion, postgresVersions } from '../../src/database/postgres-version.ts'
import { openFresh } from '../../src/database/template.ts'
import { QueryError } from '../../src/errors.ts'
import { refusal } from './refusal.ts'

const encoder = new TextEncoder()

async function queryError(work: Promise<unknown>): Promise<QueryError> {
  const error = await refusal(work)
  expect(error).toBeInstanceOf(QueryError)
  return error as QueryError
}

describe.each(postgresVersions)('Postgres %s', (postgres) => {
  let database: EmbeddedDatabase
  beforeAll(async () => {
    database = await openFresh({ postgres })
  })
  afterAll(() => database.close())
  beforeEach(() =>
    database.execute('drop table if exists t; create table t (id bigint primary key, note text)'),
  )

  async function notes(): Promise<readonly unknown[]> {
    return (await database.query('select note from t order by id')).map(({ note }) => note)
  }

  test('says which version it is, and the server agrees', async () => {
    expect(database.engine).toMatchObject({ kind: 'pglite', package: pgliteVersion(postgres) })
    expect(database.engine.version).toMatch(new RegExp(`^${postgres}\\.\\d+$`))
    const [row] = await database.query('select current_setting($1)::integer / 10000 as major', [
      'server_version_num',
    ])
    expect(row).toEqual({ major: Number(postgres) })
  })

  test('reads values as the contract says: nothing is rounded, nothing depends on the machine', async () => {
    const [row] = await database.query(`
      select 42 as int4, 9007199254740991 as safe, 9007199254740993 as beyond, 1.50 as decimal, 0.1::float8 as double,
        true as yes, null as nothing, 'ü€😀' as text, '{"a": [1, null]}'::jsonb as json,
        timestamptz '2026-01-31 12:00:00.123456+02' as instant, timestamp '2026-01-31 12:00:00.000001' as local,
        date '2026-01-31' as day, timestamptz 'infinity' as never, interval '1 day 2 hours' as span,
        '\\x00ff'::bytea as bytes`)
    expect(row).toEqual({
      int4: 42,
      safe: 9007199254740991,
      beyond: '9007199254740993',
      decimal: '1.50',
      double: 0.1,
      yes: true,
      nothing: null,
      text: 'ü€😀',
      json: { a: [1, null] },
      instant: '2026-01-31 10:00:00.123456+00',
      local: '2026-01-31 12:00:00.000001',
      day: '2026-01-31',
      never: 'infinity',
      span: '1 day 02:00:00',
      bytes: new Uint8Array([0, 255]),
    })
  })

  test('reads arrays, absent and awkward elements included', async () => {
    const [row] = await database.query(`
      select '{}'::int[] as empty, array[1, null]::int8[] as counts, '{{1,2},{3,4}}'::int[] as nested,
        '[0:1]={5,6}'::int[] as shifted, array[timestamptz '2026-01-31 00:00+00', null] as instants,
        array['NULL', null, '', 'a,b', '{x}', 'q"', e'b\\\\', ' pad ']::text[] as texts,
        array['v']::varchar[] as short`)
    expect(row).toEqual({
      empty: [],
      counts: [1, null],
      nested: [
        [1, 2],
        [3, 4],
      ],
      shifted: [5, 6],
      instants: ['2026-01-31 00:00:00+00', null],
      texts: ['NULL', null, '', 'a,b', '{x}', 'q"', 'b\\', ' pad '],
      short: ['v'],
    })
  })

  test('sends parameters as values, never as text of the statement', async () => {
    const hostile = `'; drop table t; --`
    const params = [7, hostile, null, ['a', null], { a: 1 }]
    const [row] = await database.query(
      'select $1::int as n, $2::text as s, $3::text as nothing, $4::text[] as list, $5::jsonb as json',
      params,
    )
    expect(row).toEqual({
      n: 7,
      s: hostile,
      nothing: null,
      list: ['a', null],
      json: { a: 1 },
    })
    expect(await notes()).toEqual([])
  })

  test('times a statement and returns the same rows', async () => {
    const { rows, latencyMs } = await database.time('select pg_sleep(0.02), 1 as one')
    expect(rows[0]?.['one']).toBe(1)
    expect(latencyMs).toBeGreaterThanOrEqual(19)
  })

  test('refuses with what the server said', async () => {
    await database.query(`insert into t values (1, 'a')`)
    const error = await queryError(database.query('insert into t values ($1, $2)', [1, 'b']))
    expect(error).toMatchObject({
      code: 'E_QUERY',
      sqlState: '23505',
      statement: 'insert into t values ($1, $2)',
      complaint: { detail: 'Key (id)=(1) already exists.' },
    })
    const misspelt = await queryError(database.query('select nott from t'))
    expect(misspelt).toMatchObject({
      sqlState: '42703',
      complaint: { offset: 8 },
      hint: 'Perhaps you meant to reference the column "t.note".',
    })
    const unfit = await queryError(database.query('select $1::boolean', ['maybe']))
    expect(unfit.message).toContain('boolean')
    expect(await database.query('select 1 as one')).toEqual([{ one: 1 }])
  })

  test('places an error of a script by line and column, counted in characters', async () => {
    const script = `insert into t values (1, 'a');\r\n-- 😀 ü\n  insert into t values (2, '😀'), (3, nope);\nselect 1`
    const error = await queryError(database.execute(script))
    expect(error.position).toEqual({ line: 3, column: 38 })
    expect(error.statement).toBe(script)
    // A script without transaction commands of its own is one transaction.
    expect(await notes()).toEqual([])
    const placeless = await queryError(database.execute('select 1 / 0'))
    expect(placeless).toMatchObject({ sqlState: '22012', position: undefined })
  })

  test('keeps a transaction that returns, undoes one that throws and rethrows the same thing', async () => {
    const result = await database.transaction(async (transaction) => {
      await transaction.query(`insert into t values (1, 'kept')`)
      return 'result'
    })
    expect(result).toBe('result')
    const thrown = new Error('on purpose')
    const rethrown = await refusal(
      database.transaction(async (transaction) => {
        await transaction.query(`insert into t values (2, 'undone')`)
        throw thrown
      }),
    )
    expect(rethrown).toBe(thrown)
    const refused = await queryError(
      database.transaction(async (transaction) => {
        await transaction.query(`insert into t values (3, 'undone')`)
        await transaction.query('select 1 / 0')
      }),
    )
    expect(refused.sqlState).toBe('22012')
    expect(await notes()).toEqual(['kept'])
  })

  test('undoes an inner transaction alone', async () => {
    const inner = new Error('inner')
    await database.transaction(async (outer) => {
      await outer.query(`insert into t values (1, 'outer')`)
      const failed = outer.transaction(async (savepoint) => {
        await savepoint.query(`insert into t values (2, 'inner')`)
        await refusal(savepoint.query('select 1 / 0'))
        throw inner
      })
      expect(await refusal(failed)).toBe(inner)
      await outer.transaction((savepoint) => savepoint.query(`insert into t values (3, 'second')`))
    })
    expect(await notes()).toEqual(['outer', 'second'])
  })

  test('a commit that keeps nothing is no success', async () => {
    const swallowed = await queryError(
      database.transaction(async (transaction) => {
        await transaction.query(`insert into t values (1, 'lost')`)
        await refusal(transaction.query('select 1 / 0'))
      }),
    )
    expect(swallowed.sqlState).toBe('25P02')
    await database.execute(
      'alter table t add parent bigint references t deferrable initially deferred',
    )
    const deferred = await queryError(
      database.transaction((transaction) =>
        transaction.query(`insert into t values (1, 'orphan', 99)`),
      ),
    )
    expect(deferred.sqlState).toBe('23503')
    expect(await notes()).toEqual([])
  })

  test('copies rows in, wherever their chunks are cut, and counts what the server took', async () => {
    const text = Array.from({ length: 5 }, (_, id) => `${id}\tü😀\\n${id}\n`).join('')
    const bytes = encoder.encode(text.slice(0, -1))
    const single = Array.from(bytes, (byte) => new Uint8Array([byte]))
    expect(await database.copyIn('public.t', ['id', 'note'], single)).toBe(5)
    expect(await notes()).toEqual(['0', '1', '2', '3', '4'].map((id) => `ü😀\n${id}`))
    expect(await database.copyIn('t', ['id'], [])).toBe(0)
  })

  test('copies rows that are larger than a block', async () => {
    const sizeBytes = 9 * 1024 * 1024
    const rows = [1, 2, 3].map((id) => encoder.encode(`${id}\t${'x'.repeat(sizeBytes)}\n`))
    expect(await database.copyIn('t', ['id', 'note'], rows)).toBe(3)
    expect(await database.query('select distinct length(note) from t')).toEqual([
      { length: sizeBytes },
    ])
  })

  test('copies all or nothing, and lets go of its source', async () => {
    let closed = false
    async function* rows(): AsyncGenerator<Uint8Array> {
      try {
        yield encoder.encode(`1\t${'x'.repeat(9 * 1024 * 1024)}\n`)
        yield encoder.encode(`1\t${'y'.repeat(9 * 1024 * 1024)}\n`)
        yield encoder.encode('never reached')
      } finally {
        closed = true
      }
    }
    const error = await queryError(database.copyIn('t', ['id', 'note'], rows()))
    expect(error.sqlState).toBe('23505')
    expect(closed).toBe(true)
    expect(await notes()).toEqual([])
    const broken = new Error('source broke')
    async function* breaks(): AsyncGenerator<Uint8Array> {
      yield encoder.encode('1\ta\n')
      throw broken
    }
    expect(await refusal(database.copyIn('t', ['id', 'note'], breaks()))).toBe(broken)
    expect(await notes()).toEqual([])
  })

  test('quotes the names it copies into', async () => {
    await database.execute('drop table if exists "T ""x"; create table "T ""x" ("A b" int)')
    expect(await database.copyIn('T "x', ['A b'], [encoder.encode('1\n')])).toBe(1)
  })

  test('answers statements sent at once in their order', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => database.query('select $1::int as n', [n])),
    )
    expect(answers.map(([row]) => row?.['n'])).toEqual(Array.from({ length: 20 }, (_, n) => n))
  })
})
