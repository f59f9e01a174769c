import { privilegeSql } from './privilege.ts'

/** Schemas but the system's and the temporary ones. */
export const schemaSql: string = `
  select 'pg_namespace'::regclass::oid, n.oid, 0, null,
    json_build_object(
      'owner', pg_get_userbyid(nspowner),
      'privileges', ${privilegeSql('nspacl', "acldefault('n', nspowner)")})
  from user_schema n`
