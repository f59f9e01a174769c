/** Triggers; the internal ones are a fact of their constraint. */
export const triggerSql: string = `
  select 'pg_trigger'::regclass::oid, t.oid, 0, null,
    json_build_object(
      'definition', pg_get_triggerdef(t.oid, true),
      'enabled', case tgenabled when 'O' then 'yes' when 'D' then 'no' when 'R' then 'replica' else 'always' end)
  from pg_trigger t where not tgisinternal and tgrelid in (select oid from relation)`
