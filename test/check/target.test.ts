import { afterAll, beforeAll, expect, test } from 'vitest'
import { performanceChecks } from '../../src/check/performance.ts'
import type { Outcome } from '../../src/check/check.ts'
import type { TargetFacts } from '../../src/check/document.ts'
import type { Subject } from '../../src/check/subject.ts'
import { openSetting, walkSetting } from '../../src/check/verify.ts'
import { Workbench } from '../../src/check/workbench.ts'
import { type MigrationSet, loadMigrations } from '../../src/migration/migration.ts'
import { isAll } from '../amount.ts'

let workbench: Workbench
let migrations: MigrationSet
beforeAll(async () => {
  workbench = new Workbench({})
  migrations = await loadMigrations()
})
afterAll(() => workbench[Symbol.asyncDispose]())

/** A view that reads every event. */
const linear = 'tool_success_rates'

function subjectOf(events: number): Promise<Subject> {
  return walkSetting(openSetting(workbench, migrations, { events, effort: 'quick' }).setting)
}

/** What the check says of that view alone. */
async function judge(
  subject: Subject,
  targetMs: number,
): Promise<{ readonly outcome: Outcome | undefined; readonly facts: TargetFacts | undefined }> {
  const views = subject.contract.views.filter(({ name }) => name === linear)
  const contract = { ...subject.contract, views, functions: [], targetMs }
  const targets: TargetFacts[] = []
  const outcomes = await performanceChecks[0]?.run({ ...subject, contract, targets })
  return { outcome: outcomes?.[0], facts: targets[0] }
}

const anHourMs = 3_600_000

test.runIf(isAll)(
  'a target that is met at 227 events is missed where there are more, and each claim says its size (trap 8)',
  async () => {
    const few = await subjectOf(227)
    const small = await judge(few, anHourMs)
    const many = await subjectOf(10_000)
    const large = await judge(many, anHourMs)
    // Between the two, however fast the machine is.
    const targetMs = Math.sqrt((small.facts?.p95Ms ?? 0) * (large.facts?.p50Ms ?? 0))
    expect(await judge(many, targetMs)).toMatchObject({
      outcome: { status: 'failed', title: `${linear} answers within ${targetMs} ms at 10k events` },
      facts: { claim: 'missed', events: 10_000 },
    })
    const again = await judge(await subjectOf(227), targetMs)
    expect(again).toMatchObject({
      outcome: { status: 'passed', title: `${linear} answers within ${targetMs} ms at 227 events` },
      facts: { claim: 'met', events: 227 },
    })
  },
)
