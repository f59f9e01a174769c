-- Migration 004, hook intelligence: seven indexes, five views and four functions over hook_events. No column and no row
-- of hook_events changes. One transaction: all of it or nothing. Undone by 004_rollback_hook_intelligence.sql.
--
-- Four rules hold throughout.
--
-- 1. No write that was accepted before may be refused, and no event may take a view down. So nothing is cast that could
--    fail, CASE decides before every cast (a WHERE does not: the planner orders conditions as it likes), and nothing of
--    unlimited length is an index key: a btree row ends at some 2.7 kB.
-- 2. A number is a JSON number (not a string that looks like one) no larger than the largest double, so that its square
--    still fits a numeric. Anything else counts as absent.
-- 3. Text is sorted by code point (collate "C"), so that every installation answers in the same order, and every order
--    ends in a key that is unique.
-- 4. Decimals are exact and rounded once, half away from zero. Adding 0e-30 before a division makes it carry thirty
--    decimals; by itself numeric division carries only some sixteen digits, and of large numbers none behind the point.
--
-- A session is found by its key: the session id itself while it has at most 1024 bytes, and null beyond that, for no
-- index could hold it. idx_hook_events_session keeps the key of every event. The longer ids are read by the second
-- column of that index, as the other half of a UNION ALL; the halves share no event and miss none.
--
-- Times below are milliseconds of one core, PGlite 0.5.16 (Postgres 18), slim events, 67 a session. They were taken on
-- a busy machine: believe the ratios. With the session index get_session_stats takes 2 ms at 1 000 000 events, without
-- it 1000.

begin;

-- Applying this twice, or over something that has taken one of its names, is refused and changes nothing. Indexes and
-- views would be refused by CREATE as well; a function of the same name with other arguments would not.
do $$
declare
  taken text;
begin
  -- The comment is how the rollback knows that this table is ours to drop.
  if to_regclass('schema_migrations') is null then
    create table schema_migrations (
      version integer primary key,
      description text not null,
      applied_at timestamp with time zone default now(),
      execution_time_ms integer
    );
    comment on table schema_migrations is 'Migrations that were applied. Created by migration 004.';
  end if;

  if exists (select from schema_migrations where version = 4) then
    raise exception 'migration 004 cannot be applied: version 4 is recorded already'
      using hint = 'Roll migration 004 back first.';
  end if;

  select string_agg(oid::regprocedure::text, ', ' order by oid::regprocedure::text) into taken
  from pg_proc
  where pronamespace = current_schema()::regnamespace
    and proname in ('get_session_stats', 'get_tool_performance', 'get_recent_workflow_patterns',
                    'calculate_session_success_score');
  if taken is not null then
    raise exception 'migration 004 cannot be applied: % is there already', taken
      using hint = 'Remove or rename what has taken the name.';
  end if;
end
$$;

-- Indexes ---------------------------------------------------------------------------------------------------------------

create index idx_hook_events_session on hook_events (
  (case when octet_length(metadata ->> 'session_id') <= 1024 then (metadata ->> 'session_id') collate "C" end),
  (octet_length(metadata ->> 'session_id') > 1024)
);
comment on index idx_hook_events_session is
  'Events of a session, and sessions in order: the session id up to 1024 bytes, and whether it is longer.';

create index idx_hook_events_workflow on hook_events (created_at)
  where source = 'SessionEnd' and (payload ->> 'workflow_pattern') is not null;
comment on index idx_hook_events_workflow is
  'Ends of sessions that have a workflow pattern, by time.';

create index idx_hook_events_quality on hook_events (resource_id, created_at desc)
  where source = 'PostToolUse' and (payload -> 'quality_metrics' -> 'quality_score') is not null;
comment on index idx_hook_events_quality is
  'Uses of a tool that carry a quality score, newest first.';

create index idx_hook_events_success on hook_events (
  resource_id,
  ((payload ->> 'success_classification') = 'full_success'),
  created_at desc
)
  where source = 'PostToolUse';
comment on index idx_hook_events_success is
  'Uses of a tool, by whether they were a full success, newest first.';

create index idx_hook_events_response on hook_events (created_at desc)
  where source = 'Stop' and (payload ->> 'completion_status') is distinct from 'completed';
comment on index idx_hook_events_response is
  'Responses that did not complete, newest first.';

-- Not partial: the planner reads statistics of an expression from a whole index only, and without them it takes every
-- event for one with an agent and scans the table. The events without one share their key, some 6 bytes each.
create index idx_hook_events_agent on hook_events (left(payload ->> 'agent_detected', 64));
comment on index idx_hook_events_agent is
  'Events in which an agent was detected, by the first 64 characters of its name.';

create index idx_hook_events_created_source on hook_events (source, created_at desc);
comment on index idx_hook_events_created_source is
  'Events of one hook in a span of time, newest first.';

-- Views -----------------------------------------------------------------------------------------------------------------
--
-- "cross join lateral (select ... offset 0)" takes a value out of a document once. Without it the planner copies the
-- expression to every place that uses it: tool_success_rates takes 125 ms instead of 65 at 100 000 events, 1410 instead
-- of 830 at 1 000 000. A plain subquery with OFFSET 0 would do so, too, but stop a condition on the tool before it
-- reaches the index: tool_success_rates for one rare tool 500 ms instead of 5. And no sort or hash table holds whole
-- payloads.

-- The two halves of the UNION ALL have the same columns and no WHERE of their own; what tells them apart stands
-- outside, and "short_id" and "belongs" are constants in the first half. Only so the planner takes them as one table
-- and reads the index in order: the first ten sessions of 1 000 000 events take 2 ms, with a WHERE in each half 1700.
-- (Postgres 17 and later. 15 and 16 don't weigh that plan and summarise all sessions first; one session by its id is as
-- fast there.) session_id carries the collation of the index, so that it serves equality and order. Tools and agents
-- are gathered as they come and made distinct in the end: count(distinct) would sort all events first. With the lateral
-- join 2100 ms instead of 3300 at 1 000 000 events, 190 instead of 225 at 100 000.
create view session_intelligence_summary as
select
  session_id,
  min(created_at) as session_start,
  max(created_at) as session_end,
  -- Not max - min: that fails for a time without end.
  extract(epoch from max(created_at)) - extract(epoch from min(created_at)) as duration_seconds,
  count(*) filter (where source = 'UserPromptSubmit') as total_prompts,
  count(tool_name) as total_tools,
  (
    select count(distinct used)
    from unnest(array_agg(tool_name) filter (where tool_name is not null)) as tool (used)
  ) as unique_tools,
  count(*) filter (where outcome = 'full_success') as successful_tools,
  (
    select array_agg(distinct detected) collate "default"
    from unnest(array_agg(agent_name) filter (where agent_name is not null)) as agent (detected)
  ) as agents_used,
  max(pattern) collate "default" as workflow_pattern
from (
  select
    case when octet_length(metadata ->> 'session_id') <= 1024 then (metadata ->> 'session_id') collate "C" end
      as session_id,
    null::text as short_id, true as belongs,
    source, resource_id, payload, created_at
  from hook_events
  union all
  select
    (metadata ->> 'session_id') collate "C",
    case when octet_length(metadata ->> 'session_id') <= 1024 then (metadata ->> 'session_id') collate "C" end,
    octet_length(metadata ->> 'session_id') > 1024,
    source, resource_id, payload, created_at
  from hook_events
) as event
cross join lateral (
  select
    case source when 'PostToolUse' then resource_id end as tool_name,
    case source when 'PostToolUse' then payload ->> 'success_classification' end as outcome,
    (payload ->> 'agent_detected') collate "C" as agent_name,
    case source when 'SessionEnd' then (payload ->> 'workflow_pattern') collate "C" end as pattern
  offset 0
) as extracted
where session_id is not null and short_id is null and belongs
group by session_id
order by session_id;

create view tool_success_rates as
select
  resource_id as tool_name,
  count(*) as total_uses,
  count(*) filter (where outcome = 'full_success') as successful_uses,
  count(*) filter (where outcome = 'partial_success') as partial_success_uses,
  count(*) filter (where outcome = 'failure') as failed_uses,
  round(100.0 * count(*) filter (where outcome = 'full_success') / count(*), 2) as success_rate_pct,
  round((sum(score) + 0e-30) / count(score), 3) as avg_quality_score,
  round(min(score), 3) as min_quality_score,
  round(max(score), 3) as max_quality_score,
  min(created_at) as first_used,
  max(created_at) as last_used
from hook_events
cross join lateral (
  select
    outcome,
    case when jsonb_typeof(found) = 'number' then
      case when abs(found::numeric) <= 1.7976931348623157e308 then found::numeric end
    end as score
  from (
    select
      payload ->> 'success_classification' as outcome,
      payload -> 'quality_metrics' -> 'quality_score' as found
    offset 0
  ) as extracted
  offset 0
) as checked
where source = 'PostToolUse'
group by resource_id
order by total_uses desc, resource_id collate "C";

create view workflow_pattern_distribution as
select
  workflow_pattern,
  count(*) as session_count,
  round((sum(prompts) + 0e-30) / count(prompts), 1) as avg_prompts_per_session,
  round((sum(tools) + 0e-30) / count(tools), 1) as avg_tools_per_session,
  round((sum(seconds) + 0e-30) / count(seconds), 1) as avg_duration_seconds,
  round(100.0 * count(*) / sum(count(*)) over (), 2) as percentage_of_total,
  min(created_at) as first_seen,
  max(created_at) as last_seen
from hook_events
cross join lateral (
  select
    workflow_pattern,
    case when jsonb_typeof(found_prompts) = 'number' then
      case when abs(found_prompts::numeric) <= 1.7976931348623157e308 then found_prompts::numeric end
    end as prompts,
    case when jsonb_typeof(found_tools) = 'number' then
      case when abs(found_tools::numeric) <= 1.7976931348623157e308 then found_tools::numeric end
    end as tools,
    case when jsonb_typeof(found_seconds) = 'number' then
      case when abs(found_seconds::numeric) <= 1.7976931348623157e308 then found_seconds::numeric end
    end as seconds
  from (
    select
      payload ->> 'workflow_pattern' as workflow_pattern,
      payload -> 'total_prompts' as found_prompts,
      payload -> 'total_tools' as found_tools,
      payload -> 'duration_seconds' as found_seconds
    offset 0
  ) as extracted
  offset 0
) as checked
where source = 'SessionEnd' and (payload ->> 'workflow_pattern') is not null
group by workflow_pattern
order by session_count desc, workflow_pattern collate "C";

-- The condition is the one that the index has statistics of; left() is null exactly where the agent is. 265 ms instead
-- of 420 at 1 000 000 events, 17 instead of 35 at 100 000.
create view agent_usage_patterns as
select
  agent_name,
  count(*) as detection_count,
  count(distinct session_id) as unique_sessions,
  array_agg(distinct source collate "C") collate "default" as detected_in_sources,
  min(created_at) as first_detected,
  max(created_at) as last_detected,
  count(*) filter (where source = 'UserPromptSubmit') as prompts_with_agent,
  count(*) filter (where source = 'PostToolUse') as tools_with_agent
from hook_events
cross join lateral (
  select payload ->> 'agent_detected' as agent_name, metadata ->> 'session_id' as session_id
  offset 0
) as extracted
where left(payload ->> 'agent_detected', 64) is not null
group by agent_name
order by detection_count desc, agent_name collate "C";

-- From how often each score occurs to exact percentiles: the continuous percentile at p of n scores lies between the
-- ones at floor and ceil of p * (n - 1), as far as the fraction of it says. A few hundred different scores are sorted
-- instead of all of them, in numeric instead of double precision: 1000 ms instead of 2500 at 1 000 000 events, with
-- percentile_cont.
create view quality_metrics_summary as
select
  tool_name,
  total_executions,
  round((score_sum + 0e-30) / total_executions, 3) as avg_quality,
  -- stddev_samp would do for scores, but rounds to an integer where the numbers are large.
  round(sqrt(
    (greatest(total_executions * square_sum - score_sum * score_sum, 0) + 0e-60)
    / (total_executions::numeric * (total_executions - 1))
  ), 3) as stddev_quality,
  round(median_below + (median_above - median_below) * ((total_executions - 1) * 0.50 % 1), 3) as median_quality,
  round(p25_below + (p25_above - p25_below) * ((total_executions - 1) * 0.25 % 1), 3) as p25_quality,
  round(p75_below + (p75_above - p75_below) * ((total_executions - 1) * 0.75 % 1), 3) as p75_quality,
  high_quality_count,
  low_quality_count
from (
  select
    tool_name,
    max(total)::bigint as total_executions,
    sum(score * uses) as score_sum,
    sum(score * score * uses) as square_sum,
    min(score) filter (where upto > floor((total - 1) * 0.25)) as p25_below,
    min(score) filter (where upto > ceil((total - 1) * 0.25)) as p25_above,
    min(score) filter (where upto > floor((total - 1) * 0.50)) as median_below,
    min(score) filter (where upto > ceil((total - 1) * 0.50)) as median_above,
    min(score) filter (where upto > floor((total - 1) * 0.75)) as p75_below,
    min(score) filter (where upto > ceil((total - 1) * 0.75)) as p75_above,
    coalesce(sum(uses) filter (where score >= 0.8), 0)::bigint as high_quality_count,
    coalesce(sum(uses) filter (where score < 0.5), 0)::bigint as low_quality_count
  from (
    select
      tool_name, score, uses,
      sum(uses) over (partition by tool_name order by score) as upto,
      sum(uses) over (partition by tool_name) as total
    from (
      select resource_id as tool_name, score, count(*) as uses
      from hook_events
      cross join lateral (
        select case when jsonb_typeof(found) = 'number' then
          case when abs(found::numeric) <= 1.7976931348623157e308 then found::numeric end
        end as score
        from (
          select payload -> 'quality_metrics' -> 'quality_score' as found
          offset 0
        ) as extracted
        offset 0
      ) as checked
      where source = 'PostToolUse'
        and (payload -> 'quality_metrics' -> 'quality_score') is not null
        and score is not null
      group by resource_id, score
    ) as histogram
  ) as ranked
  group by tool_name
  having max(total) >= 3
) as measured
order by avg_quality desc, tool_name collate "C";

-- Functions -------------------------------------------------------------------------------------------------------------

create function get_session_stats(p_session_id uuid)
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
  left join session_intelligence_summary as summary on summary.session_id = p_session_id::text
$$;

create function get_tool_performance(p_tool_name text)
returns table (
  total_uses bigint,
  success_rate numeric,
  avg_quality numeric,
  last_7_days_uses bigint,
  trending text
)
language sql stable parallel safe
as $$
  select
    uses,
    round(100.0 * successes / nullif(uses, 0), 2),
    round((score_sum + 0e-30) / nullif(scored, 0), 3),
    this_week,
    case
      when this_week > last_week then 'increasing'
      when this_week < last_week then 'decreasing'
      else 'stable'
    end
  from (
    select
      count(*) as uses,
      count(*) filter (where outcome = 'full_success') as successes,
      sum(score) as score_sum,
      count(score) as scored,
      count(*) filter (where created_at >= now() - interval '168 hours') as this_week,
      count(*) filter (
        where created_at >= now() - interval '336 hours' and created_at < now() - interval '168 hours'
      ) as last_week
    from hook_events
    cross join lateral (
      select
        outcome,
        case when jsonb_typeof(found) = 'number' then
          case when abs(found::numeric) <= 1.7976931348623157e308 then found::numeric end
        end as score
      from (
        select
          payload ->> 'success_classification' as outcome,
          payload -> 'quality_metrics' -> 'quality_score' as found
        offset 0
      ) as extracted
      offset 0
    ) as checked
    where source = 'PostToolUse' and resource_id = p_tool_name
  ) as counted
$$;

create function get_recent_workflow_patterns(p_days integer default 7)
returns table (
  workflow_pattern text,
  session_count bigint,
  avg_duration numeric,
  avg_prompts numeric,
  avg_tools numeric
)
language sql stable parallel safe
as $$
  select
    checked.pattern,
    count(*),
    round((sum(seconds) + 0e-30) / count(seconds), 1),
    round((sum(prompts) + 0e-30) / count(prompts), 1),
    round((sum(tools) + 0e-30) / count(tools), 1)
  from hook_events
  cross join lateral (
    select
      pattern,
      case when jsonb_typeof(found_seconds) = 'number' then
        case when abs(found_seconds::numeric) <= 1.7976931348623157e308 then found_seconds::numeric end
      end as seconds,
      case when jsonb_typeof(found_prompts) = 'number' then
        case when abs(found_prompts::numeric) <= 1.7976931348623157e308 then found_prompts::numeric end
      end as prompts,
      case when jsonb_typeof(found_tools) = 'number' then
        case when abs(found_tools::numeric) <= 1.7976931348623157e308 then found_tools::numeric end
      end as tools
    from (
      select
        payload ->> 'workflow_pattern' as pattern,
        payload -> 'duration_seconds' as found_seconds,
        payload -> 'total_prompts' as found_prompts,
        payload -> 'total_tools' as found_tools
      offset 0
    ) as extracted
    offset 0
  ) as checked
  where source = 'SessionEnd'
    and (payload ->> 'workflow_pattern') is not null
    and p_days is not null
    -- A day is 24 hours, whatever the time zone. Beyond what a timestamp can hold everything, or nothing, is recent.
    and created_at >= case
      when p_days > 2400000 then '-infinity'
      when p_days < -106000000 then 'infinity'
      else now() - least(greatest(p_days, -106000000), 2400000) * interval '24 hours'
    end
  group by checked.pattern
  order by count(*) desc, checked.pattern collate "C"
$$;

-- One fraction over a common denominator, rounded once: 40 * successes / uses + 40 * score sum / scored
-- + 20 * completed / stops. A part without data has the numerator 0 and takes the denominator 1.
create function calculate_session_success_score(p_session_id uuid)
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
        = p_session_id::text
      union all
      select source, payload
      from hook_events
      where case when octet_length(metadata ->> 'session_id') <= 1024 then (metadata ->> 'session_id') collate "C" end
        is null
        and octet_length(metadata ->> 'session_id') > 1024
        and (metadata ->> 'session_id') collate "C" = p_session_id::text
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

-- Comments --------------------------------------------------------------------------------------------------------------

comment on view session_intelligence_summary is
  'One row for each session: when it was, what it used and how it went. By session id.';
comment on view tool_success_rates is
  'One row for each tool: how often it was used, how that ended and how good it was. Most used first.';
comment on view workflow_pattern_distribution is
  'One row for each workflow pattern of ended sessions: how many and how long. Most frequent first.';
comment on view agent_usage_patterns is
  'One row for each detected agent: how often, where and when. Most detected first.';
comment on view quality_metrics_summary is
  'One row for each tool with at least three quality scores: their distribution. Best average first.';

comment on function get_session_stats(uuid) is
  'One session in one row; zeros and nulls for a session that is not known.';
comment on function get_tool_performance(text) is
  'One tool in one row, with its last 7 days against the 7 before; zeros and nulls for a tool that is not known.';
comment on function get_recent_workflow_patterns(integer) is
  'Workflow patterns of the sessions that ended in the last p_days days of 24 hours, most frequent first.';
comment on function calculate_session_success_score(uuid) is
  '0 to 100: 40 % tool success, 40 % mean quality, 20 % completed responses; a part without data counts 0.';

-- The planner knows nothing about an indexed expression before this.
analyze hook_events;

insert into schema_migrations (version, description, applied_at, execution_time_ms)
values (
  4,
  'Hook intelligence: 7 indexes, 5 views, 4 functions',
  now(),
  round(greatest(extract(epoch from clock_timestamp() - now()), 0) * 1000)::integer
);

commit;
