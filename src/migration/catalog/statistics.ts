/** Extended statistics, not what ANALYZE found. */
export const statisticsSql: string = `
  select 'pg_statistic_ext'::regclass::oid, s.oid, 0, null,
    json_build_object(
      'owner', pg_get_userbyid(stxowner),
      'definition', pg_get_statisticsobjdef(s.oid),
      'statistics_target', nullif(stxstattarget, -1))
  from pg_statistic_ext s where s.oid >= 16384 and stxnamespace in (select oid from user_schema)`
