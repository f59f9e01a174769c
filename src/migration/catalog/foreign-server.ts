import { optionSql } from './option.ts'
import { privilegeSql } from './privilege.ts'

/** Foreign servers. */
export const foreignServerSql: string = `
  select 'pg_foreign_server'::regclass::oid, s.oid, 0, null,
    json_build_object(
      'owner', pg_get_userbyid(srvowner),
      'wrapper', (select fdwname from pg_foreign_data_wrapper w where w.oid = srvfdw),
      'type', srvtype,
      'version', srvversion,
      'options', ${optionSql('srvoptions')},
      'privileges', ${privilegeSql('srvacl', "acldefault('S', srvowner)")})
  from pg_foreign_server s`
