/** Text search configurations, with the dictionaries of each token type in order. */
export const textSearchConfigurationSql: string = `
  select 'pg_ts_config'::regclass::oid, c.oid, 0, null,
    json_build_object(
      'owner', pg_get_userbyid(cfgowner),
      'parser', (pg_identify_object('pg_ts_parser'::regclass, cfgparser, 0)).identity,
      'mappings', (select string_agg(alias || ': ' || mapdict::regdictionary, E'\\n'
          order by alias collate "C", mapseqno)
        from pg_ts_config_map join ts_token_type(cfgparser) on tokid = maptokentype where mapcfg = c.oid))
  from pg_ts_config c where c.oid >= 16384 and cfgnamespace in (select oid from user_schema)`
