import type { ChangesByKind } from './change.ts'

const table = 'create table t (id integer, label text);'

/** Tables, views, sequences and their columns. */
export const relationChanges: ChangesByKind = {
  sequence: [
    { title: 'a sequence is created', sql: 'create sequence s', differs: ['+ sequence public.s'] },
    {
      title: 'the increment changes',
      given: 'create sequence s',
      sql: 'alter sequence s increment 2',
      differs: ['~ sequence public.s\n    increment: 1 → 2'],
    },
    {
      title: 'a column comes to own it',
      given: `${table} create sequence s`,
      sql: 'alter sequence s owned by t.id',
      differs: ['~ sequence public.s\n    owned_by: (none) → public.t.id'],
    },
    { title: 'it is used', given: 'create sequence s', sql: "select nextval('s')", differs: [] },
  ],
  table: [
    {
      title: 'a table without columns is created',
      sql: 'create table t ()',
      differs: ['+ table public.t'],
    },
    {
      title: 'a table is dropped with its columns',
      given: 'create table t (id integer)',
      sql: 'drop table t',
      differs: ['- table public.t', '- column public.t.id'],
    },
    {
      title: 'a storage parameter is set',
      given: table,
      sql: 'alter table t set (fillfactor = 70)',
      differs: ['~ table public.t\n    options: (none) → fillfactor=70'],
    },
    {
      title: 'storage parameters are listed in an order of their own',
      given: 'create table t () with (fillfactor = 70, autovacuum_enabled = off)',
      sql: 'alter table t reset (fillfactor); alter table t set (fillfactor = 70)',
      differs: [],
    },
    {
      title: 'a parameter of the TOAST table is set',
      given: table,
      sql: 'alter table t set (toast.autovacuum_enabled = off)',
      differs: ['~ table public.t\n    toast_options: (none) → autovacuum_enabled=off'],
    },
    {
      title: 'row security is switched on',
      given: table,
      sql: 'alter table t enable row level security',
      differs: ['~ table public.t\n    row_security: false → true'],
    },
    {
      title: 'row security is forced',
      given: table,
      sql: 'alter table t force row level security',
      differs: ['~ table public.t\n    force_row_security: false → true'],
    },
    {
      title: 'the replica identity changes',
      given: table,
      sql: 'alter table t replica identity full',
      differs: ['~ table public.t\n    replica_identity: default → full'],
    },
    {
      title: 'a table becomes unlogged',
      given: table,
      sql: 'alter table t set unlogged',
      differs: ['~ table public.t\n    persistence: p → u'],
    },
    {
      title: 'the owner changes',
      given: `${table} create role r`,
      sql: 'alter table t owner to r',
      differs: ['~ table public.t\n    owner: postgres → r'],
    },
    {
      title: 'a privilege is granted',
      given: `${table} create role r`,
      sql: 'grant select on t to r',
      differs: [
        '~ table public.t\n    privileges:\n      + postgres=arwdDxtm/postgres\n      + r=r/postgres',
      ],
    },
    {
      title: 'a privilege is granted and revoked',
      given: `${table} create role r`,
      sql: 'grant select on t to r; revoke select on t from r',
      differs: [],
    },
    {
      title: 'even the owner loses all privileges',
      given: table,
      sql: 'revoke all on t from postgres',
      differs: ['~ table public.t\n    privileges: (none) → nobody'],
    },
    {
      title: 'a comment changes',
      given: `${table} comment on table t is 'old'`,
      sql: "comment on table t is 'new'",
      differs: ['~ table public.t\n    comment: old → new'],
    },
    {
      title: 'a partition bound changes',
      given:
        "create table p (at timestamptz) partition by range (at); create table c partition of p for values from ('2024-01-01 00:00+00') to ('2025-01-01 00:00+00')",
      sql: "alter table p detach partition c; alter table p attach partition c for values from ('2024-01-01 00:00+00') to ('2026-01-01 00:00+00')",
      differs: [
        "~ table public.c\n    partition_bound: FOR VALUES FROM ('2024-01-01 00:00:00+00') TO ('2025-01-01 00:00:00+00') → FOR VALUES FROM ('2024-01-01 00:00:00+00') TO ('2026-01-01 00:00:00+00')",
      ],
    },
    {
      title: 'a table inherits',
      given: `${table} create table c (id integer, label text)`,
      sql: 'alter table c inherit t',
      differs: [
        '~ table public.c\n    inherits: (none) → public.t',
        '~ column public.c.id\n    inherited_from: 0 → 1',
        '~ column public.c.label\n    inherited_from: 0 → 1',
      ],
    },
    {
      title: 'a foreign table changes its options',
      given:
        'create foreign data wrapper w; create server s foreign data wrapper w; create foreign table f () server s',
      sql: "alter foreign table f options (add path 'x')",
      differs: ['~ table public.f\n    foreign_options: (none) → path=x'],
    },
    {
      title: 'a security label is put on it',
      given: table,
      sql: "set local allow_system_table_mods = on; insert into pg_seclabel values ('t'::regclass, 'pg_class'::regclass, 0, 'selinux', 'secret')",
      differs: ['~ table public.t\n    security_labels: (none) → selinux: secret'],
    },
    {
      title: 'a temporary table comes into being',
      sql: 'create temporary table t (id integer primary key)',
      differs: [],
    },
  ],
  view: [
    {
      title: 'a view is created',
      sql: 'create view v as select 1 as a',
      differs: ['+ view public.v', '+ column public.v.a'],
    },
    {
      title: 'a definition changes by a line',
      given: `${table} create view v as select id, label from t where id > 0`,
      sql: 'create or replace view v as select id, label from t where id > 1',
      differs: [
        '~ view public.v\n    definition:\n      …\n           FROM public.t\n      -   WHERE id > 0;\n      +   WHERE id > 1;',
      ],
    },
    {
      title: 'an option is set',
      given: 'create view v as select 1 as a',
      sql: 'alter view v set (security_barrier = true)',
      differs: ['~ view public.v\n    options: (none) → security_barrier=true'],
    },
    {
      title: 'a materialized view is emptied',
      given: 'create materialized view m as select 1 as a',
      sql: 'refresh materialized view m with no data',
      differs: ['~ view public.m\n    populated: true → false'],
    },
    {
      title: 'a comment is dropped',
      given: "create view v as select 1 as a; comment on view v is 'x'",
      sql: 'comment on view v is null',
      differs: ['~ view public.v\n    comment: x → (none)'],
    },
  ],
  column: [
    {
      title: 'a view gets a column',
      given: 'create view v as select 1 as a',
      sql: 'create or replace view v as select 1 as a, 2 as b',
      differs: [
        '~ view public.v\n    definition:\n      -  SELECT 1 AS a;\n      +  SELECT 1 AS a,\n      +     2 AS b;',
        '+ column public.v.b',
      ],
    },
    {
      title: 'a column is added',
      given: table,
      sql: 'alter table t add c integer',
      differs: ['+ column public.t.c'],
    },
    {
      title: 'a column is added and dropped',
      given: table,
      sql: 'alter table t add c integer; alter table t drop c',
      differs: [],
    },
    {
      title: 'columns change places',
      given: table,
      sql: 'alter table t drop id; alter table t add id integer',
      differs: [
        '~ column public.t.id\n    position: 1 → 2',
        '~ column public.t.label\n    position: 2 → 1',
      ],
    },
    {
      title: 'a type changes',
      given: table,
      sql: 'alter table t alter id type bigint',
      differs: ['~ column public.t.id\n    type: integer → bigint'],
    },
    {
      title: 'a length changes',
      given: 'create table t (c varchar(10))',
      sql: 'alter table t alter c type varchar(20)',
      differs: ['~ column public.t.c\n    type: character varying(10) → character varying(20)'],
    },
    {
      title: 'a default changes',
      given: 'create table t (c integer default 1)',
      sql: 'alter table t alter c set default 2',
      differs: ['~ column public.t.c\n    default: 1 → 2'],
    },
    {
      title: 'a collation changes',
      given: table,
      sql: 'alter table t alter label type text collate "C"',
      differs: ['~ column public.t.label\n    collation: "default" → "C"'],
    },
    {
      title: 'the storage changes',
      given: table,
      sql: 'alter table t alter label set storage external',
      differs: ['~ column public.t.label\n    storage: extended → external'],
    },
    {
      title: 'the compression changes',
      given: table,
      sql: 'alter table t alter label set compression pglz',
      differs: ['~ column public.t.label\n    compression: (none) → pglz'],
    },
    {
      title: 'the statistics target changes',
      given: table,
      sql: 'alter table t alter label set statistics 500',
      differs: ['~ column public.t.label\n    statistics_target: (none) → 500'],
    },
    {
      title: 'an option is set',
      given: table,
      sql: 'alter table t alter label set (n_distinct = 5)',
      differs: ['~ column public.t.label\n    options: (none) → n_distinct=5'],
    },
    {
      title: 'a generated column becomes a plain one',
      given: 'create table t (a integer, b integer generated always as (a + 1) stored)',
      sql: 'alter table t alter b drop expression',
      differs: [
        '~ column public.t.b\n    default: (a + 1) → (none)\n    generated: stored → (none)',
      ],
    },
    {
      title: 'an identity changes',
      given: 'create table t (a integer generated always as identity)',
      sql: 'alter table t alter a set generated by default',
      differs: ['~ column public.t.a\n    identity: always → by default'],
    },
    {
      title: 'a privilege is granted',
      given: `${table} create role r`,
      sql: 'grant select (label) on t to r',
      differs: ['~ column public.t.label\n    privileges: (none) → r=r/postgres'],
    },
    {
      title: 'a comment changes',
      given: `${table} comment on column t.label is 'old'`,
      sql: "comment on column t.label is 'new'",
      differs: ['~ column public.t.label\n    comment: old → new'],
    },
    {
      title: 'a composite type gets an attribute',
      given: 'create type c as (a integer)',
      sql: 'alter type c add attribute b text',
      differs: ['+ column public.c.b'],
    },
  ],
}
