/** Casts, which live in no schema: the built-in ones have an OID below 16384. */
export const castSql: string = `
  select 'pg_cast'::regclass::oid, c.oid, 0, null,
    json_build_object(
      'function', nullif(castfunc, 0)::regprocedure::text,
      'context', case castcontext when 'i' then 'implicit' when 'a' then 'assignment' else 'explicit' end,
      'method', case castmethod when 'f' then 'function' when 'i' then 'inout' else 'binary' end)
  from pg_cast c where c.oid >= 16384`
