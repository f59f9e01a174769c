/** Text search templates. */
export const textSearchTemplateSql: string = `
  select 'pg_ts_template'::regclass::oid, t.oid, 0, null,
    json_build_object(
      'init', nullif(tmplinit, 0)::regprocedure::text,
      'lexize', tmpllexize::regprocedure::text)
  from pg_ts_template t where t.oid >= 16384 and tmplnamespace in (select oid from user_schema)`
