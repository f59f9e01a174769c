import type { ChangesByKind } from './change.ts'

const family = `create operator class c for type integer using btree as operator 1 <, function 1 btint4cmp(integer, integer);`

/** Operators, what groups them, and casts and transforms. */
export const operatorChanges: ChangesByKind = {
  operator: [
    {
      title: 'an operator is created',
      sql: 'create operator === (leftarg = integer, rightarg = integer, function = int4eq)',
      differs: ['+ operator public.===(integer,integer)'],
    },
    {
      title: 'an operator is estimated otherwise',
      given: 'create operator === (leftarg = integer, rightarg = integer, function = int4eq)',
      sql: 'alter operator === (integer, integer) set (restrict = eqsel)',
      differs: [
        '~ operator public.===(integer,integer)\n    restrict: (none) → eqsel(internal,oid,internal,integer)',
      ],
    },
  ],
  'operator family': [
    {
      title: 'an operator family is created',
      sql: 'create operator family f using btree',
      differs: ['+ operator family public.f USING btree'],
    },
    {
      title: 'the owner changes',
      given: 'create role r; create operator family f using btree',
      sql: 'alter operator family f using btree owner to r',
      differs: ['~ operator family public.f USING btree\n    owner: postgres → r'],
    },
  ],
  'operator class': [
    {
      title: 'an operator class is created',
      sql: family,
      differs: [
        '+ operator family public.c USING btree',
        '+ operator class public.c USING btree',
        '+ operator family member function 1 (integer, integer) of public.c USING btree',
        '+ operator family member operator 1 (integer, integer) of public.c USING btree',
      ],
    },
    {
      title: 'a comment is made',
      given: family,
      sql: "comment on operator class c using btree is 'x'",
      differs: ['~ operator class public.c USING btree\n    comment: (none) → x'],
    },
  ],
  'operator family member': [
    {
      title: 'a built-in family gets an operator',
      given:
        'create function before(integer, text) returns boolean language sql immutable return true; create operator < (leftarg = integer, rightarg = text, function = before)',
      sql: 'alter operator family integer_ops using btree add operator 1 < (integer, text)',
      differs: [
        '+ operator family member operator 1 (integer, pg_catalog.text) of pg_catalog.integer_ops USING btree',
      ],
    },
    {
      title: 'a member is dropped',
      given:
        'create operator family f using btree; alter operator family f using btree add operator 1 < (integer, integer)',
      sql: 'alter operator family f using btree drop operator 1 (integer, integer)',
      differs: ['- operator family member operator 1 (integer, integer) of public.f USING btree'],
    },
  ],
  cast: [
    {
      title: 'a cast is created',
      given: "create type e as enum ('a')",
      sql: 'create cast (e as integer) with inout',
      differs: ['+ cast (public.e AS integer)'],
    },
    {
      title: 'a cast becomes implicit',
      given: "create type e as enum ('a'); create cast (e as integer) with inout",
      sql: 'drop cast (e as integer); create cast (e as integer) with inout as implicit',
      differs: ['~ cast (public.e AS integer)\n    context: explicit → implicit'],
    },
  ],
  transform: [
    {
      title: 'a transform is created',
      sql: 'create transform for integer language sql (from sql with function prsd_lextype(internal), to sql with function int4recv(internal))',
      differs: ['+ transform for integer language sql'],
    },
    {
      title: 'a transform loses a function',
      given:
        'create transform for integer language sql (from sql with function prsd_lextype(internal), to sql with function int4recv(internal))',
      sql: 'create or replace transform for integer language sql (from sql with function prsd_lextype(internal))',
      differs: ['~ transform for integer language sql\n    to_sql: int4recv(internal) → (none)'],
    },
  ],
}
