/**
 * Constraints of tables and domains. A foreign key works through internal triggers, which DISABLE TRIGGER ALL turns
 * off; their state is a fact of the constraint. Only Postgres 18 knows `enforced` and keeps NOT NULL here. */
export const constraintSql: string = `
  select 'pg_constraint'::regclass::oid, c.oid, 0, null,
    json_build_object(
      'type', case contype when 'c' then 'check' when 'f' then 'foreign key' when 'n' then 'not null'
        when 'p' then 'primary key' when 'u' then 'unique' when 't' then 'trigger' else 'exclusion' end,
      'definition', pg_get_constraintdef(c.oid, true),
      'validated', convalidated,
      'enforced', coalesce((to_jsonb(c)->>'conenforced')::boolean, true),
      'deferrable', condeferrable,
      'deferred', condeferred,
      'local', conislocal,
      'inherited_from', coninhcount,
      'no_inherit', connoinherit,
      'index', nullif(conindid, 0)::regclass::text,
      'triggers', (select string_agg(format('%s on %s: %s', tgfoid::regproc, tgrelid::regclass, tgenabled), E'\\n'
          order by tgfoid::regproc::text collate "C", tgrelid::regclass::text collate "C")
        from pg_trigger where tgconstraint = c.oid and tgisinternal))
  from pg_constraint c
  where conrelid in (select oid from relation)
    or contypid in (select t.oid from pg_type t where t.oid >= 16384 and typtype = 'd' and typnamespace in (select oid from user_schema))`
