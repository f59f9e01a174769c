import type { Database, Row } from '../../database/database.ts'
import { quoteIdentifier } from '../../database/identifier.ts'

/** A table, and what must be known of its columns to write rows for it. */
export interface WritableTable {
  /** Schema and name, as SQL takes them. */
  readonly table: string
  /** Those that can be written, in order. */
  readonly columns: readonly WritableColumn[]
}

export interface WritableColumn {
  readonly name: string
  /** As `format_type` prints it. */
  readonly type: string
  /** The name of the type, of a domain that of the type below it: `int4`, `varchar`. */
  readonly base: string
  /** Longest text that it takes; null: any. */
  readonly length: number | null
  readonly isArray: boolean
  /** Whether it takes neither null nor a value of its own. */
  readonly isNeeded: boolean
  /** Whether two rows may not have the same in it, alone or together with other columns. */
  readonly isKey: boolean
  /** Of an enum. */
  readonly labels: readonly string[]
  /** What constraints on it, and bounds of partitions, are written like. */
  readonly rules: readonly string[]
  /** A query for the key that it refers to, with `$row` in the place of the row's number; null: it refers to nothing. */
  readonly keySql: string | null
}

const tablesSql = `
select c.oid::bigint as id, format('%I.%I', n.nspname, c.relname) as table
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
order by 2`

const columnsSql = `
select a.attname::text as name, format_type(a.atttypid, a.atttypmod) as type,
       b.typname::text as base, b.typcategory = 'A' as is_array,
       case when b.typname in ('varchar', 'bpchar') then
         nullif(case when t.typtype = 'd' then t.typtypmod else a.atttypmod end, -1) - 4 end as length,
       (a.attnotnull or t.typnotnull) and not a.atthasdef and a.attidentity = '' as is_needed,
       exists (select from pg_index where indrelid = a.attrelid and indisunique and a.attnum = any(indkey)) as is_key,
       array(select enumlabel::text from pg_enum where enumtypid = b.oid order by enumsortorder) as labels,
       array(
         select pg_get_constraintdef(k.oid) from pg_constraint k
         where k.contype = 'c' and (k.conrelid = a.attrelid and a.attnum = any(k.conkey) or k.contypid = t.oid)
         union all
         select pg_get_expr(child.relpartbound, child.oid)
         from pg_partitioned_table p join pg_inherits i on i.inhparent = p.partrelid
         join pg_class child on child.oid = i.inhrelid
         where p.partrelid = a.attrelid and a.attnum = any(p.partattrs)) as rules,
       f.target, f.key, f.keys
from pg_attribute a
join pg_type t on t.oid = a.atttypid
join pg_type b on b.oid = coalesce(nullif(t.typbasetype, 0), t.oid)
left join lateral (
  select k.confrelid::regclass::text as target,
         (select attname::text from pg_attribute
          where attrelid = k.confrelid and attnum = k.confkey[array_position(k.conkey, a.attnum)]) as key,
         array(select attname::text from unnest(k.confkey) with ordinality u(num, at)
               join pg_attribute on attrelid = k.confrelid and attnum = u.num order by at) as keys
  from pg_constraint k
  where k.conrelid = a.attrelid and k.contype = 'f' and a.attnum = any(k.conkey)
  order by k.oid limit 1) f on true
where a.attrelid = $1::text::oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
order by a.attnum`

interface FoundColumn extends Row {
  readonly name: string
  readonly type: string
  readonly base: string
  readonly is_array: boolean
  readonly length: number | null
  readonly is_needed: boolean
  readonly is_key: boolean
  readonly labels: readonly string[]
  readonly rules: readonly string[]
  readonly target: string | null
  readonly key: string | null
  readonly keys: readonly string[] | null
}

/** Those of them that have no row. @throws {QueryError} */
export async function listFillable(database: Database): Promise<readonly WritableTable[]> {
  const fillable: WritableTable[] = []
  for (const one of await listWritable(database)) {
    const [found] = await database.query<{ has: boolean }>(
      `select exists (select from ${one.table}) as has`,
    )
    if (found?.has !== true) fillable.push(one)
  }
  return fillable
}

/** Every table outside the system's schemas. Partitions get their rows through what they are a part of. @throws {QueryError} */
export async function listWritable(database: Database): Promise<readonly WritableTable[]> {
  const tables = await database.query<{ id: number; table: string }>(tablesSql)
  const writable: WritableTable[] = []
  for (const { id, table } of tables) {
    const columns = await database.query<FoundColumn>(columnsSql, [String(id)])
    writable.push({ table, columns: columns.map(toColumn) })
  }
  return writable
}

function toColumn({ is_array, is_needed, is_key, ...found }: FoundColumn): WritableColumn {
  const { name, type, base, length, labels, rules } = found
  return {
    name,
    type,
    base,
    length,
    labels,
    rules,
    isArray: is_array,
    isNeeded: is_needed,
    isKey: is_key,
    keySql: keySqlOf(found),
  }
}

/** Rows of a key in a fixed order: columns that refer to it together take theirs from the same one. */
function keySqlOf({
  target,
  key,
  keys,
}: Pick<FoundColumn, 'target' | 'key' | 'keys'>): string | null {
  if (target === null || key === null || keys === null) return null
  const order = keys.map((name) => `${quoteIdentifier(name)}::text`).join(', ')
  const place = `$row % greatest((select count(*) from ${target}), 1)`
  return `(select ${quoteIdentifier(key)} from ${target} order by ${order} offset ${place} limit 1)`
}
