/** Operator classes. */
export const operatorClassSql: string = `
  select 'pg_opclass'::regclass::oid, c.oid, 0, null,
    json_build_object(
      'owner', pg_get_userbyid(opcowner),
      'family', (pg_identify_object('pg_opfamily'::regclass, opcfamily, 0)).identity,
      'input', format_type(opcintype, null),
      'key', format_type(nullif(opckeytype, 0), null),
      'default', opcdefault)
  from pg_opclass c where c.oid >= 16384 and opcnamespace in (select oid from user_schema)`
