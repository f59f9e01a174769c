import { optionSql } from './option.ts'
import { privilegeSql } from './privilege.ts'

/** Foreign data wrappers. */
export const foreignDataWrapperSql: string = `
  select 'pg_foreign_data_wrapper'::regclass::oid, w.oid, 0, null,
    json_build_object(
      'owner', pg_get_userbyid(fdwowner),
      'handler', nullif(fdwhandler, 0)::regprocedure::text,
      'validator', nullif(fdwvalidator, 0)::regprocedure::text,
      'options', ${optionSql('fdwoptions')},
      'privileges', ${privilegeSql('fdwacl', "acldefault('F', fdwowner)")})
  from pg_foreign_data_wrapper w`
