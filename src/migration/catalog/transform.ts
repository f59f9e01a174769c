/** Transforms between a type and a language. */
export const transformSql: string = `
  select 'pg_transform'::regclass::oid, t.oid, 0, null,
    json_build_object(
      'from_sql', nullif(trffromsql, 0)::regprocedure::text,
      'to_sql', nullif(trftosql, 0)::regprocedure::text)
  from pg_transform t`
