import { privilegeSql } from './privilege.ts'

/** The database one is connected to; its name is where it lives, not what it is. */
export const databaseSql: string = `
  select 'pg_database'::regclass::oid as classid, d.oid as objid, 0 as subid, 'current database' as identity,
    json_build_object(
      'owner', pg_get_userbyid(datdba),
      'encoding', pg_encoding_to_char(encoding),
      'locale_provider', datlocprovider,
      'collate', datcollate,
      'ctype', datctype,
      'locale', coalesce(to_jsonb(d)->>'datlocale', to_jsonb(d)->>'daticulocale'),
      'icu_rules', to_jsonb(d)->>'daticurules',
      'template', datistemplate,
      'allow_connections', datallowconn,
      'connection_limit', datconnlimit,
      'tablespace', (select spcname from pg_tablespace t where t.oid = dattablespace),
      'privileges', ${privilegeSql('datacl', "acldefault('d', datdba)")}) as facts
  from pg_database d where datname = current_database()`
