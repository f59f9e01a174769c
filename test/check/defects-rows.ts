import { files } from '../migration-copy.ts'
import { type Defect, plantBoth, plantRows } from './defect.ts'

const { up } = files

/** What becomes of rows: those that are there, those that are written, and those that say nothing. */
export const rowDefects: readonly Defect[] = [
  {
    title: 'what is old and processed is purged',
    plant: (copy) =>
      plantBoth(
        copy,
        "delete from hook_events where processed and created_at < now() - interval '30 days';",
        '',
      ),
    fails: ['answers/crowd'],
    names: ['No row of 9.6k, old or new, is changed or lost'],
    at: [[up, 'delete from hook_events where processed']],
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
    title: 'a trigger swallows what is logged',
    set: 1,
    plant: (copy) =>
      plantBoth(
        copy,
        [
          "create function keep_out() returns trigger language plpgsql as 'begin return case when new.source = ''Stop'' then null else new end; end';",
          'create trigger keep_out before insert on hook_events for each row execute function keep_out();',
        ].join('\n'),
        'drop trigger keep_out on hook_events;\ndrop function keep_out();',
      ),
    fails: ['compatibility/new-events'],
    names: ['sent 20 rows, stored 19'],
    at: [[up, 'create function keep_out']],
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
