import { expect, test } from 'vitest'
import type { EmbeddedDatabase } from '../../src/database/pglite.ts'
import { openFresh } from '../../src/database/template.ts'
import { QueryError } from '../../src/errors.ts'
import { refusal } from './refusal.ts'

const endless = 'select count(*) from generate_series(1, 1e12)'

test('closing twice, even at once, is harmless; asking a closed one is refused', async () => {
  const database = await openFresh()
  await Promise.all([database.close(), database.close()])
  await database.close()
  expect(await refusal(database.query('select 1'))).toMatchObject({ code: 'E_ENGINE_CLOSED' })
})

test('a statement that never ends is ended, and named; what waited behind it is told the same', async () => {
  await using database = await openFresh({ statementTimeoutMs: 300 })
  await database.query('create table before ()')
  const inside = refusal(
    database.transaction(async (transaction) => {
      await transaction.query(endless)
    }),
  )
  expect(await inside).toMatchObject({
    code: 'E_TIMEOUT',
    fault: 'judging',
    message: expect.stringContaining(endless),
  })
  expect(await refusal(database.query('select 1'))).toMatchObject({ code: 'E_TIMEOUT' })
})

test('only what runs within a limit is ended by it; the clock is where it is told to be', async () => {
  const clockUs = Date.UTC(2026, 0, 5) * 1_000
  await using database = await openFresh({ clockUs })
  const [row] = await database.query<{ readonly us: number }>(
    'select (extract(epoch from now()) * 1000000)::bigint as us',
  )
  expect((row?.us ?? 0) - clockUs).toBeGreaterThanOrEqual(0)
  expect((row?.us ?? 0) - clockUs).toBeLessThan(86_400_000_000)
  // It can be put ahead and back, within a transaction, too.
  const leaps = await database.transaction(async (transaction) => {
    const found: number[] = []
    for (const aheadMs of [86_400_000, -3_600_000, 0]) {
      await database.setClock(aheadMs)
      const [since] = await transaction.query<{ readonly ms: number }>(
        'select (extract(epoch from clock_timestamp() - now()) * 1000)::bigint as ms',
      )
      found.push((since?.ms ?? 0) - aheadMs)
    }
    return found
  })
  expect(Math.min(...leaps)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...leaps)).toBeLessThan(3_600_000)
  expect(await database.limit(50, () => Promise.resolve('nothing'))).toBe('nothing')
  const slept = await database.query('select pg_sleep(0.2), clock_timestamp() > now() as goes_on')
  expect(slept).toMatchObject([{ goes_on: true }])
  expect(await refusal(database.limit(300, () => database.query(endless)))).toMatchObject({
    code: 'E_TIMEOUT',
  })
})

test('an abort ends a busy engine', async () => {
  const interruption = new AbortController()
  await using database = await openFresh({ signal: interruption.signal })
  const busy = refusal(database.query(endless))
  const behind = refusal(database.query('select 1'))
  setTimeout(() => interruption.abort(), 100)
  expect(await busy).toMatchObject({ code: 'E_INTERRUPTED' })
  expect(await behind).toMatchObject({ code: 'E_INTERRUPTED' })
  expect(await refusal(openFresh({ signal: interruption.signal }))).toMatchObject({
    code: 'E_INTERRUPTED',
  })
})

test('`await using` closes on every path', async () => {
  const thrown = new Error('on purpose')
  let escaped: EmbeddedDatabase | undefined
  const work = async (): Promise<void> => {
    await using database = await openFresh()
    escaped = database
    throw thrown
  }
  expect(await refusal(work())).toBe(thrown)
  expect(await refusal(escaped?.query('select 1') ?? Promise.resolve())).toMatchObject({
    code: 'E_ENGINE_CLOSED',
  })
})

test('an engine that breaks says so, and in which statement: it is no refusal by the server', async () => {
  await using database = await openFresh({ postgres: '17' })
  // A recursion that this version does not stop before its stack is full.
  await database.execute(`create function deeper(n int) returns int language plpgsql as
    $$ begin return deeper(n + 1); end $$`)
  const error = await refusal(database.query('select deeper(1)'))
  expect(error).toMatchObject({
    code: 'E_ENGINE_CRASH',
    message: expect.stringContaining('select deeper(1)'),
  })
  expect(error).not.toBeInstanceOf(QueryError)
  expect(await refusal(database.query('select 1'))).toBe(error)
})

test('a statement that gets no answer is no empty answer', async () => {
  await using database = await openFresh()
  expect(await database.query('-- nothing; /* nothing */')).toEqual([])
  await database.execute('\n/* nothing */;\n-- nothing')
  // So deep that the newest engine gives up without a word.
  const silent = `select (repeat('[', 100000) || repeat(']', 100000))::jsonb is null as answer`
  expect(await refusal(database.query(silent))).toMatchObject({
    code: 'E_ENGINE_CRASH',
    message: expect.stringContaining(silent),
  })
})

test('an engine that can not start says why', async () => {
  const unknown = openFresh({ serverSettings: ['no_such_setting=1'] })
  expect(await refusal(unknown)).toMatchObject({ code: 'E_ENGINE_OPEN' })
  const tooLate = openFresh({ postgres: '16', serverSettings: ['wal_level=minimal'] })
  expect(await refusal(tooLate)).toMatchObject({
    code: 'E_ENGINE_OPEN',
    message: expect.stringContaining('wal_level'),
  })
})
