import { privilegeSql } from './privilege.ts'

/** Types but those that come with a table, an array or a range. A composite's attributes are columns. */
export const typeSql: string = `
  select 'pg_type'::regclass::oid, t.oid, 0, null,
    json_build_object(
      'type', case typtype when 'b' then 'base' when 'c' then 'composite' when 'd' then 'domain'
        when 'e' then 'enum' when 'r' then 'range' else 'shell' end,
      'owner', pg_get_userbyid(typowner),
      'labels', (select string_agg(quote_literal(enumlabel), E'\\n' order by enumsortorder)
        from pg_enum where enumtypid = t.oid),
      'domain_of', case typtype when 'd' then format_type(typbasetype, typtypmod) end,
      'not_null', typnotnull,
      'default', typdefault,
      'collation', nullif(typcollation, 0)::regcollation::text,
      'range', (select concat_ws(E'\\n', 'subtype ' || format_type(rngsubtype, null),
          'collation ' || nullif(rngcollation, 0)::regcollation::text,
          'operator class ' || (pg_identify_object('pg_opclass'::regclass, rngsubopc, 0)).identity,
          'canonical ' || nullif(rngcanonical, 0)::regprocedure::text,
          'difference ' || nullif(rngsubdiff, 0)::regprocedure::text,
          'multirange ' || format_type(rngmultitypid, null))
        from pg_range where rngtypid = t.oid),
      'base', case typtype when 'b' then concat_ws(E'\\n', 'input ' || typinput::regprocedure,
          'output ' || typoutput::regprocedure, 'receive ' || nullif(typreceive, 0)::regprocedure,
          'send ' || nullif(typsend, 0)::regprocedure, 'modifier in ' || nullif(typmodin, 0)::regprocedure,
          'modifier out ' || nullif(typmodout, 0)::regprocedure, 'analyze ' || nullif(typanalyze, 0)::regprocedure,
          'subscript ' || nullif(typsubscript, 0)::regprocedure, 'element ' || format_type(nullif(typelem, 0), null),
          format('length %s, by value %s, alignment %s, storage %s, category %s, preferred %s, delimiter %s',
            typlen, typbyval, typalign, typstorage, typcategory, typispreferred, typdelim)) end,
      'privileges', ${privilegeSql('typacl', "acldefault('T', typowner)")})
  from pg_type t
  where t.oid >= 16384 and typnamespace in (select oid from user_schema)
    and (typrelid = 0 or exists (select from relation r where r.oid = typrelid and relkind = 'c'))
    and typtype <> 'm'
    and not exists (select from pg_type element where element.oid = t.typelem and element.typarray = t.oid)`
