import { optionSql } from './option.ts'
import { privilegeSql } from './privilege.ts'

/** Columns of tables, views and composite types. `position` counts the columns that still exist. */
export const columnSql: string = `
  select 'pg_class'::regclass::oid, r.oid, attnum::integer, null,
    json_build_object(
      'position', row_number() over (partition by attrelid order by attnum),
      'type', format_type(atttypid, atttypmod),
      'not_null', attnotnull,
      'default', pg_get_expr(adbin, adrelid),
      'generated', case attgenerated when 's' then 'stored' when 'v' then 'virtual' end,
      'identity', case attidentity when 'a' then 'always' when 'd' then 'by default' end,
      'collation', nullif(attcollation, 0)::regcollation::text,
      'storage', case attstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended' end,
      'compression', case attcompression when 'p' then 'pglz' when 'l' then 'lz4' end,
      'statistics_target', nullif(attstattarget, -1),
      'options', ${optionSql('attoptions')},
      'foreign_options', ${optionSql('attfdwoptions')},
      'local', attislocal,
      'inherited_from', attinhcount,
      'privileges', ${privilegeSql('attacl', "acldefault('c', relowner)")})
  from relation r
  join pg_attribute on attrelid = r.oid and attnum > 0 and not attisdropped
  left join pg_attrdef on adrelid = attrelid and adnum = attnum
  where relkind in ('r', 'p', 'f', 'v', 'm', 'c')`
