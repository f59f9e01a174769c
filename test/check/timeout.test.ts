import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Choice, Finding } from '../../src/check/check.ts'
import type { VerifyDocument } from '../../src/check/document.ts'
import { verifyOn } from '../../src/check/verify.ts'
import { Workbench } from '../../src/check/workbench.ts'
import { loadMigrations } from '../../src/migration/migration.ts'
import { formats, render } from '../../src/report/report.ts'
import { isAll } from '../amount.ts'
import { copyMigrations, foreignFolder } from '../migration-copy.ts'

const endless = 'select count(*) from generate_series(1, 1e12)'

let workbench: Workbench
beforeAll(() => {
  workbench = new Workbench({ statementTimeoutMs: 4_000 })
})
afterAll(() => workbench[Symbol.asyncDispose]())

let sent = 0
function count(event: unknown): void {
  const { message } = event as { message: { sql?: string } }
  if (message.sql?.includes('1e12') === true && !/^(?:create|explain)/.test(message.sql)) sent += 1
}
beforeEach(() => {
  sent = 0
  subscribe('hook-harness:engine', count)
})
afterEach(() => unsubscribe('hook-harness:engine', count))

/** What is said about the shop with text replaced in one file. */
async function judge(
  [file, what, by]: readonly [file: string, what: string, by: string],
  effort: 'quick' | 'standard',
  only: readonly Choice[],
): Promise<VerifyDocument> {
  await using copy = await copyMigrations(foreignFolder)
  await copy.replace(file, what, by)
  const migrations = await loadMigrations(copy.directory)
  return await verifyOn(workbench, { migrations, effort, only })
}

function find({ findings }: VerifyDocument, id: Choice): Finding | undefined {
  return findings.find(({ checkId, status }) => checkId === id && status !== 'passed')
}

test.runIf(isAll)(
  'a script that never ends is executed once, red by file and line in every format, and nothing waits for it again',
  async () => {
    const document = await judge(
      ['001b_total_by_email.sql', 'begin;', `begin;\n${endless};`],
      'standard',
      ['compatibility/reapply', 'compatibility/faults', 'compatibility/locks', 'metadata/scripts'],
    )
    expect(sent).toBe(1)
    expect(document.status).toBe('failed')
    expect(find(document, 'metadata/scripts')).toMatchObject({
      status: 'failed',
      actual: expect.stringMatching(/line 2, column 1: Statement "select count.* ran longer than/),
      place: { file: '001b_total_by_email.sql', line: 2 },
    })
    for (const id of ['compatibility/reapply', 'compatibility/locks'] as const) {
      expect(find(document, id)).toMatchObject({
        status: 'skipped',
        reason: expect.stringContaining('001b_total_by_email.sql'),
      })
    }
    for (const format of formats) {
      const text = render(document, format, { color: false, width: 100, verbose: false })
      expect(text).toContain(endless)
      expect(text).toContain('001b_total_by_email.sql')
    }
  },
)

test.runIf(isAll)(
  'a rollback that never ends leaves what comes before it to be judged',
  async () => {
    const document = await judge(
      ['001_rollback_reports.sql', 'commit;', `${endless};\ncommit;`],
      'quick',
      ['views/columns', 'compatibility/rollback', 'metadata/scripts'],
    )
    expect(sent).toBe(1)
    expect(document.status).toBe('failed')
    expect(find(document, 'views/columns')).toBeUndefined()
    expect(find(document, 'metadata/scripts')).toMatchObject({
      place: { file: '001_rollback_reports.sql', line: 8 },
    })
    expect(find(document, 'compatibility/rollback')).toMatchObject({ status: 'failed' })
  },
)

test.runIf(isAll)(
  'a query of ours that never ends can not be judged, and the rest says that it did not look',
  async () => {
    const document = await judge(
      ['001_add_reports.sql', 'group by 1', `where (${endless}) > 0 group by 1`],
      'quick',
      ['indexes/definition', 'performance/target', 'views/coverage'],
    )
    expect(document.status).toBe('unjudged')
    expect(find(document, 'indexes/definition')).toBeUndefined()
    expect(find(document, 'views/coverage')).toMatchObject({
      status: 'errored',
      error: { code: 'E_TIMEOUT' },
    })
    expect(find(document, 'performance/target')).toMatchObject({
      status: 'skipped',
      reason: expect.stringContaining('revenue_by_day'),
    })
  },
)
