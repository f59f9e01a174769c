/** Conversions between encodings. */
export const conversionSql: string = `
  select 'pg_conversion'::regclass::oid, c.oid, 0, null,
    json_build_object(
      'owner', pg_get_userbyid(conowner),
      'from', pg_encoding_to_char(conforencoding),
      'to', pg_encoding_to_char(contoencoding),
      'function', conproc::regprocedure::text,
      'default', condefault)
  from pg_conversion c where c.oid >= 16384 and connamespace in (select oid from user_schema)`
