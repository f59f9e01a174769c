import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { reapplyChecks } from '../../src/check/reapply.ts'
import { someOfEach } from '../amount.ts'
import { type MigrationCopy, copyMigrations, files } from '../migration-copy.ts'
import { failuresOf, judgeFolder } from './setting.ts'
import { workbench } from './workbench.ts'

/** The blocks that ask first whether the script belongs here. */
const guard = /do \$\$[\s\S]*?end\n\$\$;\n/

interface Defect {
  readonly title: string
  readonly plant: (copy: MigrationCopy) => Promise<MigrationCopy>
  /** Titles of exactly the walks that fail. */
  readonly fails: readonly string[]
  readonly names: string
  /** File and line that the first of them points at. */
  readonly place: RegExp
}

const recorded = '40 rows, existing record'

const defects: readonly Defect[] = [
  {
    title: 'a rollback with IF EXISTS runs anywhere, and deletes the rows of others',
    plant: (copy) =>
      copy
        .replace(files.rollback, guard, '')
        .then(() =>
          copy.replace(files.rollback, /^drop (function|view|index) /gm, 'drop $1 if exists '),
        )
        .then(() => copy.replace(files.rollback, 'where version = 4;', 'where version >= 3;')),
    fails: [
      `down where up never was (${recorded})`,
      `up, patch, down, down (${recorded})`,
      `up, patch, down, up (${recorded})`,
      `up, down, down (${recorded})`,
    ],
    names: '- row of schema_migrations: (3,Retries',
    place: /004_rollback_hook_intelligence\.sql:\d\d$/,
  },
  {
    title: 'a patch applies where there is nothing to patch',
    plant: (copy) =>
      copy
        .replace(files.patch, guard, '')
        .then(() => copy.replace(files.patch, /\nupdate schema_migrations[\s\S]*?;\n/, '\n'))
        .then(() => copy.replace(files.patch, /.*get_session_stats\(uuid\);\n/, ''))
        .then(() =>
          copy.replace(
            files.patch,
            /create or replace function get_session_stats[\s\S]*?\n\$\$;\n/,
            '',
          ),
        )
        .then(() =>
          copy.replace(files.patch, /comment on function get_session_stats[\s\S]*?;\n/, ''),
        ),
    fails: ['patch without up (empty)', `patch without up (${recorded})`],
    names: '+ function public.calculate_session_success_score(text)',
    place: /004b_fix_function_signatures\.sql:\d+$/,
  },
  {
    title: 'a migration that is applied over its patch brings the old signatures back (trap 2)',
    plant: (copy) =>
      copy
        .replace(
          files.up,
          guard,
          'create table if not exists schema_migrations (version integer primary key, description text not null, applied_at timestamptz, execution_time_ms integer);\n',
        )
        .then(() => copy.replace(files.up, /^create index /gm, 'create index if not exists '))
        .then(() => copy.replace(files.up, /^create (view|function) /gm, 'create or replace $1 '))
        .then(() =>
          copy.replace(files.up, /\n\);\n\ncommit/, '\n) on conflict do nothing;\n\ncommit'),
        ),
    fails: ['up, patch, up (empty)', `up, patch, up (${recorded})`],
    names: '+ function public.get_session_stats(uuid)',
    place: /004_add_hook_intelligence_indexes\.sql:\d+$/,
  },
  {
    title: 'a patch that promises to be repeatable is refused the second time',
    plant: (copy) => copy.replace(files.patch, '  if not patched and coalesce(', '  if coalesce('),
    fails: ['up, patch, patch (empty)', `up, patch, patch (${recorded})`],
    names: 'a session function that takes text exists already',
    place: /004b_fix_function_signatures\.sql:\d+$/,
  },
  {
    title: 'a rollback that is refused has deleted something before',
    plant: (copy) =>
      copy.replace(
        files.rollback,
        /\nbegin;\n/,
        "\ndelete from hook_events where source = 'SessionStart';\n\nbegin;\n",
      ),
    fails: [`down where up never was (${recorded})`, `up, patch, down, up (${recorded})`],
    names: 'public.hook_events: 40 rows before',
    place: /004_rollback_hook_intelligence\.sql:\d+$/,
  },
]

describe('a planted defect', () => {
  test.each(someOfEach(defects, ({ title }) => String(title.includes('(trap '))))(
    '$title',
    async ({ plant, fails, names, place }) => {
      await using copy = await copyMigrations()
      await plant(copy)
      const outcomes = await judgeFolder(workbench, reapplyChecks, copy.directory)
      const failures = failuresOf(outcomes)
      expect(failures.map((text) => text.split('\n', 1)[0])).toEqual(fails)
      expect(failures.join('\n')).toContain(names)
      expect(failures[0]).toMatch(place)
    },
  )
})

test('our own migrations, in every combination', async () => {
  const outcomes = await judgeFolder(workbench, reapplyChecks, undefined, 'thorough')
  expect(outcomes).toHaveLength(32)
  expect(outcomes.filter(({ status }) => status !== 'passed')).toEqual([])
})

test('migrations of somebody else, each version by itself', async () => {
  const directory = fileURLToPath(new URL('../foreign', import.meta.url))
  const outcomes = await judgeFolder(workbench, reapplyChecks, directory)
  expect(outcomes.filter(({ status }) => status !== 'passed')).toEqual([])
  // Eight walks with one patch, four without; no record and no rows to vary.
  expect(outcomes.map(({ title }) => title.split(':')[0])).toEqual([
    ...Array.from({ length: 8 }, () => 'version 1'),
    ...Array.from({ length: 4 }, () => 'version 2'),
  ])
})
