/** ALTER ROLE … SET and ALTER DATABASE … SET, one object a parameter; other databases' are left out. */
export const settingSql: string = `
  select null::oid, null::oid, 0,
    format('%s for %s in %s', split_part(entry, '=', 1),
      case setrole when 0 then 'all roles' else quote_ident(pg_get_userbyid(setrole)) end,
      case setdatabase when 0 then 'all databases' else 'current database' end),
    json_build_object('value', substr(entry, strpos(entry, '=') + 1))
  from pg_db_role_setting s, unnest(setconfig) entry
  where setdatabase in (0, (select oid from pg_database where datname = current_database()))`
