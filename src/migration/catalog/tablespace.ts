import { optionSql } from './option.ts'
import { privilegeSql } from './privilege.ts'

/** Tablespaces, the built-in ones included: they can be granted on. */
export const tablespaceSql: string = `
  select 'pg_tablespace'::regclass::oid, t.oid, 0, null,
    json_build_object(
      'owner', pg_get_userbyid(spcowner),
      'location', pg_tablespace_location(t.oid),
      'options', ${optionSql('spcoptions')},
      'privileges', ${privilegeSql('spcacl', "acldefault('t', spcowner)")})
  from pg_tablespace t`
