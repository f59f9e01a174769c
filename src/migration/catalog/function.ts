import { optionSql } from './option.ts'
import { privilegeSql } from './privilege.ts'

/**
 * Functions, procedures, window functions and aggregates, each by its argument types: an overload is another object. What
 * is as Postgres sets it by itself reads as null.
 */
export const functionSql: string = `
  select 'pg_proc'::regclass::oid, p.oid, 0, p.oid::regprocedure::text,
    json_build_object(
      'type', case prokind when 'a' then 'aggregate' when 'p' then 'procedure' when 'w' then 'window function'
        else 'function' end,
      'owner', pg_get_userbyid(proowner),
      'definition', case when prokind <> 'a' then pg_get_functiondef(p.oid) else (
        select concat_ws(E'\\n',
          'aggregate(' || pg_get_function_arguments(p.oid) || ') returns ' || pg_get_function_result(p.oid),
          format('kind %s, direct arguments %s, parallel %s, cost %s, security definer %s', aggkind, aggnumdirectargs,
            proparallel, procost, prosecdef),
          'sfunc ' || aggtransfn::regprocedure, 'stype ' || format_type(aggtranstype, null), 'sspace ' || aggtransspace,
          'initcond ' || quote_literal(agginitval),
          'finalfunc ' || nullif(aggfinalfn, 0)::regprocedure,
          format('finalfunc_extra %s, finalfunc_modify %s', aggfinalextra, aggfinalmodify),
          'combinefunc ' || nullif(aggcombinefn, 0)::regprocedure,
          'serialfunc ' || nullif(aggserialfn, 0)::regprocedure,
          'deserialfunc ' || nullif(aggdeserialfn, 0)::regprocedure,
          'msfunc ' || nullif(aggmtransfn, 0)::regprocedure, 'minvfunc ' || nullif(aggminvtransfn, 0)::regprocedure,
          'mstype ' || format_type(nullif(aggmtranstype, 0), null), 'msspace ' || aggmtransspace,
          'minitcond ' || quote_literal(aggminitval),
          'mfinalfunc ' || nullif(aggmfinalfn, 0)::regprocedure,
          format('mfinalfunc_extra %s, mfinalfunc_modify %s', aggmfinalextra, aggmfinalmodify),
          'sortop ' || nullif(aggsortop, 0)::regoperator)
        from pg_aggregate where aggfnoid = p.oid) end,
      'leakproof', proleakproof,
      'cost', nullif(procost, case when prolang in (select oid from pg_language where lanname in ('c', 'internal'))
        then 1 else 100 end),
      'rows', nullif(prorows, case when proretset then 1000 else 0 end),
      'support', nullif(prosupport::oid, 0)::regproc::text,
      'settings', ${optionSql('proconfig')},
      'privileges', ${privilegeSql('proacl', "acldefault('f', proowner)")})
  from pg_proc p where p.oid >= 16384 and pronamespace in (select oid from user_schema)`
