import type { Database, Row } from '../database/database.ts'
import { quoteIdentifier } from '../database/identifier.ts'

/** An object whose name something else can have taken. */
export interface NamedRelation {
  readonly kind: 'index' | 'view' | 'materialized view' | 'table' | 'sequence' | 'function'
  /** Name without schema and arguments. */
  readonly name: string
  /** Schema and name, quoted as SQL takes them. */
  readonly qualified: string
  /** Of a function, as `pg_get_function_identity_arguments` prints them; null for all else. */
  readonly identity: string | null
  /** Of a function, with its defaults; null for all else. */
  readonly arguments: string | null
  readonly result: string | null
  /** The table of an index. */
  readonly table: string | null
  /** The columns of a view, the arguments of a function: a list of nulls of the same types and collations. */
  readonly nulls: string | null
}

/** Something that has the name of an object, and is another. */
export interface Decoy {
  /** In a sentence: `an index with another definition`. */
  readonly title: string
  readonly createSql: string
  readonly dropSql: string
  /** A function of other argument types is another object to Postgres: both can exist. */
  readonly isOverload: boolean
}

const namedSql = `
select case c.relkind when 'i' then 'index' when 'I' then 'index' when 'v' then 'view' when 'm' then 'materialized view'
         when 'S' then 'sequence' else 'table' end as kind,
       c.relname::text as name, format('%I.%I', n.nspname, c.relname) as qualified, null::text as identity, null::text as arguments, null::text as result,
       (select indrelid::regclass::text from pg_index where indexrelid = c.oid) as "table",
       (select string_agg(format('null::%s%s as %I', format_type(atttypid, atttypmod),
          case when attcollation <> 0 then ' collate ' || attcollation::regcollation end, attname), ', ' order by attnum)
        from pg_attribute where attrelid = c.oid and attnum > 0 and c.relkind in ('v', 'm')) as nulls
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('i', 'I', 'v', 'm', 'S', 'r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  -- Keys, and sequences of columns: Postgres names them, and finds them another name.
  and not exists (select from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass
    and (d.deptype in ('i', 'e') or d.deptype = 'a' and c.relkind = 'S'))
union all
select 'function', p.proname::text, format('%I.%I', n.nspname, p.proname), pg_get_function_identity_arguments(p.oid), pg_get_function_arguments(p.oid),
       pg_get_function_result(p.oid), null,
       (select coalesce(string_agg('null::' || format_type(type, null), ', ' order by place), '')
        from unnest(p.proargtypes) with ordinality as arguments (type, place))
from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where p.prokind = 'f' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and not exists (select from pg_depend d where d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e')
order by 1, 2, 4`

/** Every relation and function whose name somebody chose. @throws {QueryError} */
export async function listNamed(database: Database): Promise<readonly NamedRelation[]> {
  return database.query<NamedRelation & Row>(namedSql)
}

/** Everything that can have taken an object's name, the one that is most like it first. */
export function decoysOf(object: NamedRelation): readonly Decoy[] {
  const { qualified, table, nulls } = object
  const plain = (kind: string, title: string, rest: string): Decoy => ({
    title,
    createSql: `create ${kind} ${qualified} ${rest}`,
    dropSql: `drop ${kind} ${qualified}`,
    isOverload: false,
  })
  const aTable = plain('table', 'a table with other columns', '(decoy integer)')
  const aView = plain('view', 'a view with other columns', 'as select 1 as decoy')
  const aSequence = plain('sequence', 'a sequence', 'increment by 7')
  const emptyOf = (kind: 'view' | 'materialized view'): Decoy =>
    plain(kind, `a ${kind} with the same columns and no rows`, `as select ${nulls} where false`)
  switch (object.kind) {
    case 'index':
      return [
        {
          title: 'an index with another definition',
          // An index lives in the schema of its table, and its name is given without it.
          createSql: `create index ${quoteIdentifier(object.name)} on ${table} ((1))`,
          dropSql: `drop index ${qualified}`,
          isOverload: false,
        },
        aSequence,
      ]
    case 'view':
      return [emptyOf('view'), aView, aTable, emptyOf('materialized view')]
    case 'materialized view':
      return [emptyOf('materialized view'), aView, aTable]
    case 'table':
      return [aTable, aView]
    case 'sequence':
      return [aSequence, aTable]
    case 'function':
      return functionDecoys(object)
  }
}

function functionDecoys({ qualified, identity, arguments: all, result }: NamedRelation): Decoy[] {
  const body = `language plpgsql as $decoy$ begin raise exception 'a decoy was called'; end $decoy$`
  const other = /(?:^| )text$/.test(identity ?? '') ? 'uuid' : 'text'
  return [
    {
      title: 'a function of the same signature with another body',
      createSql: `create function ${qualified}(${all}) returns ${result} ${body}`,
      dropSql: `drop function ${qualified}(${identity})`,
      isOverload: false,
    },
    {
      title: `a function of the same name that takes ${other}`,
      createSql: `create function ${qualified}(decoy ${other}) returns integer ${body}`,
      dropSql: `drop function ${qualified}(${other})`,
      isOverload: true,
    },
  ]
}
