import { describe, expect, test } from 'vitest'
import { decoyChecks } from '../../src/check/decoys.ts'
import { someOfEach } from '../amount.ts'
import { type MigrationCopy, copyMigrations, files } from '../migration-copy.ts'
import { failuresOf, judgeFolder } from './setting.ts'
import { workbench } from './workbench.ts'

interface Defect {
  readonly title: string
  readonly plant: (copy: MigrationCopy) => Promise<MigrationCopy>
  /** Objects of exactly the findings that fail. */
  readonly objects: readonly string[]
  /** What each of them says. */
  readonly says: string
}

/** The names that 004 refuses to share. */
const sharedNames = /proname in \([^)]*\)/

const ours =
  "proname in ('get_session_stats', 'get_tool_performance', 'get_recent_workflow_patterns', 'calculate_session_success_score')"

const defects: readonly Defect[] = [
  {
    title: 'CREATE INDEX IF NOT EXISTS takes another index for its own',
    plant: (copy) =>
      copy.replace(
        files.up,
        'create index idx_hook_events_agent',
        'create index if not exists idx_hook_events_agent',
      ),
    objects: ['index idx_hook_events_agent'],
    says: 'an index with another definition: taken for the declared one without a word',
  },
  {
    title: 'CREATE OR REPLACE VIEW overwrites what has the same columns',
    plant: (copy) =>
      copy.replace(
        files.up,
        'create view tool_success_rates',
        'create or replace view tool_success_rates',
      ),
    objects: ['view tool_success_rates'],
    says: 'a view with the same columns and no rows: replaced without a word',
  },
  {
    title: 'CREATE OR REPLACE FUNCTION overwrites a body',
    plant: (copy) =>
      copy
        .replace(files.up, "'get_tool_performance', ", '')
        .then(() =>
          copy.replace(
            files.up,
            'create function get_tool_performance',
            'create or replace function get_tool_performance',
          ),
        ),
    objects: ['function get_tool_performance(p_tool_name text)'],
    says: 'a function of the same signature with another body: replaced without a word',
  },
  {
    title: 'a rollback that drops every signature there may be drops that of somebody else',
    plant: (copy) =>
      copy
        .replace(
          files.up,
          sharedNames,
          "proname in ('get_tool_performance', 'get_recent_workflow_patterns')",
        )
        .then(() =>
          copy.replace(
            files.rollback,
            /^drop function (get_session_stats|calculate_session_success_score);/gm,
            'drop function if exists $1(uuid);\ndrop function if exists $1(text);',
          ),
        ),
    objects: [
      'function calculate_session_success_score(p_session_id uuid)',
      'function get_session_stats(p_session_id uuid)',
    ],
    says: 'a function of the same name that takes text: accepted, and then dropped by the rollback',
  },
  {
    title: 'CREATE TABLE IF NOT EXISTS records nothing in a table that is something else',
    plant: (copy) =>
      copy
        .replace(
          files.up,
          /do \$\$[\s\S]*?end\n\$\$;\n/,
          `do $$$$ begin if exists (select from pg_proc where ${ours}) then raise exception 'taken'; end if; end $$$$;\ncreate table if not exists schema_migrations (version integer primary key);\n`,
        )
        .then(() => copy.replace(files.up, /\ninsert into schema_migrations[\s\S]*?\n\);\n/, '\n'))
        .then(() => copy.remove(files.patch)),
    objects: ['table schema_migrations'],
    says: 'a table with other columns: taken for the declared one without a word',
  },
]

describe('a planted defect', () => {
  test.each(someOfEach(defects, () => 'a decoy'))('$title', async ({ plant, objects, says }) => {
    await using copy = await copyMigrations()
    await plant(copy)
    const failures = failuresOf(await judgeFolder(workbench, decoyChecks, copy.directory))
    const named = failures.map((text) => /the name of (.*)\n/.exec(text)?.[1])
    expect(named).toEqual(objects)
    for (const failure of failures) {
      expect(failure).toContain(says)
      expect(failure).toMatch(/\n004\w*\.sql:\d+$/)
    }
  })
})

test('our own migrations, with every decoy', async () => {
  const outcomes = await judgeFolder(workbench, decoyChecks, undefined, 'thorough')
  // Seven indexes, five views, four functions, the record table, and the two functions of the patch.
  expect(outcomes).toHaveLength(19)
  expect(outcomes.filter(({ status }) => status !== 'passed')).toEqual([])
})
