import { optionSql } from './option.ts'

/** User mappings; their options hold passwords, so only a digest of them is kept. */
export const userMappingSql: string = `
  select 'pg_user_mapping'::regclass::oid, umid, 0, null,
    json_build_object('options_digest', encode(sha256(convert_to(${optionSql('umoptions')}, 'UTF8')), 'hex'))
  from pg_user_mappings m`
