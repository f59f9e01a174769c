import { privilegeSql } from './privilege.ts'

/** Procedural languages, the built-in ones included: they can be granted on. */
export const languageSql: string = `
  select 'pg_language'::regclass::oid, l.oid, 0, null,
    json_build_object(
      'owner', pg_get_userbyid(lanowner),
      'trusted', lanpltrusted,
      'handler', nullif(lanplcallfoid, 0)::regprocedure::text,
      'inline', nullif(laninline, 0)::regprocedure::text,
      'validator', nullif(lanvalidator, 0)::regprocedure::text,
      'privileges', ${privilegeSql('lanacl', "acldefault('l', lanowner)")})
  from pg_language l`
