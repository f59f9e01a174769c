import { files } from '../migration-copy.ts'
import type { Defect } from './defect.ts'

const { up, patch, rollback } = files

export const defects: readonly Defect[] = [
  {
    title: 'an index is dropped',
    set: 'alone',
    plant: (copy) =>
      copy
        .replace(up, /create index idx_hook_events_response[\s\S]*?;\n/, '')
        .then(() => copy.replace(up, /comment on index idx_hook_events_response[\s\S]*?;\n/, ''))
        .then(() => copy.replace(rollback, 'drop index idx_hook_events_response;', '')),
    fails: ['indexes/definition', 'indexes/validity', 'indexes/use', 'metadata/comments'],
    names: ['idx_hook_events_response'],
    at: [],
  },
  {
    title: 'an index has another predicate (trap 4: the session index is partial)',
    set: 1,
    plant: (copy) =>
      copy.replace(
        up,
        /(create index idx_hook_events_session [\s\S]*?)\n\);/,
        "$1\n) where source in ('SessionStart', 'SessionEnd');",
      ),
    fails: ['indexes/definition', 'indexes/use'],
    names: ['idx_hook_events_session'],
    at: [[up, 'create index idx_hook_events_session ']],
  },
  {
    title: 'a function finds its session by reading every event (trap 4)',
    set: 3,
    plant: (copy) =>
      copy.replace(
        patch,
        /      where case when octet_length[\s\S]*?\n    \) as event/,
        "      where metadata ->> 'session_id' = p_session_id\n    ) as event",
      ),
    fails: ['indexes/use'],
    names: ["not in the plan of: select calculate_session_success_score('a session')"],
    at: [[up, 'create index idx_hook_events_session ']],
  },
  {
    title: 'an index is unique',
    set: 1,
    plant: (copy) =>
      copy.replace(
        up,
        'create index idx_hook_events_created_source',
        'create unique index idx_hook_events_created_source',
      ),
    fails: ['indexes/definition'],
    names: ['idx_hook_events_created_source'],
    at: [[up, 'create unique index idx_hook_events_created_source']],
  },
  {
    title: 'an index more than declared',
    set: 1,
    plant: (copy) =>
      copy
        .replace(up, /\ncommit;/, '\ncreate index idx_extra on hook_events (resource);\ncommit;')
        .then(() =>
          copy.replace(
            rollback,
            'drop index idx_hook_events_session;',
            'drop index idx_hook_events_session;\ndrop index idx_extra;',
          ),
        ),
    fails: ['indexes/nothing-else'],
    names: ['idx_extra'],
    at: [[up, 'create index idx_extra']],
  },
  {
    title: 'a view has a changed aggregate',
    set: 1,
    plant: (copy) =>
      copy.replace(
        up,
        'round(max(score), 3) as max_quality_score',
        'round(avg(score), 3) as max_quality_score',
      ),
    fails: ['views/answers'],
    names: ['max_quality_score'],
    at: [[up, 'create view tool_success_rates']],
  },
  {
    title: 'a view has its columns in another order',
    set: 1,
    plant: (copy) =>
      copy.replace(
        up,
        '  min(created_at) as first_used,\n  max(created_at) as last_used',
        '  max(created_at) as last_used,\n  min(created_at) as first_used',
      ),
    fails: ['views/columns'],
    names: ['tool_success_rates'],
    at: [[up, 'create view tool_success_rates']],
  },
  {
    title: 'a view has no order (trap 6)',
    set: 2,
    plant: (copy) => copy.replace(up, 'order by total_uses desc, resource_id collate "C";', ';'),
    fails: ['views/order'],
    names: ['tool_success_rates'],
    at: [[up, 'create view tool_success_rates']],
  },
  {
    title: 'a function has a changed weight',
    set: 1,
    plant: (copy) => copy.replace(patch, '40 * successes', '50 * successes'),
    fails: ['answers/functions'],
    names: ['calculate_session_success_score'],
    at: [[patch, 'create or replace function calculate_session_success_score']],
  },
  {
    title: 'a function is volatile',
    set: 1,
    plant: (copy) => copy.replace(patch, 'language sql stable', 'language sql volatile'),
    fails: ['functions/definition'],
    names: ['get_session_stats'],
    at: [[patch, 'create or replace function get_session_stats']],
  },
  {
    title: '004b is left out',
    set: 'alone',
    plant: (copy) => copy.remove(patch),
    fails: ['metadata/scripts', 'functions/signature', 'answers/functions'],
    names: ['get_session_stats'],
    at: [[up, 'create function get_session_stats']],
  },
  {
    title: 'the rollback keeps the UUID signatures (trap 1)',
    set: 'alone',
    plant: (copy) =>
      copy
        .replace(
          rollback,
          'drop function get_session_stats;',
          'drop function if exists get_session_stats(uuid);',
        )
        .then(() =>
          copy.replace(
            rollback,
            'drop function calculate_session_success_score;',
            'drop function if exists calculate_session_success_score(uuid);',
          ),
        )
        .then(() =>
          copy.replace(
            rollback,
            'drop view session_intelligence_summary;',
            'drop view session_intelligence_summary cascade;',
          ),
        ),
    fails: ['compatibility/rollback'],
    names: ['get_session_stats(text)'],
    at: [[rollback, 'drop function if exists get_session_stats(uuid)']],
  },
  {
    title:
      'a comment names a function without arguments, and 004 can not be applied again (trap 2)',
    set: 'alone',
    plant: (copy) =>
      copy
        .replace(
          rollback,
          'drop function get_session_stats;',
          'drop function if exists get_session_stats(uuid);',
        )
        .then(() =>
          copy.replace(
            up,
            /comment on function get_session_stats\(uuid\)/,
            'comment on function get_session_stats',
          ),
        )
        .then(() =>
          copy.replace(
            up,
            /do \$\$[\s\S]*?taken text;[\s\S]*?\$\$;/,
            "create table schema_migrations (version integer primary key, description text not null, applied_at timestamptz default now(), execution_time_ms integer); comment on table schema_migrations is 'Migrations that were applied. Created by migration 004.';",
          ),
        ),
    fails: ['compatibility/again', 'compatibility/rollback'],
    names: ['get_session_stats'],
    at: [[up, 'comment on function get_session_stats is']],
  },
  {
    title: 'an index casts, and an insert that was accepted fails (trap 3)',
    set: 'alone',
    plant: (copy) =>
      copy.replace(
        up,
        /(create index idx_hook_events_quality on hook_events \(resource_id, )created_at desc\)/,
        "$1((payload -> 'quality_metrics' ->> 'quality_score')::numeric))",
      ),
    fails: ['compatibility/preserved', 'indexes/definition'],
    names: ['idx_hook_events_quality'],
    at: [[up, 'create index idx_hook_events_quality']],
  },
  {
    title: 'the recorded time is negative (trap 5)',
    set: 'alone',
    plant: (copy) =>
      copy.replace(
        up,
        'greatest(extract(epoch from clock_timestamp() - now()), 0)',
        '(extract(epoch from now() - clock_timestamp()) - 1)',
      ),
    fails: ['metadata/record'],
    names: [up, '"actual":"-1'],
    at: [[up, 'insert into schema_migrations']],
  },
  {
    title: 'the record is not written',
    set: 'alone',
    plant: (copy) => copy.replace(up, /insert into schema_migrations[\s\S]*?;\n/, ''),
    fails: ['metadata/scripts'],
    names: [patch],
    at: [[patch, 'do $$']],
  },
  {
    title: 'a row is changed by the migration',
    set: 1,
    plant: (copy) =>
      copy.replace(
        up,
        /\ncommit;/,
        "\nupdate hook_events set processed = true where source = 'Stop' and not processed;\ncommit;",
      ),
    fails: ['integrity/rows'],
    names: ['hook_events'],
    at: [[up, 'update hook_events']],
  },
  {
    title: 'rows are deleted by the rollback',
    set: 1,
    plant: (copy) =>
      copy.replace(
        rollback,
        /\ncommit;/,
        "\ndelete from hook_events where source = 'Stop';\ncommit;",
      ),
    fails: ['integrity/rows'],
    names: ['hook_events'],
    at: [[rollback, 'delete from hook_events']],
  },
  {
    title: 'an index of the base schema is dropped by the migration',
    set: 1,
    plant: (copy) => copy.replace(up, /\ncommit;/, '\ndrop index idx_hook_events_retry;\ncommit;'),
    fails: ['compatibility/additive', 'compatibility/rollback'],
    names: ['idx_hook_events_retry'],
    at: [[up, 'drop index idx_hook_events_retry']],
  },
  {
    title: 'a script has a syntax error',
    set: 'alone',
    plant: (copy) =>
      copy.replace(up, 'create view tool_success_rates as', 'create vew tool_success_rates as'),
    fails: ['metadata/scripts'],
    names: ['vew'],
    at: [[up, 'create vew tool_success_rates']],
  },
  {
    title: 'a script ends its transaction early',
    set: 'alone',
    plant: (copy) =>
      copy.replace(
        up,
        /\ncreate view tool_success_rates/,
        '\ncommit;\nbegin;\ncreate view tool_success_rates',
      ),
    fails: ['metadata/scripts'],
    names: ['several'],
    at: [[up, '']],
  },
  {
    title: 'a view is too slow',
    set: 'alone',
    plant: (copy) =>
      copy
        .replace(files.contract, '"targetMs": 100', '"targetMs": 10')
        .then(() =>
          copy.replace(
            up,
            "from hook_events\ncross join lateral (\n  select payload ->> 'agent_detected' as agent_name",
            "from (select count(*) from generate_series(1, 200000)) as burnt cross join hook_events\ncross join lateral (\n  select payload ->> 'agent_detected' as agent_name",
          ),
        ),
    fails: ['performance/target'],
    names: ['agent_usage_patterns'],
    at: [[up, 'create view agent_usage_patterns']],
  },
]
