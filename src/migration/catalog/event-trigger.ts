import { optionSql } from './option.ts'

/** Event triggers. */
export const eventTriggerSql: string = `
  select 'pg_event_trigger'::regclass::oid, t.oid, 0, null,
    json_build_object(
      'owner', pg_get_userbyid(evtowner),
      'event', evtevent,
      'function', evtfoid::regprocedure::text,
      'tags', ${optionSql('evttags')},
      'enabled', case evtenabled when 'O' then 'yes' when 'D' then 'no' when 'R' then 'replica' else 'always' end)
  from pg_event_trigger t`
