-- Patch 004b: session ids are text, not UUIDs, so the two session functions take text. Their bodies are those of 004 but
-- for the cast. One transaction: all of it or nothing. Applying it again puts the same functions in place once more.
-- Undone, with 004, by 004_rollback_hook_intelligence.sql.

begin;

-- Only over 004, and never over somebody else's function of the same name and arguments.
do $$
declare
  patched boolean;
begin
  if to_regclass('schema_migrations') is not null then
    select description like '% + 004b%' into patched from schema_migrations where version = 4;
  end if;
  if patched is null then
    raise exception 'patch 004b cannot be applied: version 4 is not recorded'
      using hint = 'Apply migration 004 first.';
  end if;
  if not patched and coalesce(
    to_regprocedure('get_session_stats(text)'),
    to_regprocedure('calculate_session_success_score(text)')
  ) is not null then
    raise exception 'patch 004b cannot be applied: a session function that takes text exists already'
      using hint = 'Remove get_session_stats(text) and calculate_session_success_score(text), or rename them.';
  end if;
end
$$;

drop function if exists get_session_stats(uuid);
drop function if exists calculate_session_success_score(uuid);

create or replace function get_session_stats(p_session_id text)
returns table (
  prompts integer,
  tools integer,
  agents text[],
  duration_seconds numeric,
  workflow_pattern text,
  success_rate numeric
)
language sql stable parallel safe
as $$
  select
    coalesce(summary.total_prompts, 0)::integer,
    coalesce(summary.total_tools, 0)::integer,
    summary.agents_used,
    summary.duration_seconds,
    summary.workflow_pattern,
    round(100.0 * summary.successful_tools / nullif(summary.total_tools, 0), 2)
  from (select) as always_one_row
  left join session_intelligence_summary as summary on summary.session_id = p_session_id
$$;

create or replace function calculate_session_success_score(p_session_id text)
returns numeric
language sql stable parallel safe
as $$
  select greatest(0, least(100, round(
    (
      40 * successes * greatest(scored, 1) * greatest(stops, 1)
      + 40 * coalesce(score_sum, 0) * greatest(uses, 1) * greatest(stops, 1)
      + 20 * completed * greatest(uses, 1) * greatest(scored, 1)
      + 0e-30
    ) / (greatest(uses, 1) * greatest(scored, 1) * greatest(stops, 1)),
    2
  )))
  from (
    select
      count(*) filter (where source = 'PostToolUse')::numeric as uses,
      count(*) filter (
        where source = 'PostToolUse' and payload ->> 'success_classification' = 'full_success'
      )::numeric as successes,
      count(score)::numeric as scored,
      sum(score) as score_sum,
      count(*) filter (where source = 'Stop')::numeric as stops,
      count(*) filter (where source = 'Stop' and payload ->> 'completion_status' = 'completed')::numeric as completed
    from (
      select source, payload
      from hook_events
      where case when octet_length(metadata ->> 'session_id') <= 1024 then (metadata ->> 'session_id') collate "C" end
        = p_session_id
      union all
      select source, payload
      from hook_events
      where case when octet_length(metadata ->> 'session_id') <= 1024 then (metadata ->> 'session_id') collate "C" end
        is null
        and octet_length(metadata ->> 'session_id') > 1024
        and (metadata ->> 'session_id') collate "C" = p_session_id
    ) as event
    cross join lateral (
      select case when jsonb_typeof(found) = 'number' then
        case when abs(found::numeric) <= 1.7976931348623157e308 then found::numeric end
      end as score
      from (
        select case source when 'PostToolUse' then payload -> 'quality_metrics' -> 'quality_score' end as found
        offset 0
      ) as extracted
      offset 0
    ) as checked
  ) as counted
$$;

comment on function get_session_stats(text) is
  'One session in one row; zeros and nulls for a session that is not known.';
comment on function calculate_session_success_score(text) is
  '0 to 100: 40 % tool success, 40 % mean quality, 20 % completed responses; a part without data counts 0.';

-- The version is an integer and 4 is taken, so the patch is recorded in the description of version 4.
update schema_migrations
set description = regexp_replace(description, ' \+ 004b.*$', '')
  || ' + 004b: session functions take text (in '
  || round(greatest(extract(epoch from clock_timestamp() - now()), 0) * 1000)
  || ' ms)'
where version = 4;

commit;
