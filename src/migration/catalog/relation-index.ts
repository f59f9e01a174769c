import { optionSql } from './option.ts'

/** Indexes as `pg_get_indexdef` prints them, with what it does not print, or what is worth a name of its own. */
export const indexSql: string = `
  select 'pg_class'::regclass::oid, r.oid, 0, null,
    json_build_object(
      'definition', pg_get_indexdef(r.oid),
      'unique', indisunique,
      'primary', indisprimary,
      'valid', indisvalid,
      'ready', indisready,
      'live', indislive,
      'immediate', indimmediate,
      'nulls_not_distinct', indnullsnotdistinct,
      'options', ${optionSql('reloptions')},
      'clustered', indisclustered,
      'replica_identity', indisreplident,
      'tablespace', (select spcname from pg_tablespace where oid = reltablespace),
      'partition_of', (select inhparent::regclass::text from pg_inherits where inhrelid = r.oid),
      'statistics_targets', (select string_agg(format('%s: %s', attname, attstattarget), E'\\n' order by attnum)
        from pg_attribute where attrelid = r.oid and attstattarget >= 0))
  from pg_index join relation r on r.oid = indexrelid
  where indexrelid >= 16384 and indrelid in (select oid from relation)`
