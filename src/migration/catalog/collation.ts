/** Collations of users. The columns for ICU differ between Postgres 15, 16 and 17. */
export const collationSql: string = `
  select 'pg_collation'::regclass::oid, c.oid, 0, null,
    json_build_object(
      'owner', pg_get_userbyid(collowner),
      'provider', collprovider,
      'deterministic', collisdeterministic,
      'encoding', pg_encoding_to_char(collencoding),
      'collate', collcollate,
      'ctype', collctype,
      'locale', coalesce(to_jsonb(c)->>'colllocale', to_jsonb(c)->>'colliculocale'),
      'icu_rules', to_jsonb(c)->>'collicurules',
      'version', collversion)
  from pg_collation c where c.oid >= 16384 and collnamespace in (select oid from user_schema)`
