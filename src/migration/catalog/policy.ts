/** Row security policies. */
export const policySql: string = `
  select 'pg_policy'::regclass::oid, p.oid, 0, null,
    json_build_object(
      'command', case polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete'
        else 'all' end,
      'permissive', polpermissive,
      'roles', (select string_agg(case role when 0 then 'public' else quote_ident(pg_get_userbyid(role)) end, E'\\n'
          order by pg_get_userbyid(role) collate "C") from unnest(polroles) role),
      'using', pg_get_expr(polqual, polrelid),
      'check', pg_get_expr(polwithcheck, polrelid))
  from pg_policy p where polrelid in (select oid from relation)`
