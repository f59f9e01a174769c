/** Text search dictionaries. */
export const textSearchDictionarySql: string = `
  select 'pg_ts_dict'::regclass::oid, d.oid, 0, null,
    json_build_object(
      'owner', pg_get_userbyid(dictowner),
      'template', (pg_identify_object('pg_ts_template'::regclass, dicttemplate, 0)).identity,
      'options', dictinitoption)
  from pg_ts_dict d where d.oid >= 16384 and dictnamespace in (select oid from user_schema)`
