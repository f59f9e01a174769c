import { privilegeSql } from './privilege.ts'

/** ALTER DEFAULT PRIVILEGES. */
export const defaultPrivilegesSql: string = `
  select 'pg_default_acl'::regclass::oid, a.oid, 0, null,
    json_build_object('privileges', ${privilegeSql('defaclacl', 'null::aclitem[]')})
  from pg_default_acl a`
