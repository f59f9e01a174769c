import type { Database, Row } from '../database/database.ts'
import type { ColumnContract } from './contract.ts'
import { parseName, renderName } from './object-name.ts'

/** An index as the catalog has it, in the parts that a contract declares. */
export interface FoundIndex {
  /** As a contract names it. */
  readonly table: string
  readonly method: string
  readonly is_unique: boolean
  readonly is_usable: boolean
  readonly keys: string[]
  readonly include: string[]
  readonly predicate: string | null
}

/** `pg_get_indexdef` leaves direction, collation and operator class out of a single column: they are put back here. */
const indexSql = `
select c.relname::text as table, a.amname::text as method, i.indisunique as is_unique,
       i.indisvalid and i.indisready and i.indislive as is_usable,
       array(
         select pg_get_indexdef(i.indexrelid, k, true)
           || case when not o.opcdefault then ' ' || o.opcname else '' end
           || case when i.indcollation[k - 1] not in (0, coalesce(att.attcollation, 100))
                   then ' COLLATE ' || quote_ident(l.collname) else '' end
           || case i.indoption[k - 1]
                when 3 then ' DESC' when 2 then ' NULLS FIRST' when 1 then ' DESC NULLS LAST' else '' end
         from generate_series(1, i.indnkeyatts) k
         join pg_opclass o on o.oid = i.indclass[k - 1]
         left join pg_attribute att on att.attrelid = i.indrelid and att.attnum = i.indkey[k - 1]
         left join pg_collation l on l.oid = i.indcollation[k - 1]
         order by k) as keys,
       array(
         select pg_get_indexdef(i.indexrelid, k, true)
         from generate_series(i.indnkeyatts + 1, i.indnatts) k order by k) as include,
       pg_get_expr(i.indpred, i.indrelid, true) as predicate
from pg_index i
join pg_class x on x.oid = i.indexrelid
join pg_class c on c.oid = i.indrelid
join pg_am a on a.oid = x.relam
where x.relnamespace = to_regnamespace(quote_ident($1)) and x.relname = $2`

/** An index by the name that a contract calls it; it lives in its table's schema. @throws {QueryError} */
export async function findIndex(database: Database, text: string): Promise<FoundIndex | undefined> {
  const { schema, name } = parseName(text)
  const [found] = await database.query<FoundIndex & Row>(indexSql, [schema, name])
  return found && { ...found, table: renderName({ schema, name: found.table }) }
}

const columnsSql = `
select a.attname::text as name, format_type(a.atttypid, a.atttypmod) as type
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = to_regnamespace(quote_ident($1)) and c.relname = $2 and c.relkind in ('v', 'm')
order by a.attnum`

/** Columns of a view, in order; none where there is no such view. @throws {QueryError} */
export function findColumns(database: Database, text: string): Promise<readonly ColumnContract[]> {
  const { schema, name } = parseName(text)
  return database.query<ColumnContract & Row>(columnsSql, [schema, name])
}

/** A function as the catalog has it, in the parts that a contract declares. */
export interface FoundFunction {
  readonly arguments: string
  readonly identity_arguments: string
  readonly result: string
  readonly language: string
  readonly volatility: 'immutable' | 'stable' | 'volatile'
  readonly is_strict: boolean
  readonly is_definer: boolean
  readonly parallel: 'safe' | 'restricted' | 'unsafe'
  /** Arguments that a call can't leave out. */
  readonly needed: number
  /** Of the arguments that a call can have. */
  readonly types: string[]
}

const functionSql = `
select pg_get_function_arguments(p.oid) as arguments,
       pg_get_function_identity_arguments(p.oid) as identity_arguments,
       pg_get_function_result(p.oid) as result, l.lanname::text as language,
       case p.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end as volatility,
       p.proisstrict as is_strict, p.prosecdef as is_definer,
       case p.proparallel when 's' then 'safe' when 'r' then 'restricted' else 'unsafe' end as parallel,
       p.pronargs - p.pronargdefaults as needed,
       array(select format_type(t, null) from unnest(p.proargtypes) with ordinality a(t, at) order by at) as types
from pg_proc p
join pg_language l on l.oid = p.prolang
where p.prokind = 'f'`

/** Every function of a name; procedures and aggregates are declared among the others. @throws {QueryError} */
export async function findFunctions(
  database: Database,
  text: string,
): Promise<readonly FoundFunction[]> {
  const { schema, name } = parseName(text)
  return database.query<FoundFunction & Row>(
    `${functionSql} and p.pronamespace = to_regnamespace(quote_ident($1)) and p.proname = $2 order by 2`,
    [schema, name],
  )
}

/** The function of an identity as snapshots print it; undefined where it is a procedure or an aggregate. */
export async function findFunction(
  database: Database,
  identity: string,
): Promise<FoundFunction | undefined> {
  const [found] = await database.query<FoundFunction & Row>(
    `${functionSql} and p.oid = to_regprocedure($1)`,
    [identity],
  )
  return found
}

const resultSql = `
with f as (select * from pg_proc where oid = to_regprocedure($1))
select u.name, format_type(u.type, null) as type
from f, unnest(proargnames, proallargtypes, proargmodes) with ordinality u(name, type, mode, at)
where u.mode in ('o', 'b', 't')
union all
select a.attname::text, format_type(a.atttypid, a.atttypmod)
from f join pg_type t on t.oid = f.prorettype and coalesce(not f.proargmodes && '{o,b,t}', true)
join pg_attribute a on a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped`

/**
 * Columns of what a function returns, by its identity: those of its OUT arguments, its TABLE or its row type; none where it
 * returns one value. @throws {QueryError}
 */
export function findResultColumns(
  database: Database,
  identity: string,
): Promise<readonly ColumnContract[]> {
  return database.query<ColumnContract & Row>(resultSql, [identity])
}
