/** Rewrite rules; the one that makes a view is the view's definition. */
export const ruleSql: string = `
  select 'pg_rewrite'::regclass::oid, w.oid, 0, null,
    json_build_object(
      'definition', pg_get_ruledef(w.oid, true),
      'enabled', case ev_enabled when 'O' then 'yes' when 'D' then 'no' when 'R' then 'replica' else 'always' end)
  from pg_rewrite w where rulename <> '_RETURN' and ev_class in (select oid from relation)`
