import { privilegeSql } from './privilege.ts'

/** Sequences without their position, which is data. */
export const sequenceSql: string = `
  select 'pg_class'::regclass::oid, r.oid, 0, null,
    json_build_object(
      'owner', pg_get_userbyid(relowner),
      'persistence', relpersistence,
      'type', format_type(seqtypid, null),
      'start', seqstart::text,
      'minimum', seqmin::text,
      'maximum', seqmax::text,
      'increment', seqincrement::text,
      'cache', seqcache::text,
      'cycle', seqcycle,
      'owned_by', (select (pg_identify_object(refclassid, refobjid, refobjsubid)).identity
        from pg_depend where classid = 'pg_class'::regclass and objid = r.oid and objsubid = 0
          and refclassid = 'pg_class'::regclass and refobjsubid > 0 and deptype in ('a', 'i')),
      'privileges', ${privilegeSql('relacl', "acldefault('s', relowner)")})
  from relation r join pg_sequence on seqrelid = r.oid`
