import { privilegeSql } from './privilege.ts'

/** GRANT … ON PARAMETER. */
export const parameterSql: string = `
  select 'pg_parameter_acl'::regclass::oid, p.oid, 0, null,
    json_build_object('privileges', ${privilegeSql('paracl', "acldefault('p', 10)")})
  from pg_parameter_acl p`
