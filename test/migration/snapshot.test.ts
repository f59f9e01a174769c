import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { EmbeddedDatabase } from '../../src/database/pglite.ts'
import { openFresh } from '../../src/database/template.ts'
import { catalogSql } from '../../src/migration/catalog/catalog.ts'
import { objectKinds } from '../../src/migration/catalog/kind.ts'
import { describeDifference, diffSnapshots } from '../../src/migration/diff.ts'
import { captureSnapshot, fingerprintSnapshot } from '../../src/migration/snapshot.ts'

const emptySql =
  'drop schema if exists other cascade; drop schema public cascade; create schema public;'
const migrationsUrl = new URL('../../migrations/', import.meta.url)

let database: EmbeddedDatabase
beforeAll(async () => {
  database = await openFresh()
})
afterAll(() => database.close())
beforeEach(() => database.execute(emptySql))

const richSql = `
  create type mood as enum ('calm', 'busy');
  create table parent (id integer primary key, at timestamptz default '2024-01-01 00:00+00', mood mood default 'calm',
    took interval default '1 day 02:00', share double precision default 0.1, raw bytea default '\\x00ff');
  create table child (parent_id integer references parent);
  create view busy as select * from parent where mood = 'busy' and at > '2024-06-01 00:00+00';
  create function count_busy(text, other mood default 'busy') returns bigint language sql
    begin atomic select count(*) from parent where mood = other; end;`

test('two captures of the same catalog are equal as JSON text', async () => {
  await database.execute(richSql)
  const [first, second] = [await captureSnapshot(database), await captureSnapshot(database)]
  expect(JSON.stringify(second)).toBe(JSON.stringify(first))
  expect(
    first.objects.some(({ identity }) => identity === 'public.count_busy(text,public.mood)'),
  ).toBe(true)
})

test('a snapshot is plain data', async () => {
  await database.execute(richSql)
  const snapshot = await captureSnapshot(database)
  expect(JSON.parse(JSON.stringify(snapshot))).toStrictEqual(snapshot)
})

test('dropping everything and making it again, with other OIDs, gives the same snapshot', async () => {
  await database.execute(richSql)
  const before = await captureSnapshot(database)
  const oidSql = "select 'public.busy'::regclass::oid::text as oid"
  const oids = await database.query(oidSql)
  await database.execute(emptySql)
  expect(diffSnapshots(before, await captureSnapshot(database)).length).toBeGreaterThan(10)
  await database.execute(richSql)
  const after = await captureSnapshot(database)
  expect(await database.query(oidSql)).not.toEqual(oids)
  expect(diffSnapshots(before, after)).toEqual([])
  expect(JSON.stringify(after)).toBe(JSON.stringify(before))
})

async function runMigration(name: string): Promise<void> {
  await database.execute(await readFile(new URL(name, migrationsUrl), 'utf8'))
}

test('base, 004, 004b and the rollback end where they began, and play again to the same', async () => {
  await runMigration('000_hook_events.sql')
  const base = await captureSnapshot(database)
  await runMigration('004_add_hook_intelligence_indexes.sql')
  await runMigration('004b_fix_function_signatures.sql')
  const patched = await captureSnapshot(database)
  expect(diffSnapshots(base, patched).length).toBeGreaterThan(16)

  await runMigration('004_rollback_hook_intelligence.sql')
  expect(diffSnapshots(base, await captureSnapshot(database))).toEqual([])

  await database.execute(emptySql)
  await runMigration('000_hook_events.sql')
  await runMigration('004_add_hook_intelligence_indexes.sql')
  await runMigration('004b_fix_function_signatures.sql')
  expect(JSON.stringify(await captureSnapshot(database))).toBe(JSON.stringify(patched))
})

test('a function of the patch that a rollback forgets is told by its arguments', async () => {
  await runMigration('000_hook_events.sql')
  const base = await captureSnapshot(database)
  await runMigration('004_add_hook_intelligence_indexes.sql')
  await runMigration('004b_fix_function_signatures.sql')
  const [forgotten] = await database.query<{ definition: string }>(
    "select pg_get_functiondef('get_session_stats(text)'::regprocedure) as definition",
  )
  await runMigration('004_rollback_hook_intelligence.sql')
  await database.execute(
    `set check_function_bodies = off; ${forgotten?.definition}; reset check_function_bodies`,
  )
  expect(
    diffSnapshots(base, await captureSnapshot(database)).map(
      (difference) => describeDifference(difference).split('\n')[0],
    ),
  ).toEqual(['+ function public.get_session_stats(text)'])
})

test('no two objects of a kind share an identity, and objects come in order', async () => {
  await database.execute(richSql)
  const { objects } = await captureSnapshot(database)
  const ranks = objects.map(({ kind }) => objectKinds.indexOf(kind))
  expect(ranks).toEqual(ranks.toSorted((a, b) => a - b))
  for (const kind of objectKinds) {
    const identities = objects
      .filter((object) => object.kind === kind)
      .map((object) => object.identity)
    expect(identities).toEqual([...new Set(identities)].toSorted((a, b) => (a < b ? -1 : 1)))
  }
})

const sessionSettings = {
  search_path: 'other, public',
  TimeZone: 'Asia/Tokyo',
  DateStyle: 'German',
  IntervalStyle: 'iso_8601',
  bytea_output: 'escape',
  extra_float_digits: '-10',
  quote_all_identifiers: 'on',
}
const showSql = `select ${Object.keys(sessionSettings)
  .map((name) => `current_setting('${name}') as "${name}"`)
  .join(', ')}`

async function setSettings(scope: 'session' | 'local'): Promise<void> {
  for (const [name, value] of Object.entries(sessionSettings))
    await database.query(`set ${scope} ${name} = ${name === 'search_path' ? value : `'${value}'`}`)
}

test.each(['session', 'local'] as const)(
  'settings of the %s neither change the snapshot nor are changed by it',
  async (scope) => {
    await database.execute(`create schema other; ${richSql}`)
    const before = await captureSnapshot(database)
    const original = await database.query(showSql)
    await database.transaction(async () => {
      await setSettings(scope)
      const changed = await database.query(showSql)
      expect(JSON.stringify(await captureSnapshot(database))).toBe(JSON.stringify(before))
      expect(await database.query(showSql)).toEqual(changed)
    })
    expect(await database.query(showSql)).toEqual(
      scope === 'local' ? original : await shownAs(sessionSettings),
    )
    await database.execute(
      Object.keys(sessionSettings)
        .map((name) => `reset ${name};`)
        .join(' '),
    )
    expect(await database.query(showSql)).toEqual(original)
  },
)

/** What the settings read as once set: Postgres completes some of them. */
async function shownAs(settings: typeof sessionSettings): Promise<readonly unknown[]> {
  return [{ ...settings, DateStyle: 'German, DMY' }]
}

test('a kind is left out with a written reason that travels with the snapshot', async () => {
  await database.execute('create table t (id integer primary key)')
  const exclude = [{ kind: 'index', reason: 'Indexes are built by another team.' }] as const
  const snapshot = await captureSnapshot(database, { exclude })
  expect(snapshot.excluded).toEqual(exclude)
  const whole = await captureSnapshot(database)
  expect(snapshot.objects).toEqual(whole.objects.filter(({ kind }) => kind !== 'index'))
  expect(whole.objects.length).toBeGreaterThan(snapshot.objects.length)
})

test('a kind is not left out without a reason', async () => {
  await expect(
    captureSnapshot(database, { exclude: [{ kind: 'index', reason: ' ' }] }),
  ).rejects.toMatchObject({ code: 'E_SNAPSHOT_EXCLUSION', fault: 'usage' })
})

test('the fingerprint is that of the content, not of the order of its keys', async () => {
  await database.execute(richSql)
  const snapshot = await captureSnapshot(database)
  const reversed = {
    ...snapshot,
    objects: snapshot.objects.map(({ kind, identity, facts }) => ({
      facts: Object.fromEntries(Object.entries(facts).toReversed()),
      identity,
      kind,
    })),
  }
  expect(fingerprintSnapshot(snapshot)).toMatch(/^[0-9a-f]{64}$/)
  expect(fingerprintSnapshot(reversed)).toBe(fingerprintSnapshot(snapshot))
  await database.execute("alter type mood rename value 'calm' to 'quiet'")
  expect(fingerprintSnapshot(await captureSnapshot(database))).not.toBe(
    fingerprintSnapshot(snapshot),
  )
})

/** System catalogs that no kind reads by name, and why that leaves nothing unseen. */
const unread: Readonly<Record<string, string>> = {
  pg_authid: 'read through pg_roles, which any user may',
  pg_init_privs: 'what initdb and extensions granted',
  pg_largeobject: 'data',
  pg_largeobject_metadata: 'data: large objects have no name but their OID',
  pg_partitioned_table: 'printed by pg_get_partkeydef',
  pg_replication_origin: 'progress of replication, of the whole cluster',
  pg_shdepend: 'owners and grantees, read where they are written',
  pg_statistic: 'what ANALYZE found',
  pg_statistic_ext_data: 'what ANALYZE found',
  pg_user_mapping: 'read through pg_user_mappings',
}

test('every system catalog is read, or it is said why not', async () => {
  const rows = await database.query<{ relname: string }>(
    "select relname from pg_class where relnamespace = 'pg_catalog'::regnamespace and relkind = 'r' order by relname",
  )
  const kindsSql = Object.values(catalogSql).join(' ')
  // Read for every kind, by the capture itself.
  const shared = new Set([
    'pg_description',
    'pg_shdescription',
    'pg_seclabel',
    'pg_shseclabel',
    'pg_class',
    'pg_namespace',
  ])
  const missing = rows
    .map(({ relname }) => relname)
    .filter((name) => !new RegExp(`\\b(?:from|join) ${name}\\b`).test(kindsSql))
    .filter((name) => !shared.has(name))
  expect(missing.toSorted()).toEqual(Object.keys(unread).toSorted())
})
