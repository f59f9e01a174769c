import { describe, expect, test } from 'vitest'
import { faultChecks } from '../../src/check/fault.ts'
import { someOfEach } from '../amount.ts'
import { type MigrationCopy, copyMigrations, files } from '../migration-copy.ts'
import { failuresOf, judgeFolder } from './setting.ts'
import { workbench } from './workbench.ts'

interface Defect {
  readonly title: string
  readonly plant: (copy: MigrationCopy) => Promise<MigrationCopy>
  /** The one script that fails. */
  readonly file: string
  readonly names: readonly string[]
}

const view = '\ncreate view quality_metrics_summary'

const defects: readonly Defect[] = [
  {
    title: 'a migration that ends its transaction early',
    plant: (copy) => copy.replace(files.up, view, `\ncommit;\nbegin;${view}`),
    file: files.up,
    names: ['+ view public.tool_success_rates', '+ index public.idx_hook_events_session'],
  },
  {
    title: 'a statement behind the end of the transaction',
    plant: (copy) =>
      copy.replace(
        files.patch,
        /\ncommit;\n$/,
        '\ncommit;\nupdate hook_events set processed = true where not processed;\n',
      ),
    file: files.patch,
    names: ['+ function public.get_session_stats(text)', 'get_session_stats(uuid)'],
  },
  {
    title: 'a rollback without a transaction',
    plant: (copy) =>
      copy
        .replace(files.rollback, /\nbegin;\n/, '\n')
        .then(() => copy.replace(files.rollback, /\ncommit;\n/, '\n')),
    file: files.rollback,
    names: ['- function public.get_session_stats(text)'],
  },
]

describe('a planted defect', () => {
  test.each(someOfEach(defects, () => 'a fault'))('$title', async ({ plant, file, names }) => {
    await using copy = await copyMigrations()
    await plant(copy)
    const failures = failuresOf(await judgeFolder(workbench, faultChecks, copy.directory))
    expect(failures).toHaveLength(1)
    const [failure = ''] = failures
    expect(failure).toMatch(new RegExp(`^${file} leaves nothing behind`))
    for (const name of names) expect(failure).toContain(name)
    expect(failure).toMatch(new RegExp(`\\n${file}:\\d+$`))
  })
})

test('our own migrations, after every statement', async () => {
  const outcomes = await judgeFolder(workbench, faultChecks, undefined)
  expect(outcomes.map((outcome) => outcome.status === 'passed' && outcome.note)).toEqual([
    expect.stringMatching(/^an error after each of 3\d statements$/),
    'an error after each of 9 statements',
    expect.stringMatching(/^an error after each of 2\d statements$/),
  ])
})

test('a script that can not be applied is another check’s finding', async () => {
  await using copy = await copyMigrations()
  await copy.replace(files.up, 'create view tool_success_rates', 'create vew tool_success_rates')
  const outcomes = await judgeFolder(workbench, faultChecks, copy.directory)
  expect(outcomes.map(({ status }) => status)).toEqual(['skipped', 'skipped', 'skipped'])
})
