/** Access methods of users: built-in objects have an OID below 16384. */
export const accessMethodSql: string = `
  select 'pg_am'::regclass::oid, a.oid, 0, null,
    json_build_object(
      'type', case amtype when 'i' then 'index' else 'table' end,
      'handler', amhandler::regproc::text)
  from pg_am a where a.oid >= 16384`
