import { optionSql } from './option.ts'
import { privilegeSql } from './privilege.ts'

/** Views and materialized views; their columns are objects of their own. */
export const viewSql: string = `
  select 'pg_class'::regclass::oid, r.oid, 0, null,
    json_build_object(
      'type', case relkind when 'v' then 'view' else 'materialized view' end,
      'owner', pg_get_userbyid(relowner),
      'persistence', relpersistence,
      'definition', pg_get_viewdef(r.oid, true),
      'options', ${optionSql('reloptions')},
      'toast_options', (select ${optionSql('toast.reloptions')} from pg_class toast where toast.oid = r.reltoastrelid),
      'populated', relispopulated,
      'replica_identity', relreplident,
      'access_method', (select amname from pg_am where oid = relam),
      'tablespace', (select spcname from pg_tablespace where oid = reltablespace),
      'privileges', ${privilegeSql('relacl', "acldefault('r', relowner)")})
  from relation r where relkind in ('v', 'm')`
