-- Takes migration 004 back, patched by 004b or not: everything it created goes, the rows of hook_events and everything
-- else stay. One transaction: all of it or nothing. Without CASCADE and without IF EXISTS: when something of 004 is
-- missing, or something of somebody else stands on it, this is refused and nothing changes.

begin;

do $$
begin
  if to_regclass('schema_migrations') is not null then
    if exists (select from schema_migrations where version = 4) then
      return;
    end if;
  end if;
  raise exception 'migration 004 cannot be rolled back: version 4 is not recorded'
    using hint = 'There is nothing to roll back.';
end
$$;

-- By name alone: 004 left uuid signatures and 004b text ones, and whichever there is must go. Were there two of a name,
-- it would be ambiguous and this refused; DROP ... IF EXISTS with one signature would leave the other behind in silence.
drop function get_session_stats;
drop function get_tool_performance;
drop function get_recent_workflow_patterns;
drop function calculate_session_success_score;

drop view session_intelligence_summary;
drop view tool_success_rates;
drop view workflow_pattern_distribution;
drop view agent_usage_patterns;
drop view quality_metrics_summary;

drop index idx_hook_events_session;
drop index idx_hook_events_workflow;
drop index idx_hook_events_quality;
drop index idx_hook_events_success;
drop index idx_hook_events_response;
drop index idx_hook_events_agent;
drop index idx_hook_events_created_source;

delete from schema_migrations where version = 4;

-- 004 marks the table when it had to create it. Rows that others have recorded since keep it alive.
do $$
begin
  if obj_description('schema_migrations'::regclass, 'pg_class')
      = 'Migrations that were applied. Created by migration 004.'
    and not exists (select from schema_migrations) then
    drop table schema_migrations;
  end if;
end
$$;

commit;
