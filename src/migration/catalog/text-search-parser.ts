/** Text search parsers. */
export const textSearchParserSql: string = `
  select 'pg_ts_parser'::regclass::oid, p.oid, 0, null,
    json_build_object(
      'start', prsstart::regprocedure::text,
      'token', prstoken::regprocedure::text,
      'end', prsend::regprocedure::text,
      'headline', nullif(prsheadline, 0)::regprocedure::text,
      'types', prslextype::regprocedure::text)
  from pg_ts_parser p where p.oid >= 16384 and prsnamespace in (select oid from user_schema)`
