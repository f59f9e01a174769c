/** Which role is in which. Postgres 15 knows neither the inherit nor the set option. */
export const membershipSql: string = `
  select null::oid, null::oid, 0,
    format('%I in %I granted by %I', pg_get_userbyid(member), pg_get_userbyid(roleid), pg_get_userbyid(grantor)),
    json_build_object(
      'admin', admin_option,
      'inherit', to_jsonb(m)->'inherit_option',
      'set', to_jsonb(m)->'set_option')
  from pg_auth_members m where pg_get_userbyid(member) !~ '^pg_'`
