import { files } from '../migration-copy.ts'
import { type Defect, plantBoth, plantRows } from './defect.ts'

const { up, rollback } = files

/** What becomes of rows: those that are there, those that are written, and those that say nothing. */
export const rowDefects: readonly Defect[] = [
  {
    title: 'what is old and processed is purged',
    set: 'alone',
    plant: (copy) =>
      plantBoth(
        copy,
        "delete from hook_events where processed and created_at < now() - interval '30 days';",
        '',
      ),
    fails: ['answers/crowd'],
    names: ['No row of 10.8k, old or new, is changed or lost'],
    at: [[up, 'delete from hook_events where processed']],
  },
  {
    title: 'a rollback deletes what was logged since',
    set: 'alone',
    plant: (copy) =>
      copy.replace(
        rollback,
        'drop index idx_hook_events_session;',
        'delete from hook_events where created_at > (select applied_at from schema_migrations where version = 4);\ndrop index idx_hook_events_session;',
      ),
    fails: ['integrity/rows'],
    names: ['public.hook_events: '],
    at: [[rollback, 'delete from hook_events where created_at >']],
  },
  {
    title: 'a rollback deletes what is old',
    set: 'alone',
    plant: (copy) =>
      copy.replace(
        rollback,
        /\ncommit;/,
        "\ndelete from hook_events where created_at < now() - interval '900 days';\ncommit;",
      ),
    fails: ['integrity/rows'],
    names: ['public.hook_events'],
    at: [[rollback, 'delete from hook_events where created_at <']],
  },
  {
    title: 'a rollback is refused on the day after',
    set: 'alone',
    plant: (copy) =>
      copy.replace(
        rollback,
        'drop index idx_hook_events_session;',
        "do $$$$ begin if (select applied_at from schema_migrations where version = 4) < now() - interval '12 hours' then raise exception 'too old'; end if; end $$$$;\ndrop index idx_hook_events_session;",
      ),
    fails: ['integrity/rows', 'compatibility/rollback'],
    names: ['too old'],
    at: [[rollback, 'do $$ begin if (select applied_at']],
  },
  {
    title: 'what was tried ten times is purged',
    set: 'alone',
    plant: (copy) => plantBoth(copy, 'delete from hook_events where retry_count >= 10;', ''),
    fails: ['answers/crowd'],
    names: ['No row of 10.8k, old or new, is changed or lost'],
    at: [[up, 'delete from hook_events where retry_count']],
  },
  {
    title: 'a rollback deletes what others have recorded since',
    set: 'alone',
    plant: (copy) =>
      copy.replace(
        rollback,
        /\ndelete from schema_migrations[^;]*;/,
        '\ndelete from schema_migrations where applied_at >= (select applied_at from schema_migrations where version = 4);',
      ),
    fails: ['compatibility/built-on'],
    names: ['rows of others in schema_migrations: not as they were'],
    at: [[rollback, 'delete from schema_migrations where applied_at']],
  },
  {
    title: 'a view loses events',
    set: 2,
    plant: (copy) =>
      copy.replace(
        up,
        "where source = 'PostToolUse'\ngroup by resource_id\n",
        "where source = 'PostToolUse' and resource_id <> 'Bash'\ngroup by resource_id\n",
      ),
    fails: ['integrity/totals'],
    names: ['tool_success_rates'],
    at: [[up, 'create view tool_success_rates']],
  },
  {
    title: 'there is no data (trap 7)',
    set: 'alone',
    plant: (copy) => Promise.resolve(copy),
    fails: ['integrity/loaded'],
    names: ['no check says anything about an empty table'],
    at: [],
    events: 0,
  },
  {
    title: 'a logger writes other words, and where no view looks (trap 9)',
    set: 2,
    plant: (copy) =>
      plantRows(
        copy,
        ['PostToolUse', { success_classification: 'failed' }],
        ['PostToolUse', {}, { success_classification: 'full_success' }],
        ['Stop', { completion_status: 'complete' }],
      ),
    fails: ['integrity/vocabulary'],
    names: ['failed'],
    at: [],
  },
  {
    title: 'rows of others are deleted from the record',
    set: 2,
    plant: (copy) => plantBoth(copy, 'delete from schema_migrations where version = 3;', ''),
    fails: ['metadata/existing-record'],
    names: ['Retries'],
    at: [[up, 'delete from schema_migrations']],
  },
  {
    title: 'a constraint that is not asked of old rows refuses what is logged',
    set: 2,
    plant: (copy) =>
      plantBoth(
        copy,
        "alter table hook_events add constraint no_stop check (source <> 'Stop') not valid;",
        'alter table hook_events drop constraint no_stop;',
      ),
    fails: ['compatibility/new-events'],
    names: ['violates check constraint \\"no_stop\\"'],
    at: [[up, 'alter table hook_events add constraint no_stop']],
  },
  {
    title: 'a trigger swallows what is logged',
    set: 1,
    plant: (copy) =>
      plantBoth(
        copy,
        [
          "create function sort_out() returns trigger language plpgsql as 'begin return case when new.source = ''Stop'' then null else new end; end';",
          'create trigger keep_out before insert on hook_events for each row execute function sort_out();',
          "comment on table hook_events is 'Sorted out.';",
        ].join('\n'),
        'drop trigger keep_out on hook_events;\ndrop function sort_out();',
      ),
    fails: ['compatibility/new-events'],
    names: ['sent 20 rows, stored 19'],
    at: [[up, 'create trigger keep_out']],
  },
  {
    title:
      'rows are deleted by a clause of a query, after statements that only seem to change some',
    set: 2,
    plant: (copy) =>
      copy.replace(
        up,
        /\ncommit;/,
        "\nupdate hook_events set action = 'x' where false;\ndo $$$$ begin perform from hook_events; end $$$$;\nwith old as (delete from hook_events where source = 'Stop' returning 1) select count(*) from old;\ncommit;",
      ),
    fails: ['integrity/rows'],
    names: ['hook_events'],
    at: [[up, 'with old as (delete']],
  },
]
