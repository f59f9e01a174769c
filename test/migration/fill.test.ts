import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { openFresh } from '../../src/database/template.ts'
import { fillTables, refill } from '../../src/migration/fill/fill.ts'
import { captureLedger } from '../../src/migration/ledger.ts'

let database: Database
beforeAll(async () => {
  database = await openFresh()
})
afterAll(() => database.close())

const schemaSql = `
create type mood as enum ('calm', 'cross');
create domain positive as integer check (value > 0);
create table plain (
  id serial primary key, small smallint unique, big bigint, price numeric(4, 2), ratio real, paid money, yes boolean,
  name varchar(80), code char(2) unique, key uuid, day date, at timestamp, since timestamptz, clock time, span interval,
  doc json, docs jsonb, raw bytea, address inet, network cidr, tags text[], feeling mood, many positive,
  place point, words tsvector, weeks daterange, double numeric generated always as (price * 2) stored
);
create table "Earlier" (a integer, b text, at timestamptz not null default now(), primary key (a, b));
create table after_earlier (
  a integer not null, b text not null,
  state text not null check (state in ('it''s new', 'old')), amount integer not null check (amount > 0 and amount <= 10),
  foreign key (a, b) references "Earlier" (a, b)
);
create table tree (id integer generated always as identity primary key, parent integer references tree (id));
create table part (day date not null, at integer) partition by range (day);
create table part_one partition of part for values from ('2031-05-01') to ('2031-06-01');
create table seeded (id integer);
insert into seeded values (1);
create table stubborn (id integer primary key check (id < 0 and id > 0));
create table behind (id integer not null references stubborn);
create table record (version integer primary key);
-- Sorted before what it refers to: it has to wait.
create table "A" (id bigint not null unique references plain (id));
`

test('plain rows for every table that takes them, the same ones on the same schema, and nothing for the rest', async () => {
  await database.execute(schemaSql)
  const filling = await fillTables(database, ['record'])
  const ledger = await captureLedger(database)
  expect(Object.fromEntries(ledger.map(({ table, rows }) => [table, rows]))).toEqual({
    'public."A"': 3,
    'public."Earlier"': 3,
    'public.after_earlier': 3,
    'public.behind': 0,
    // The bounds that its partition names are tried: the upper one lies outside.
    'public.part': 2,
    'public.part_one': 2,
    'public.plain': 3,
    'public.record': 0,
    'public.seeded': 1,
    'public.stubborn': 0,
    'public.tree': 3,
  })
  expect(filling.empty.map(({ table }) => table)).toEqual(['public.behind', 'public.stubborn'])
  expect(filling.empty[1]?.reason).toContain('stubborn_id_check')
  // Every column holds something, and the keys are none that a migration would insert.
  const [plain] = await database.query('select plain::text as row, id from plain order by id')
  expect(plain?.['row']).not.toMatch(/,,|\(,|,\)/)
  expect(plain?.['id']).toBeGreaterThan(1_000_000)
  await database.execute('truncate plain, "A", after_earlier, "Earlier", part, tree')
  await refill(database, filling)
  expect(await captureLedger(database)).toEqual(ledger)
})
