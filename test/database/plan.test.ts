import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EmbeddedDatabase } from '../../src/database/pglite.ts'
import { explain, readPlan } from '../../src/database/plan.ts'
import { openFresh } from '../../src/database/template.ts'

let database: EmbeddedDatabase

beforeAll(async () => {
  database = await openFresh()
  await database.execute(`
    create table event (id integer primary key, kind text not null, document jsonb not null);
    insert into event select i, 'kind ' || i % 100, jsonb_build_object('a', i, 'b', -i)
      from generate_series(1, 20000) i;
    create index event_kind on event (kind);
    create function count_kind(p_kind text) returns bigint language sql stable
      as 'select count(*) from event where kind = p_kind';
    create function list_kind(p_kind text, p_most integer default 3) returns table (found integer)
      language sql stable as 'select id from event where kind = p_kind order by document limit p_most';
    create function atomic_kind(p_kind text) returns bigint language sql stable
      begin atomic select count(*) from event where kind = p_kind; end;
    create function procedural_kind(p_kind text) returns bigint language plpgsql stable
      as 'declare found bigint := 0; begin
        for once in 1 .. 2 loop
          found := found + (select count(*) from event where kind = p_kind);
        end loop;
        return found;
      end';
  `)
  await database.query('vacuum (freeze, analyze)')
})

afterAll(() => database.close())

describe('a plan', () => {
  test('counts what was read, kept and thrown away, exactly and the same each time', async () => {
    const sql = "select count(*) from event where document ->> 'a' = '7'"
    const first = await explain(database, sql)
    const again = await explain(database, sql)
    const [pages] = await database.query<{ readonly pages: number }>(
      "select relpages as pages from pg_class where relname = 'event'",
    )
    expect(first).toMatchObject({
      blocks: pages?.pages,
      tuples: 2,
      tuplesRemoved: 19_999,
      tempBlocks: 0,
      indexes: [],
      inner: null,
    })
    expect(again).toMatchObject({ blocks: first.blocks, fingerprint: first.fingerprint })
    expect(first.executionMs).toBeGreaterThan(0)
  })

  test('counts blocks of temporary files', async () => {
    await database.query("set work_mem = '64kB'")
    const plan = await explain(database, 'select * from event order by document')
    await database.query('reset work_mem')
    expect(plan.tempBlocks).toBeGreaterThan(0)
  })

  test('leaves nothing behind', async () => {
    await explain(database, "insert into event values (0, 'new', '{}')")
    expect(await database.query('select from event where id = 0')).toHaveLength(0)
  })

  test('passes the error of a statement on', async () => {
    await expect(explain(database, 'select nothing')).rejects.toMatchObject({ sqlState: '42703' })
    expect(await database.query('select 1 as one')).toEqual([{ one: 1 }])
  })

  test('is refused where there is none', () => {
    for (const document of [undefined, [], [{}], 'text']) {
      expect(() => readPlan(document)).toThrow('expected an array with one plan')
    }
  })
})

function sqlFor(condition: string): string {
  return `select id from event where ${condition}`
}

async function fingerprintOf(sql: string, params?: readonly unknown[]): Promise<string> {
  return (await explain(database, sql, params)).fingerprint
}

describe('a fingerprint', () => {
  test('is the same for other literals', async () => {
    const one = await fingerprintOf(sqlFor("document ->> 'a' = 'kind 1' and id > 10"))
    expect(await fingerprintOf(sqlFor("document ->> 'a' = 'it''s (2)' and id > 9"))).toBe(one)
    expect(await fingerprintOf(sqlFor("document ->> 'a' = $1 and id > 8"), ['kind 3'])).toBe(one)
  })

  test('differs for another key of a document, operator, column, alias or order', async () => {
    const prints = await Promise.all(
      [
        sqlFor("document ->> 'a' = '1'"),
        sqlFor("document ->> 'b' = '1'"),
        sqlFor("document -> 'a' = '1'"),
        sqlFor("document ->> 'a' > '1'"),
        sqlFor("kind = 'kind 1'"),
        "select id from event e where document ->> 'a' = '1'",
        `${sqlFor("document ->> 'a' = '1'")} order by kind`,
      ].map((sql) => fingerprintOf(sql)),
    )
    expect(new Set(prints).size).toBe(prints.length)
  })

  test('differs when an index goes, and is the old one when it comes back', async () => {
    const sql = sqlFor("kind = 'kind 1'")
    const before = await explain(database, sql)
    await database.query('drop index event_kind')
    const without = await explain(database, sql)
    await database.query('create index event_kind on event (kind)')
    const after = await explain(database, sql)
    expect(before.indexes).toEqual(['event_kind'])
    expect(without.indexes).toEqual([])
    expect(without.fingerprint).not.toBe(before.fingerprint)
    expect(after.fingerprint).toBe(before.fingerprint)
  })
})

describe('the plan of a function', () => {
  test.each([
    ['count_kind', 'select count_kind($1)', ['kind 1']],
    ['list_kind', 'select * from list_kind($1)', ['kind 1']],
    ['list_kind', 'select * from list_kind($1, $2)', ['kind 1', 2]],
    ['atomic_kind', 'select atomic_kind($1)', ['kind 1']],
  ])('%s is its body, with the arguments bound', async (name, sql, args) => {
    const plan = await explain(database, sql, args, { name, args })
    expect(plan.inner?.indexes).toEqual(['event_kind'])
    expect(plan.indexes).toEqual(['event_kind'])
    // The body alone reads what the call reads.
    expect(plan.blocks).toBeGreaterThanOrEqual(plan.inner?.blocks ?? Infinity)
    const copies = await database.query('select from pg_proc where proname = $1', [name])
    expect(copies).toHaveLength(1)
  })

  test('changes the fingerprint of the call', async () => {
    const callee = { name: 'count_kind', args: ['kind 1'] }
    const take = (): ReturnType<typeof explain> =>
      explain(database, 'select count_kind($1)', ['kind 1'], callee)
    const before = await take()
    await database.query('drop index event_kind')
    const without = await take()
    await database.query('create index event_kind on event (kind)')
    expect(without.fingerprint).not.toBe(before.fingerprint)
    expect(without.inner?.tuplesRemoved).toBe(19_800)
  })

  test('in PL/pgSQL is that of the statements that it runs, each once, their work as often as they ran', async () => {
    const callee = { name: 'procedural_kind', args: ['kind 1'] }
    const take = (): ReturnType<typeof explain> =>
      explain(database, 'select procedural_kind($1)', ['kind 1'], callee)
    const before = await take()
    expect(before.indexes).toEqual(['event_kind'])
    // 200 rows twice over: the scan hands them up, the loop runs it again.
    expect(before.tuples).toBeGreaterThan(400)
    await database.query('drop index event_kind')
    const without = await take()
    await database.query('create index event_kind on event (kind)')
    expect(without.inner?.tuplesRemoved).toBe(2 * 19_800)
    expect(without.fingerprint).not.toBe(before.fingerprint)
    expect(without.inner?.json).toHaveLength(1)
    const settings = await database.query('show client_min_messages')
    expect(await database.query('show auto_explain.log_min_duration')).toEqual([
      { 'auto_explain.log_min_duration': '-1' },
    ])
    expect(settings).toEqual([{ client_min_messages: 'notice' }])
  })

  test('of several of one name is that of the one that is called', async () => {
    await database.execute(`
      create function overloaded(p_kind text) returns bigint language sql stable
        as 'select count(*) from event where kind = p_kind';
      create function overloaded(p_id integer) returns bigint language sql volatile
        as 'select count(*) from event where id = p_id'`)
    const args = [7]
    const plan = await explain(database, 'select overloaded($1::integer)', args, {
      name: 'overloaded',
      args,
    })
    expect(plan.inner?.indexes).toEqual(['event_pkey'])
  })

  test('that runs nothing has none', async () => {
    await database.execute(
      `create function idle() returns integer language plpgsql as 'begin return 1; end'`,
    )
    const plan = await explain(database, 'select idle()', [], { name: 'idle', args: [] })
    expect(plan.inner).toBeNull()
  })
})
