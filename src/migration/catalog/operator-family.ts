/** Operator families; what is in them is listed as members. */
export const operatorFamilySql: string = `
  select 'pg_opfamily'::regclass::oid, f.oid, 0, null, json_build_object('owner', pg_get_userbyid(opfowner))
  from pg_opfamily f where f.oid >= 16384 and opfnamespace in (select oid from user_schema)`
