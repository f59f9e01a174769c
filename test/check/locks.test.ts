import { describe, expect, test } from 'vitest'
import type { Finding } from '../../src/check/check.ts'
import type { VerifyDocument } from '../../src/check/document.ts'
import { verifyOn } from '../../src/check/verify.ts'
import { loadMigrations } from '../../src/migration/migration.ts'
import { firstOfEach, isAll } from '../amount.ts'
import { type MigrationCopy, copyMigrations, files } from '../migration-copy.ts'
import { workbench } from './workbench.ts'

async function judge(directory?: string): Promise<VerifyDocument> {
  const migrations = await loadMigrations(directory)
  return verifyOn(workbench, { migrations, only: ['compatibility/locks'], effort: 'quick' })
}

function failuresIn({ findings }: VerifyDocument): readonly string[] {
  return findings
    .filter((finding: Finding) => finding.checkId === 'compatibility/locks')
    .flatMap((finding) =>
      finding.status === 'failed'
        ? [`${finding.title}\n${finding.actual}\n${finding.place?.file}:${finding.place?.line}`]
        : [],
    )
}

interface Defect {
  readonly title: string
  readonly plant: (copy: MigrationCopy) => Promise<MigrationCopy>
  readonly file: string
  readonly says: RegExp
}

const beforeCommit = /\ncommit;\n$/

const defects: readonly Defect[] = [
  {
    title: 'a column that is added rewrites the table',
    plant: (copy) =>
      copy.replace(
        files.up,
        beforeCommit,
        '\nalter table hook_events add column noise double precision default random();\ncommit;\n',
      ),
    file: files.up,
    says: /ACCESS EXCLUSIVE on public\.hook_events blocks reads and writes .* at 227 rows, and every row is written anew/,
  },
  {
    title: 'a column that is added takes the lock for a moment only',
    plant: (copy) =>
      copy.replace(
        files.up,
        beforeCommit,
        '\nalter table hook_events add column noise integer;\ncommit;\n',
      ),
    file: files.up,
    says: /ACCESS EXCLUSIVE on public\.hook_events blocks reads and writes for [\d.]+ ms at 227 rows$/m,
  },
  {
    title: 'LOCK TABLE',
    plant: (copy) => copy.replace(files.patch, /\nbegin;\n/, '\nbegin;\nlock table hook_events;\n'),
    file: files.patch,
    says: /line \d: ACCESS EXCLUSIVE on public\.hook_events/,
  },
  {
    title: 'a lock inside a DO block',
    plant: (copy) =>
      copy.replace(
        files.patch,
        beforeCommit,
        '\ndo $$$$ begin truncate hook_events; end $$$$;\ncommit;\n',
      ),
    file: files.patch,
    says: /ACCESS EXCLUSIVE on public\.hook_events .* every row is written anew/,
  },
  {
    title: 'a lock that keeps writers waiting, and readers not',
    plant: (copy) =>
      copy.replace(
        files.patch,
        /\nbegin;\n/,
        '\nbegin;\nlock table hook_events in exclusive mode;\n',
      ),
    file: files.patch,
    says: /line \d: EXCLUSIVE on public\.hook_events blocks writes for/,
  },
  {
    title: 'a lock that is stronger than what is allowed',
    plant: (copy) =>
      copy.replace(
        files.up,
        '\ncreate index idx_hook_events_quality',
        '\nlock table hook_events in share row exclusive mode;\ncreate index idx_hook_events_quality',
      ),
    file: files.up,
    says: /line \d+: SHARE ROW EXCLUSIVE on public\.hook_events blocks writes for/,
  },
  {
    title: 'an allowance for another file',
    plant: (copy) =>
      copy.replace(files.contract, /("locks": \[\s*\{\s*"file": )"[^"]*"/, `$1"${files.up}"`),
    file: files.rollback,
    says: /ACCESS EXCLUSIVE on public\.hook_events/,
  },
]

/** Whether all of them are found where they are planted at once. */
async function expectFound(...planted: readonly Defect[]): Promise<void> {
  await using copy = await copyMigrations()
  for (const { plant } of planted) await plant(copy)
  const failures = failuresIn(await judge(copy.directory))
  for (const { file, says } of planted) {
    const failure = failures.find((text) => text.startsWith(`${file} `) && says.test(text))
    expect(failure).toMatch(new RegExp(`\\n${file}:\\d+$`))
  }
}

describe('a planted defect', () => {
  test('in every file at once', () => expectFound(...firstOfEach(defects, ({ file }) => file)))

  test.runIf(isAll).each(defects)('$title', (defect) => expectFound(defect))

  test.runIf(isAll)('an allowance that nothing needs', async () => {
    await using copy = await copyMigrations()
    await copy.replace(files.contract, '"rewrite": false', '"rewrite": true')
    const failures = failuresIn(await judge(copy.directory))
    expect(failures).toEqual([
      expect.stringContaining(
        `${files.rollback} needs what the contract allows it on hook_events\nnothing of the kind`,
      ),
    ])
  })
})

test('our own migrations keep writers waiting while each index is built, and readers never', async () => {
  const document = await judge()
  expect(failuresIn(document)).toEqual([])
  const up = document.locks.filter(({ place }) => place.file === files.up)
  expect(
    up.map(({ mode, blocks, rows, rewritten }) => ({ mode, blocks, rows, rewritten })),
  ).toEqual([
    // Each CREATE INDEX, although the first one's lock is held until the commit.
    ...Array.from({ length: 7 }, () => ({
      mode: 'SHARE',
      blocks: 'writes',
      rows: 227,
      rewritten: false,
    })),
    { mode: 'ACCESS SHARE', blocks: 'nothing', rows: 227, rewritten: false },
    { mode: 'SHARE UPDATE EXCLUSIVE', blocks: 'nothing', rows: 227, rewritten: false },
  ])
  const [share, ...later] = up
  expect(share?.statement).toMatch(/^create index idx_hook_events_session/)
  for (const lock of later) expect(lock.heldMs).toBeLessThan(share?.heldMs ?? 0)
  const back = document.locks.filter(({ place }) => place.file === files.rollback)
  expect(back.map(({ mode }) => mode)).toEqual(Array.from({ length: 7 }, () => 'ACCESS EXCLUSIVE'))
  for (const lock of back) expect(lock.allowed).toContain('DROP INDEX')
})

test.runIf(isAll)('weaker locks are named with what they block', async () => {
  await using copy = await copyMigrations()
  await copy.replace(
    files.patch,
    beforeCommit,
    '\nselect count(*) from hook_events;\nupdate hook_events set processed = processed where false;\nlock table hook_events in exclusive mode;\ncommit;\n',
  )
  const { locks } = await judge(copy.directory)
  const held = locks.filter(({ place }) => place.file === files.patch)
  expect(held.map(({ mode, blocks }) => `${mode}: ${blocks}`)).toEqual([
    'ACCESS SHARE: nothing',
    'ROW EXCLUSIVE: nothing',
    'EXCLUSIVE: writes',
  ])
})
