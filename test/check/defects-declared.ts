import { files } from '../migration-copy.ts'
import { type Defect, plantBoth } from './defect.ts'

const { up, rollback } = files

/** What is more than declared, other than declared, or wrong where only few look. */
export const declaredDefects: readonly Defect[] = [
  {
    title: 'a view, a function and a table more than declared',
    set: 2,
    plant: (copy) =>
      plantBoth(
        copy,
        'create view extra as select 1 as one;\ncreate function extra() returns integer language sql return 1;\ncreate table spare (one integer);',
        'drop view extra;\ndrop function extra;\ndrop table spare;',
      ),
    fails: ['views/nothing-else', 'functions/nothing-else', 'metadata/others'],
    names: ['public.extra', 'public.extra()', 'table public.spare'],
    at: [
      [up, 'create view extra'],
      [up, 'create function extra'],
      [up, 'create table spare'],
    ],
  },
  {
    title: 'a script leaves settings, locks, channels, statements and tables in its session',
    set: 2,
    plant: (copy) =>
      copy.replace(
        up,
        /\ncommit;/,
        `
set work_mem = '8MB';
select pg_advisory_lock(4);
listen news;
prepare one as select 1;
create temp table scratch (a integer);
commit;`,
      ),
    fails: ['metadata/session'],
    names: [
      'setting work_mem: 8MB',
      'advisory lock 4',
      'channel news',
      'prepared statement one',
      'temporary relation scratch',
    ],
    at: [[up, 'set work_mem']],
  },
  {
    title: 'a migration records a moment of ten years ago',
    set: 2,
    plant: (copy) =>
      copy.replace(up, "4 functions',\n  now(),", "4 functions',\n  now() - interval '10 years',"),
    fails: ['metadata/record-moment'],
    names: ['applied_at: '],
    at: [[up, 'insert into schema_migrations']],
  },
  {
    title: 'the time that a migration took is not recorded',
    set: 3,
    plant: (copy) =>
      copy.replace(
        up,
        'greatest(extract(epoch from clock_timestamp() - now()), 0)',
        'null::numeric',
      ),
    fails: ['metadata/record'],
    names: ['a time, as others have'],
    at: [[up, 'insert into schema_migrations']],
  },
  {
    title: 'a name is a pattern',
    set: 1,
    plant: (copy) => copy.replace(up, 'resource_id = p_tool_name', 'resource_id like p_tool_name'),
    fails: ['answers/functions'],
    names: ["get_tool_performance('%')"],
    at: [[up, 'create function get_tool_performance']],
  },
  {
    title: 'a comment is missing',
    set: 1,
    plant: (copy) => copy.replace(up, /comment on view agent_usage_patterns[\s\S]*?;\n/, ''),
    fails: ['metadata/comments'],
    names: ['agent_usage_patterns'],
    at: [[up, 'create view agent_usage_patterns']],
  },
  {
    title: 'a view and a function that can not be executed',
    set: 2,
    plant: (copy) =>
      copy
        .replace(up, 'count(*) as detection_count,', 'count(*) / min(0) as detection_count,')
        .then(() =>
          copy.replace(
            up,
            '    uses,\n    round(100.0',
            '    uses / (uses - uses),\n    round(100.0',
          ),
        ),
    fails: ['views/coverage', 'functions/coverage'],
    names: [
      'agent_usage_patterns is executed',
      'get_tool_performance is executed',
      'division by zero',
    ],
    at: [
      [up, 'create view agent_usage_patterns'],
      [up, 'create function get_tool_performance'],
    ],
  },
  {
    title: 'a function takes something else until it is patched',
    set: 2,
    plant: (copy) =>
      copy
        .replace(
          up,
          'get_session_stats(p_session_id uuid)',
          'get_session_stats(p_session_id varchar)',
        )
        .then(() => copy.replace(up, 'get_session_stats(uuid)', 'get_session_stats(varchar)')),
    fails: ['functions/unpatched'],
    names: ['p_session_id character varying'],
    at: [[up, 'create function get_session_stats']],
  },
  {
    title: 'a function answers wrongly until it is patched',
    set: 2,
    plant: (copy) => copy.replace(up, '\n      40 * successes', '\n      50 * successes'),
    fails: ['functions/unpatched-answers'],
    names: ['calculate_session_success_score'],
    at: [[up, 'create function calculate_session_success_score']],
  },
  {
    title: 'a view is in the order of whatever language the database speaks',
    set: 3,
    plant: (copy) =>
      copy.replace(
        up,
        'order by total_uses desc, resource_id collate "C";',
        'order by total_uses desc, resource_id;',
      ),
    fails: ['answers/collation'],
    names: ['tool_success_rates'],
    at: [[up, 'create view tool_success_rates']],
  },
  {
    title: 'a week has seven days of whatever length',
    set: 3,
    plant: (copy) =>
      copy.replace(
        up,
        "created_at >= now() - interval '168 hours') as this_week",
        "created_at >= now() - interval '7 days') as this_week",
      ),
    fails: ['answers/zone'],
    names: ['set timezone'],
    at: [[up, 'create function get_tool_performance']],
  },
  {
    title: 'a view has no more than a thousand rows',
    set: 2,
    plant: (copy) =>
      copy.replace(up, '\norder by session_id;', '\norder by session_id\nlimit 1000;'),
    fails: ['answers/crowd'],
    names: ['201 of 1201 rows differ'],
    at: [[up, 'create view session_intelligence_summary']],
  },
  {
    title: 'a function looks at a thousand uses and no more',
    set: 'alone',
    plant: (copy) =>
      copy.replace(
        up,
        /(as last_week\n    from )hook_events\n/,
        '$1(select * from hook_events where resource_id = p_tool_name limit 1000) as event\n',
      ),
    fails: ['answers/crowd'],
    names: ["get_tool_performance('tool-busy')"],
    at: [[up, 'create function get_tool_performance']],
  },
  {
    title: 'tools that differ in case are one',
    set: 2,
    plant: (copy) => copy.replace(up, 'count(distinct used)', 'count(distinct lower(used))'),
    fails: ['answers/crowd'],
    names: ['session_intelligence_summary', 'unique_tools'],
    at: [[up, 'create view session_intelligence_summary']],
  },
  {
    title: 'a view reads every event for each session (trap 8)',
    set: 3,
    plant: (copy) =>
      copy.replace(
        up,
        /select count\(distinct used\)\s+from unnest\(.*?\) as tool \(used\)/,
        `select count(distinct other.resource_id) from hook_events as other
    where other.source = 'PostToolUse' and (other.metadata ->> 'session_id') collate "C" = event.session_id`,
      ),
    fails: ['performance/growth'],
    names: ['session_intelligence_summary', 'rows handled with 150 sessions'],
    at: [[up, 'create view session_intelligence_summary']],
  },
  {
    title: 'grants, options and settings that nobody has declared',
    set: 2,
    plant: async (copy) => {
      await plantBoth(
        copy,
        [
          'grant all on session_intelligence_summary to public;',
          'grant select (agent_name) on agent_usage_patterns to public;',
          "alter function get_tool_performance(text) set work_mem = '1MB' cost 5 rows 1 leakproof;",
          'alter table schema_migrations owner to pg_read_all_data;',
        ].join('\n'),
        '',
      )
      await copy.replace(
        up,
        'create view tool_success_rates as',
        'create view tool_success_rates with (security_barrier, security_invoker) as',
      )
      return copy.replace(
        up,
        'on hook_events (source, created_at desc);',
        'on hook_events (source, created_at desc) nulls not distinct with (fillfactor = 50);',
      )
    },
    fails: ['metadata/defaults', 'metadata/others'],
    names: [
      'view public.session_intelligence_summary, privileges: none',
      'column public.agent_usage_patterns.agent_name, privileges: none',
      'view public.tool_success_rates, options: none',
      ...['leakproof', 'cost', 'rows', 'settings'].map(
        (fact) => `function public.get_tool_performance(text), ${fact}: none`,
      ),
      'index public.idx_hook_events_created_source, nulls_not_distinct: none',
      'index public.idx_hook_events_created_source, options: none',
      'owner: pg_read_all_data',
    ],
    at: [
      [up, 'grant all on session_intelligence_summary'],
      [up, 'grant select (agent_name)'],
      [up, 'create view tool_success_rates'],
      [up, 'alter function get_tool_performance'],
      [up, 'create index idx_hook_events_created_source'],
      [up, 'alter table schema_migrations'],
    ],
  },
  {
    title: 'a comment that nobody has declared, on a column of a view',
    set: 1,
    plant: (copy) =>
      plantBoth(
        copy,
        "comment on column tool_success_rates.success_rate_pct is 'Between 0 and 1.';",
        '',
      ),
    fails: ['metadata/defaults'],
    names: ['column public.tool_success_rates.success_rate_pct, comment: Between 0 and 1.'],
    at: [[up, 'create view tool_success_rates']],
  },
  {
    title: 'a script lies beside the others, and nothing executes it',
    set: 1,
    plant: (copy) => copy.write('005_cleanup.sql', 'truncate hook_events;\n'),
    fails: ['metadata/scripts'],
    names: ['005_cleanup.sql plays a part'],
    at: [['005_cleanup.sql', 'truncate']],
  },
  {
    title: 'the rollback leaves an index behind',
    set: 2,
    plant: (copy) => copy.replace(rollback, 'drop index idx_hook_events_agent;', ''),
    fails: ['compatibility/rollback'],
    names: ['idx_hook_events_agent'],
    at: [[rollback, 'drop ']],
  },
]
