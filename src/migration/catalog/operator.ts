/** Operators. */
export const operatorSql: string = `
  select 'pg_operator'::regclass::oid, o.oid, 0, null,
    json_build_object(
      'owner', pg_get_userbyid(oprowner),
      'function', nullif(oprcode, 0)::regprocedure::text,
      'result', format_type(nullif(oprresult, 0), null),
      'commutator', nullif(oprcom, 0)::regoperator::text,
      'negator', nullif(oprnegate, 0)::regoperator::text,
      'restrict', nullif(oprrest, 0)::regprocedure::text,
      'join', nullif(oprjoin, 0)::regprocedure::text,
      'merges', oprcanmerge,
      'hashes', oprcanhash)
  from pg_operator o where o.oid >= 16384 and oprnamespace in (select oid from user_schema)`
