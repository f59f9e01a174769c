/** Roles but the predefined ones. Passwords are left out: a salted hash differs each time it is made. */
export const roleSql: string = `
  select 'pg_authid'::regclass::oid, r.oid, 0, null,
    json_build_object(
      'superuser', rolsuper,
      'inherit', rolinherit,
      'create_role', rolcreaterole,
      'create_database', rolcreatedb,
      'login', rolcanlogin,
      'replication', rolreplication,
      'bypass_row_security', rolbypassrls,
      'connection_limit', rolconnlimit,
      'valid_until', rolvaliduntil::text)
  from pg_roles r where rolname !~ '^pg_'`
