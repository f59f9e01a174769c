import type { ChangesByKind } from './change.ts'

const server = 'create foreign data wrapper w; create server s foreign data wrapper w;'

/** What lives in no schema. */
export const globalChanges: ChangesByKind = {
  database: [
    {
      title: 'a comment changes',
      sql: "do $$ begin execute format('comment on database %I is %L', current_database(), 'new'); end $$",
      differs: [
        '~ database current database\n    comment: default administrative connection database → new',
      ],
    },
    {
      title: 'the connection limit changes',
      sql: "do $$ begin execute format('alter database %I connection limit 5', current_database()); end $$",
      differs: ['~ database current database\n    connection_limit: -1 → 5'],
    },
  ],
  tablespace: [
    {
      title: 'an option is set',
      sql: 'alter tablespace pg_default set (seq_page_cost = 2)',
      differs: ['~ tablespace pg_default\n    options: (none) → seq_page_cost=2'],
    },
  ],
  role: [
    { title: 'a role is created', sql: 'create role r', differs: ['+ role r'] },
    {
      title: 'a role may log in',
      given: 'create role r',
      sql: 'alter role r login',
      differs: ['~ role r\n    login: false → true'],
    },
    {
      title: 'a comment is made',
      given: 'create role r',
      sql: "comment on role r is 'x'",
      differs: ['~ role r\n    comment: (none) → x'],
    },
  ],
  membership: [
    {
      title: 'a role is put into another',
      given: 'create role r; create role g',
      sql: 'grant g to r',
      differs: ['+ membership r in g granted by postgres'],
    },
    {
      title: 'a member may admit others',
      given: 'create role r; grant pg_monitor to r',
      sql: 'grant pg_monitor to r with admin option',
      differs: ['~ membership r in pg_monitor granted by postgres\n    admin: false → true'],
    },
  ],
  setting: [
    {
      title: 'a setting of a role changes',
      given: "create role r; alter role r set work_mem = '8MB'",
      sql: "alter role r set work_mem = '16MB'",
      differs: ['~ setting work_mem for r in all databases\n    value: 8MB → 16MB'],
    },
    {
      title: 'a setting of the database is made',
      sql: "do $$ begin execute format('alter database %I set search_path = a', current_database()); end $$",
      differs: ['+ setting search_path for all roles in current database'],
    },
  ],
  parameter: [
    {
      title: 'a parameter may be set',
      given: 'create role r',
      sql: 'grant set on parameter work_mem to r',
      differs: ['+ parameter work_mem'],
    },
    {
      title: 'one more role may set it',
      given: 'create role q; create role r; grant set on parameter work_mem to q',
      sql: 'grant set on parameter work_mem to r',
      differs: [
        '~ parameter work_mem\n    privileges:\n      …\n        q=s/postgres\n      + r=s/postgres',
      ],
    },
  ],
  'default privileges': [
    {
      title: 'a default is altered',
      given: 'create role r',
      sql: 'alter default privileges in schema public grant select on tables to r',
      differs: ['+ default privileges for role postgres in schema public on tables'],
    },
    {
      title: 'a default is altered again',
      given: 'create role r; alter default privileges in schema public grant select on tables to r',
      sql: 'alter default privileges in schema public grant insert on tables to r',
      differs: [
        '~ default privileges for role postgres in schema public on tables\n    privileges: r=r/postgres → r=ar/postgres',
      ],
    },
  ],
  extension: [
    {
      title: 'an extension is dropped with what is in it',
      sql: 'drop extension plpgsql',
      differs: ['- extension plpgsql'],
    },
    {
      title: 'a comment is dropped',
      sql: 'comment on extension plpgsql is null',
      differs: ['~ extension plpgsql\n    comment: PL/pgSQL procedural language → (none)'],
    },
    {
      title: 'what an extension owns changes',
      given: 'create table t (id integer primary key); alter extension plpgsql add table t',
      sql: 'alter table t add label text; create index i on t (label)',
      differs: [],
    },
  ],
  language: [
    {
      title: 'a language is created',
      sql: 'create language l handler plpgsql_call_handler',
      differs: ['+ language l'],
    },
    {
      title: 'a privilege is revoked',
      sql: 'revoke usage on language sql from public',
      differs: ['~ language sql\n    privileges: (none) → postgres=U/postgres'],
    },
  ],
  'access method': [
    {
      title: 'an access method is created',
      sql: 'create access method other type table handler heap_tableam_handler',
      differs: ['+ access method other'],
    },
  ],
  'foreign data wrapper': [
    {
      title: 'a wrapper is created',
      sql: 'create foreign data wrapper w',
      differs: ['+ foreign data wrapper w'],
    },
    {
      title: 'an option is added',
      given: server,
      sql: "alter foreign data wrapper w options (add debug 'on')",
      differs: ['~ foreign data wrapper w\n    options: (none) → debug=on'],
    },
  ],
  'foreign server': [
    {
      title: 'a server is created',
      given: 'create foreign data wrapper w',
      sql: 'create server s foreign data wrapper w',
      differs: ['+ foreign server s'],
    },
    {
      title: 'an option changes',
      given: `${server} alter server s options (add host 'a')`,
      sql: "alter server s options (set host 'b')",
      differs: ['~ foreign server s\n    options: host=a → host=b'],
    },
  ],
  'user mapping': [
    {
      title: 'a mapping is created',
      given: server,
      sql: 'create user mapping for postgres server s',
      differs: ['+ user mapping postgres on server s'],
    },
  ],
  'event trigger': [
    {
      title: 'an event trigger is created',
      given: "create function f() returns event_trigger language plpgsql as 'begin end'",
      sql: 'create event trigger g on ddl_command_end execute function f()',
      differs: ['+ event trigger g'],
    },
    {
      title: 'an event trigger is disabled',
      given:
        "create function f() returns event_trigger language plpgsql as 'begin end'; create event trigger g on ddl_command_end execute function f()",
      sql: 'alter event trigger g disable',
      differs: ['~ event trigger g\n    enabled: yes → no'],
    },
  ],
  publication: [
    {
      title: 'a publication is created',
      sql: 'create publication p',
      differs: ['+ publication p'],
    },
    {
      title: 'a table is published in part',
      given: 'create table t (id integer primary key, label text); create publication p',
      sql: 'alter publication p add table t (id) where (id > 0)',
      differs: ['~ publication p\n    tables: (none) → public.t (id) where (id > 0)'],
    },
    {
      title: 'a schema is published',
      given: 'create publication p',
      sql: 'alter publication p add tables in schema public',
      differs: ['~ publication p\n    schemas: (none) → public'],
    },
  ],
  subscription: [
    {
      // CREATE SUBSCRIPTION loads a library that PGlite does not bring along.
      title: 'a subscription changes its slot',
      given:
        "set local allow_system_table_mods = on; insert into pg_subscription select (json_populate_record(null::pg_subscription, json_build_object('oid', 20000, 'subdbid', (select oid from pg_database where datname = current_database()), 'subskiplsn', '0/0', 'subname', 's', 'subowner', 10, 'subenabled', false, 'subbinary', false, 'substream', 'f', 'subtwophasestate', 'd', 'subdisableonerr', false, 'subpasswordrequired', true, 'subrunasowner', false, 'subfailover', false, 'subconninfo', 'dbname=x', 'subsynccommit', 'off', 'subpublications', array['p'], 'suborigin', 'any', 'subslotname', 'a'))).*",
      sql: "alter subscription s set (slot_name = 'b')",
      differs: [
        '~ subscription s\n    properties:\n      …\n        subrunasowner: false\n      - subslotname: a\n      + subslotname: b\n        substream: f\n      …',
      ],
    },
  ],
}
