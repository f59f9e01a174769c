import { describe, expect, test } from 'vitest'
import { splitScript } from '../../src/migration/statement.ts'

interface Named {
  readonly sql: string
  readonly kind: string
  readonly action: string
  /** `kind qualifier.name(identity)` of each object. */
  readonly objects: readonly string[]
}

const named: readonly Named[] = [
  {
    sql: 'create index concurrently if not exists i on s.t (a)',
    kind: 'IndexStmt',
    action: 'create',
    objects: ['index s.i'],
  },
  { sql: 'create index on t (a)', kind: 'IndexStmt', action: 'create', objects: [] },
  {
    sql: 'create or replace view s.v as select 1',
    kind: 'ViewStmt',
    action: 'create',
    objects: ['view s.v'],
  },
  {
    sql: 'create materialized view m as select 1',
    kind: 'CreateTableAsStmt',
    action: 'create',
    objects: ['materialized view m'],
  },
  { sql: 'create table t (a int)', kind: 'CreateStmt', action: 'create', objects: ['table t'] },
  {
    sql: 'create function f(a text, inout b int[], out c int, d numeric(3,1) default 1) language sql return 1',
    kind: 'CreateFunctionStmt',
    action: 'create',
    objects: ['function f(text, int4[], numeric)'],
  },
  {
    sql: 'create function f() returns table (a int) language sql return 1',
    kind: 'CreateFunctionStmt',
    action: 'create',
    objects: ['function f()'],
  },
  {
    sql: 'create procedure p() language sql begin atomic end',
    kind: 'CreateFunctionStmt',
    action: 'create',
    objects: ['procedure p()'],
  },
  {
    sql: "create type s.e as enum ('a')",
    kind: 'CreateEnumStmt',
    action: 'create',
    objects: ['type s.e'],
  },
  {
    sql: 'create trigger g after insert on t execute function f()',
    kind: 'CreateTrigStmt',
    action: 'create',
    objects: ['trigger t.g'],
  },
  { sql: 'create schema s', kind: 'CreateSchemaStmt', action: 'create', objects: ['schema s'] },
  {
    sql: 'drop view if exists v, s.w',
    kind: 'DropStmt',
    action: 'drop',
    objects: ['view v', 'view s.w'],
  },
  {
    sql: 'drop function f(uuid, p text, out int), g',
    kind: 'DropStmt',
    action: 'drop',
    objects: ['function f(uuid, text)', 'function g'],
  },
  { sql: 'drop type e', kind: 'DropStmt', action: 'drop', objects: ['type e'] },
  {
    sql: 'drop materialized view m',
    kind: 'DropStmt',
    action: 'drop',
    objects: ['materialized view m'],
  },
  {
    sql: "comment on function f(timestamptz, timestamp with time zone) is 'x'",
    kind: 'CommentStmt',
    action: 'comment',
    objects: ['function f(timestamptz, timestamptz)'],
  },
  {
    sql: "comment on column s.t.c is 'x'",
    kind: 'CommentStmt',
    action: 'comment',
    objects: ['column s.t.c'],
  },
  {
    sql: "comment on constraint c on t is 'x'",
    kind: 'CommentStmt',
    action: 'comment',
    objects: ['constraint t.c'],
  },
  {
    sql: 'alter table s.t add b int',
    kind: 'AlterTableStmt',
    action: 'alter',
    objects: ['table s.t'],
  },
  { sql: 'alter index i rename to j', kind: 'RenameStmt', action: 'alter', objects: ['index i'] },
  {
    sql: 'alter table t rename a to b',
    kind: 'RenameStmt',
    action: 'alter',
    objects: ['table t'],
  },
  { sql: 'savepoint a', kind: 'TransactionStmt', action: 'transaction', objects: [] },
  { sql: 'insert into t values (1)', kind: 'InsertStmt', action: 'other', objects: [] },
]

describe('describeAction names', () => {
  test.each(named)('$sql', async ({ sql, kind, action, objects }) => {
    const [statement] = await splitScript(sql)
    expect(statement).toMatchObject({ kind, action })
    expect(
      statement?.objects.map(
        ({ kind: object, qualifier, name, identity }) =>
          `${object} ${qualifier === null ? '' : `${qualifier}.`}${name}${identity === null ? '' : `(${identity})`}`,
      ),
    ).toEqual(objects)
  })
})
