import { optionSql } from './option.ts'
import { privilegeSql } from './privilege.ts'

/** Tables, partitioned and foreign ones included; their columns are objects of their own. */
export const tableSql: string = `
  select 'pg_class'::regclass::oid, r.oid, 0, null,
    json_build_object(
      'type', case relkind when 'r' then 'table' when 'p' then 'partitioned table' else 'foreign table' end,
      'owner', pg_get_userbyid(relowner),
      'persistence', relpersistence,
      'access_method', (select amname from pg_am where oid = relam),
      'tablespace', (select spcname from pg_tablespace where oid = reltablespace),
      'options', ${optionSql('reloptions')},
      'toast_options', (select ${optionSql('toast.reloptions')} from pg_class toast where toast.oid = r.reltoastrelid),
      'row_security', relrowsecurity,
      'force_row_security', relforcerowsecurity,
      'replica_identity', case relreplident when 'd' then 'default' when 'n' then 'nothing' when 'f' then 'full'
        else 'index' end,
      'inherits', (select string_agg(inhparent::regclass::text || case when inhdetachpending then ' detaching' else '' end,
        E'\\n' order by inhseqno) from pg_inherits where inhrelid = r.oid),
      'partition_key', pg_get_partkeydef(r.oid),
      'partition_bound', pg_get_expr(relpartbound, r.oid),
      'of_type', format_type(nullif(reloftype, 0), null),
      'foreign_server', (select srvname from pg_foreign_table join pg_foreign_server s on s.oid = ftserver
        where ftrelid = r.oid),
      'foreign_options', (select ${optionSql('ftoptions')} from pg_foreign_table where ftrelid = r.oid),
      'privileges', ${privilegeSql('relacl', "acldefault('r', relowner)")})
  from relation r where relkind in ('r', 'p', 'f')`
