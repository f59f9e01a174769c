import type { ChangesByKind } from './change.ts'

/** What lives in a schema besides relations and operators. */
export const schemaChanges: ChangesByKind = {
  schema: [
    { title: 'a schema is created', sql: 'create schema s', differs: ['+ schema s'] },
    {
      title: 'a schema is renamed',
      given: 'create schema s',
      sql: 'alter schema s rename to s2',
      differs: ['- schema s', '+ schema s2'],
    },
    {
      title: 'a privilege is revoked',
      sql: 'revoke usage on schema public from public',
      differs: [
        '~ schema public\n    privileges:\n      - =U/pg_database_owner\n      - pg_database_owner=UC/pg_database_owner',
      ],
    },
  ],
  type: [
    {
      title: 'an enum is created',
      sql: "create type e as enum ('a', 'b')",
      differs: ['+ type public.e'],
    },
    {
      title: 'an enum gets a label before another',
      given: "create type e as enum ('a', 'b')",
      sql: "alter type e add value 'c' before 'b'",
      differs: ["~ type public.e\n    labels:\n        'a'\n      + 'c'\n        'b'"],
    },
    {
      title: 'a label is renamed',
      given: "create type e as enum ('a', 'b')",
      sql: "alter type e rename value 'a' to 'z'",
      differs: ["~ type public.e\n    labels:\n      - 'a'\n      + 'z'\n        'b'"],
    },
    {
      title: 'the labels of an enum change places',
      given: "create type e as enum ('a', 'b')",
      sql: "drop type e; create type e as enum ('b', 'a')",
      differs: ["~ type public.e\n    labels:\n      - 'a'\n        'b'\n      + 'a'"],
    },
    {
      title: 'a domain gets a default',
      given: 'create domain d as integer',
      sql: 'alter domain d set default 5',
      differs: ['~ type public.d\n    default: (none) → 5'],
    },
    {
      title: 'a composite type is created',
      sql: 'create type c as (a integer)',
      differs: ['+ type public.c', '+ column public.c.a'],
    },
    {
      title: 'a range changes its subtype',
      given: 'create type r as range (subtype = integer)',
      sql: 'drop type r; create type r as range (subtype = bigint)',
      differs: [
        '~ type public.r\n    range:\n      - subtype integer\n      - operator class pg_catalog.int4_ops USING btree\n      + subtype bigint\n      + operator class pg_catalog.int8_ops USING btree\n        multirange public.r_multirange',
        '+ function public.r(bigint,bigint)',
        '+ function public.r(bigint,bigint,text)',
        '- function public.r(integer,integer)',
        '- function public.r(integer,integer,text)',
      ],
    },
    {
      title: 'a shell type is made a base type',
      given:
        "create type b; create function b_in(cstring) returns b language internal immutable strict as 'textin'; create function b_out(b) returns cstring language internal immutable strict as 'textout'",
      sql: 'create type b (input = b_in, output = b_out)',
      differs: [
        '~ type public.b\n    type: shell → base\n    base:\n      + input public.b_in(cstring)\n      + output public.b_out(public.b)\n      + length -1, by value f, alignment i, storage p, category U, preferred f, delimiter ,',
      ],
    },
    {
      title: 'a privilege is granted',
      given: "create role r; create type e as enum ('a')",
      sql: 'revoke usage on type e from public',
      differs: ['~ type public.e\n    privileges: (none) → postgres=U/postgres'],
    },
  ],
  function: [
    {
      title: 'an argument changes its type: another function',
      given: 'create function f(uuid) returns integer language sql return 1',
      sql: 'drop function f(uuid); create function f(text) returns integer language sql return 1',
      differs: ['+ function public.f(text)', '- function public.f(uuid)'],
    },
    {
      title: 'an overload is left behind',
      given: 'create function f(uuid) returns integer language sql return 1',
      sql: 'create function f(text) returns integer language sql return 1',
      differs: ['+ function public.f(text)'],
    },
    {
      title: 'a body changes',
      given: "create function f() returns integer language sql as 'select 1'",
      sql: "create or replace function f() returns integer language sql as 'select 2'",
      differs: [
        '~ function public.f()\n    definition:\n      …\n         LANGUAGE sql\n      - AS $function$select 1$function$\n      + AS $function$select 2$function$\n        ',
      ],
    },
    {
      title: 'the volatility changes',
      given: 'create function f() returns integer language sql return 1',
      sql: 'alter function f() stable',
      differs: [
        '~ function public.f()\n    definition:\n      …\n         LANGUAGE sql\n      +  STABLE\n        RETURN 1\n      …',
      ],
    },
    {
      title: 'a configuration parameter is set',
      given: 'create function f() returns integer language sql return 1',
      sql: "alter function f() set work_mem to '8MB'",
      differs: [
        "~ function public.f()\n    definition:\n      …\n         LANGUAGE sql\n      +  SET work_mem TO '8MB'\n        RETURN 1\n      …\n    settings: (none) → work_mem=8MB",
      ],
    },
    {
      title: 'the owner changes',
      given: "create role r; create procedure p() language sql as ''",
      sql: 'alter procedure p() owner to r',
      differs: ['~ function public.p()\n    owner: postgres → r'],
    },
    {
      title: 'a privilege is revoked',
      given: 'create function f() returns integer language sql return 1',
      sql: 'revoke execute on function f() from public',
      differs: ['~ function public.f()\n    privileges: (none) → postgres=X/postgres'],
    },
    {
      title: 'a comment changes',
      given:
        "create function f() returns integer language sql return 1; comment on function f() is 'old'",
      sql: "comment on function f() is 'new'",
      differs: ['~ function public.f()\n    comment: old → new'],
    },
    {
      title: 'an aggregate starts elsewhere',
      given: 'create aggregate a(integer) (sfunc = int4pl, stype = integer, initcond = 0)',
      sql: 'create or replace aggregate a(integer) (sfunc = int4pl, stype = integer, initcond = 1)',
      differs: [
        "~ function public.a(integer)\n    definition:\n      …\n        sspace 0\n      - initcond '0'\n      + initcond '1'\n        finalfunc_extra f, finalfunc_modify r\n      …",
      ],
    },
  ],
  collation: [
    {
      title: 'a collation is created',
      sql: "create collation c (locale = 'C')",
      differs: ['+ collation public.c'],
    },
    {
      title: 'the owner changes',
      given: "create role r; create collation c (locale = 'C')",
      sql: 'alter collation c owner to r',
      differs: ['~ collation public.c\n    owner: postgres → r'],
    },
  ],
  conversion: [
    {
      title: 'a conversion is created',
      sql: "create conversion c for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8",
      differs: ['+ conversion public.c'],
    },
  ],
  'text search parser': [
    {
      title: 'a parser is created',
      sql: 'create text search parser p (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype)',
      differs: ['+ text search parser public.p'],
    },
  ],
  'text search template': [
    {
      title: 'a template is created',
      sql: 'create text search template l (init = dsimple_init, lexize = dsimple_lexize)',
      differs: ['+ text search template public.l'],
    },
  ],
  'text search dictionary': [
    {
      title: 'a dictionary is created',
      sql: 'create text search dictionary d (template = simple)',
      differs: ['+ text search dictionary public.d'],
    },
    {
      title: 'an option changes',
      given: 'create text search dictionary d (template = simple, accept = true)',
      sql: 'alter text search dictionary d (accept = false)',
      differs: [
        "~ text search dictionary public.d\n    options: accept = 'true' → accept = 'false'",
      ],
    },
  ],
  'text search configuration': [
    {
      title: 'a configuration is created',
      sql: 'create text search configuration c (parser = "default")',
      differs: ['+ text search configuration public.c'],
    },
    {
      title: 'a token type is mapped',
      given: 'create text search configuration c (parser = "default")',
      sql: 'alter text search configuration c add mapping for email with simple',
      differs: ['~ text search configuration public.c\n    mappings: (none) → email: simple'],
    },
  ],
}
