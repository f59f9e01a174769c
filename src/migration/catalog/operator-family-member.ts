/** Operators and support functions that users put into a family, theirs or a built-in one. */
export const operatorFamilyMemberSql: string = `
  select 'pg_amop'::regclass::oid, o.oid, 0, null,
    json_build_object(
      'operator', amopopr::regoperator::text,
      'sort_family', (pg_identify_object('pg_opfamily'::regclass, nullif(amopsortfamily, 0), 0)).identity)
  from pg_amop o where o.oid >= 16384
  union all
  select 'pg_amproc'::regclass::oid, f.oid, 0, null, json_build_object('function', amproc::regprocedure::text)
  from pg_amproc f where f.oid >= 16384`
