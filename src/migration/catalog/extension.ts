/** Extensions by version; what belongs to one is not listed apart. */
export const extensionSql: string = `
  select 'pg_extension'::regclass::oid, e.oid, 0, null,
    json_build_object(
      'owner', pg_get_userbyid(extowner),
      'schema', extnamespace::regnamespace::text,
      'version', extversion)
  from pg_extension e`
