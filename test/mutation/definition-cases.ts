/** As `queryCases`, of what is created, dropped, written, and of blocks. */
export const definitionCases: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'index-key-changed',
    'create index i on s.t using btree (a, (f(b, c)) desc)',
    [
      'create index i on s.t using btree (a desc, (f(b, c)) desc)',
      'create index i on s.t using btree (a, (f(b, c)))',
      'create index i on s.t using btree ((f(b, c)) desc)',
      'create index i on s.t using btree (a)',
    ],
  ],
  ['index-predicate-dropped', 'create index i on t (a) where b = 1', ['create index i on t (a)']],
  [
    'index-kind-changed',
    'create index i on t (a)',
    ['create unique index i on t (a)', 'create index i on t using brin (a)'],
  ],
  [
    'index-kind-changed',
    'create unique index i on t using btree (a)',
    ['create index i on t using btree (a)', 'create unique index i on t using brin (a)'],
  ],
  [
    'column-changed',
    'create table t (a integer primary key, b text not null default lower(c) unique, d point)',
    [
      'create table t (a bigint primary key, b text not null default lower(c) unique, d point)',
      'create table t (a integer, b text not null default lower(c) unique, d point)',
      'create table t (a integer primary key, b varchar not null default lower(c) unique, d point)',
      'create table t (a integer primary key, b text default lower(c) unique, d point)',
      'create table t (a integer primary key, b text not null unique, d point)',
      'create table t (a integer primary key, b text not null default lower(c), d point)',
    ],
  ],
  [
    'if-exists-added',
    'drop materialized view m;\ndrop index concurrently i;\ndrop function if exists f;\n',
    [
      'drop materialized view if exists m;\ndrop index concurrently i;\ndrop function if exists f;\n',
      'drop materialized view m;\ndrop index concurrently if exists i;\ndrop function if exists f;\n',
    ],
  ],
  [
    'cascade-added',
    'drop view v, w;\ndrop view x restrict;\ndrop view y cascade;\n',
    [
      'drop view v, w cascade;\ndrop view x restrict;\ndrop view y cascade;\n',
      'drop view v, w;\ndrop view x cascade;\ndrop view y cascade;\n',
    ],
  ],
  [
    'if-not-exists-added',
    'create unique index concurrently i on t (a);\ncreate index on t (a);\ncreate table t (a int)',
    [
      'create unique index concurrently if not exists i on t (a);\ncreate index on t (a);\ncreate table t (a int)',
      'create unique index concurrently i on t (a);\ncreate index on t (a);\ncreate table if not exists t (a int)',
    ],
  ],
  [
    'or-replace-added',
    'create view v as select 1;\ncreate or replace view w as select 1;\n',
    ['create or replace view v as select 1;\ncreate or replace view w as select 1;\n'],
  ],
  [
    'if-negated',
    'do $$ begin if a = 1 and b then null; end if; if a is null then null; end if; end $$',
    ['do $$ begin if not (a = 1 and b) then null; end if; if a is null then null; end if; end $$'],
  ],
  [
    'if-ignored',
    'do $$ begin if (a) then null; else null; end if; end $$',
    ['do $$ begin if true then null; else null; end if; end $$'],
  ],
  [
    'step-dropped',
    "do $$ begin if a then raise exception 'b'; end if; perform c(); drop table d; return; end $$",
    [
      'do $$ begin perform c(); drop table d; return; end $$',
      'do $$ begin if a then end if; perform c(); drop table d; return; end $$',
      "do $$ begin if a then raise exception 'b'; end if; drop table d; return; end $$",
      "do $$ begin if a then raise exception 'b'; end if; perform c(); return; end $$",
      "do $$ begin if a then raise exception 'b'; end if; perform c(); drop table d; end $$",
    ],
  ],
  [
    'signature-changed',
    'create function f(a integer default 7, b uuid) returns text language sql as $$ select 1 $$',
    [
      'create function f(a bigint default 7, b uuid) returns text language sql as $$ select 1 $$',
      'create function f(a integer default 7, b text) returns text language sql as $$ select 1 $$',
      'create function f(a integer default 7, b uuid) returns varchar language sql as $$ select 1 $$',
      'create function f(a integer, b uuid) returns text language sql as $$ select 1 $$',
    ],
  ],
  [
    'property-changed',
    'create function f() returns int language sql stable parallel safe return 1',
    [
      'create function f() returns int language sql strict stable parallel safe return 1',
      'create function f() returns int language sql volatile parallel safe return 1',
      'create function f() returns int language sql immutable parallel safe return 1',
      'create function f() returns int language sql stable parallel restricted return 1',
      'create function f() returns int language sql stable parallel unsafe return 1',
    ],
  ],
  ['comment-dropped', "begin;\ncomment on view v is 'x';\ncommit;\n", ['begin;\ncommit;\n']],
  [
    'comment-changed',
    "comment on view v is 'x'; comment on view v is null; do $$ begin comment on view v is 'y'; end $$",
    [
      "comment on view v is 'x~'; comment on view v is null; do $$ begin comment on view v is 'y'; end $$",
      "comment on view v is 'x'; comment on view v is null; do $$ begin comment on view v is 'y~'; end $$",
    ],
  ],
  [
    'create-dropped',
    "create view v as select 1;\ncreate view w as select 1;\ncomment on view v is 'x';\n",
    ['create view w as select 1;\n', "create view v as select 1;\ncomment on view v is 'x';\n"],
  ],
  ['drop-dropped', 'drop view v;\ndrop index i;\n', ['drop index i;\n', 'drop view v;\n']],
  ['write-dropped', 'insert into t values (1);\n', ['']],
  [
    'transaction-dropped',
    'begin;\nselect 1;\ncommit;\n',
    ['select 1;\ncommit;\n', 'begin;\nselect 1;\n'],
  ],
  ['guard-dropped', 'do $$ begin null; end $$;\n', ['']],
  ['statement-dropped', 'analyze t;\nselect 1;\n', ['select 1;\n', 'analyze t;\n']],
]
