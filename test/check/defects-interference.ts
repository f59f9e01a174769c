import { files } from '../migration-copy.ts'
import type { Defect } from './defect.ts'

const { up, patch, rollback } = files

/** The end of the rollback: whether the record table goes with it. */
const dropsRecord =
  /  if obj_description\('schema_migrations'::regclass, 'pg_class'\)\n      = ('.*')\n    and not exists \(select from schema_migrations\) then/

/** The blocks that ask first whether the script belongs here. */
const guard = /do \$\$[\s\S]*?end\n\$\$;\n/

/** What takes away what is somebody else's, or does not notice what somebody else has taken away. */
export const interferenceDefects: readonly Defect[] = [
  {
    title: 'a rollback drops what has the same name in another schema',
    set: 3,
    plant: (copy) =>
      copy.replace(
        rollback,
        'drop view agent_usage_patterns;',
        'drop view agent_usage_patterns;\ndrop view if exists elsewhere.agent_usage_patterns;',
      ),
    fails: ['compatibility/bystanders'],
    names: ['- view elsewhere.agent_usage_patterns'],
    at: [[rollback, 'drop view agent_usage_patterns']],
  },
  {
    title: 'a rollback takes along what somebody has built on a view',
    set: 3,
    plant: (copy) =>
      copy.replace(
        rollback,
        'drop view agent_usage_patterns;',
        'drop view agent_usage_patterns cascade;',
      ),
    fails: ['compatibility/built-on'],
    names: ['a view over public.agent_usage_patterns: gone'],
    at: [[rollback, 'drop view agent_usage_patterns cascade']],
  },
  {
    title: 'a patch takes along what somebody has built on a function',
    set: 3,
    plant: (copy) =>
      copy.replace(
        patch,
        'drop function if exists get_session_stats(uuid);',
        'drop function if exists get_session_stats(uuid) cascade;',
      ),
    fails: ['compatibility/built-on'],
    names: ['a view that calls public.get_session_stats: gone'],
    at: [[patch, 'drop function if exists get_session_stats(uuid) cascade']],
  },
  {
    title: 'a rollback drops the record of those who came later',
    set: 3,
    plant: (copy) =>
      copy.replace(
        rollback,
        dropsRecord,
        "  if obj_description('schema_migrations'::regclass, 'pg_class') = $1 then",
      ),
    fails: ['compatibility/built-on'],
    names: ['rows of others in schema_migrations: not as they were'],
    at: [[rollback, 'delete from schema_migrations']],
  },
  {
    title: 'a rollback drops an empty record that was there before',
    set: 1,
    plant: (copy) =>
      copy.replace(rollback, dropsRecord, '  if not exists (select from schema_migrations) then'),
    fails: ['compatibility/built-on'],
    names: ['- table public.schema_migrations'],
    at: [[rollback, 'delete from schema_migrations']],
  },
  {
    title: 'a rollback does not notice that an index is missing',
    set: 1,
    plant: (copy) =>
      copy.replace(
        rollback,
        'drop index idx_hook_events_agent;',
        'drop index if exists idx_hook_events_agent;',
      ),
    fails: ['compatibility/missing-parts'],
    names: ['without index public.idx_hook_events_agent: rolled back all the same'],
    at: [[rollback, 'drop index if exists idx_hook_events_agent']],
  },
  {
    title: 'a rollback does not notice that it is not recorded',
    set: 3,
    plant: (copy) => copy.replace(rollback, guard, ''),
    fails: ['compatibility/missing-parts'],
    names: ['without its rows in schema_migrations: rolled back all the same'],
    at: [[rollback, 'delete from schema_migrations']],
  },
  {
    title: 'a migration goes on beside another function, and can never be taken back',
    set: 2,
    plant: (copy) =>
      copy.replace(up, "'get_session_stats', 'get_tool_performance',", "'get_session_stats',"),
    fails: ['compatibility/decoys'],
    names: [
      "a function of the same name that takes uuid: accepted, and then it can't be taken back",
    ],
    at: [[up, 'create function get_tool_performance']],
  },
  {
    title: 'a patch does not notice that its migration is not recorded',
    set: 3,
    plant: (copy) => copy.replace(patch, '  if patched is null then', '  if false then'),
    fails: ['compatibility/missing-parts'],
    names: ['without its rows in schema_migrations: applied, and not recorded'],
    at: [[patch, 'update schema_migrations']],
  },
  {
    title: 'a migration is refused for a function in another schema',
    set: 2,
    plant: (copy) =>
      copy.replace(up, '  where pronamespace = current_schema()::regnamespace\n    and', '  where'),
    fails: ['compatibility/bystanders'],
    names: ['elsewhere.get_session_stats(text)'],
    at: [[up, 'do $$']],
  },
  {
    title: 'a migration is refused for any other function in its own schema',
    set: 1,
    plant: (copy) => copy.replace(up, /\n    and proname in \([^)]*\);/, ';'),
    fails: ['compatibility/bystanders'],
    names: ['bystand() is there already'],
    at: [[up, 'do $$']],
  },
  {
    title: 'a rollback sweeps away whatever speaks of its table',
    set: 'alone',
    plant: (copy) =>
      copy.replace(
        rollback,
        /\ncommit;/,
        `
do $$$$
declare
  swept text;
begin
  for swept in select format('drop function %s', oid::regprocedure) from pg_proc where prosrc like '%hook_events%'
    union all select format('drop view %I', viewname) from pg_views where schemaname = current_schema() and definition like '%hook_events%'
    union all select format('drop index %I', indexname) from pg_indexes where indexname like 'idx_hook_events_b%'
  loop
    execute swept;
  end loop;
end
$$$$;
commit;`,
      ),
    fails: ['compatibility/bystanders'],
    names: [
      '- function public.bystand()',
      '- view public.bystanders',
      '- index public.idx_hook_events_bystanding',
    ],
    at: [[rollback, 'do $$']],
  },
  {
    title: 'a patch records a sixtieth of its time',
    set: 2,
    plant: (copy) => copy.replace(patch, '0) * 1000)', '0) * 1000 / 60)'),
    fails: ['metadata/record-clock'],
    names: ['records a day where the clock is put forward by one', '86399999 to '],
    at: [[patch, 'update schema_migrations']],
  },
  {
    title: 'a migration records a negative time where the clock is set back',
    set: 1,
    plant: (copy) =>
      copy.replace(
        up,
        'greatest(extract(epoch from clock_timestamp() - now()), 0)',
        'extract(epoch from clock_timestamp() - now())',
      ),
    fails: ['metadata/record-clock'],
    names: ['records nothing below 0 where the clock is set back', '-3599'],
    at: [[up, 'insert into schema_migrations']],
  },
]
