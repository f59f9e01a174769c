import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../src/check/check.ts'
import { judgeChoice } from '../../src/check/index-choice.ts'
import { verifyOn } from '../../src/check/verify.ts'
import { chooseFixture } from '../../src/fixture/source.ts'
import { loadMigrations } from '../../src/migration/migration.ts'
import { isAll } from '../amount.ts'
import { type MigrationCopy, copyMigrations, files } from '../migration-copy.ts'
import { workbench } from './workbench.ts'

/** An index that the migration creates and the contract declares. */
interface PlantedIndex {
  readonly key: string
  readonly serves: readonly string[]
  readonly waiver?: string
}

const name = 'idx_hook_events_planted'

async function plant(
  copy: MigrationCopy,
  { key, serves, waiver }: PlantedIndex,
): Promise<MigrationCopy> {
  const declared = {
    name,
    table: 'hook_events',
    method: 'btree',
    unique: false,
    keys: [key],
    include: [],
    predicate: null,
    comment: 'Planted.',
    serves,
    waiver: waiver ?? null,
  }
  await copy.replace(files.contract, '"indexes": [', `"indexes": [${JSON.stringify(declared)},`)
  await copy.replace(
    files.up,
    /\ncommit;/,
    `\ncreate index ${name} on hook_events (${key});\ncomment on index ${name} is 'Planted.';\ncommit;`,
  )
  return copy.replace(
    files.rollback,
    'drop index idx_hook_events_session;',
    `drop index idx_hook_events_session;\ndrop index ${name};`,
  )
}

/** Few rows, but enough for a planner to see the difference. */
const rows = 3_000

async function judgeChoiceOf(planted: PlantedIndex): Promise<Outcome | undefined> {
  await using copy = await copyMigrations()
  const migrations = await loadMigrations((await plant(copy, planted)).directory)
  const setting = {
    workbench,
    migrations,
    contract: migrations.contract,
    oracle: null,
    fixture: chooseFixture({ endUs: 0 }),
    effort: 'thorough',
    seed: '1',
  } as const
  const outcomes = await judgeChoice(setting, rows)
  expect(outcomes).toHaveLength(migrations.contract.indexes.length)
  return outcomes.find(({ title }) => title.startsWith(name))
}

/** Every row fits: no planner would read an index for that, unless it must. */
const everyRow = "select * from hook_events where action >= ''"

describe('an index at many rows', () => {
  test('that can be used but is never chosen is red', async () => {
    const outcome = await judgeChoiceOf({ key: 'action', serves: [everyRow] })
    expect(outcome).toMatchObject({
      status: 'failed',
      title: `${name} is chosen at 3k rows, and missed`,
      actual: expect.stringMatching(
        /^not chosen for select \* from hook_events where action >= '': \d+ blocks, 0 rows thrown away \(no index\)$/,
      ) as string,
      place: { file: files.up },
    })
  })

  test.runIf(isAll)(
    'that is never chosen is green with a waiver, and its reason is shown',
    async () => {
      const waiver = 'A report that comes next year reads it.'
      const outcome = await judgeChoiceOf({ key: 'action', serves: [everyRow], waiver })
      expect(outcome).toMatchObject({ status: 'passed', note: `waived: ${waiver}` })
    },
  )

  test.runIf(isAll)(
    'that is not chosen for one of its queries is red, whatever it saves another',
    async () => {
      const served = "select count(*) from hook_events where action = 'nobody'"
      expect(await judgeChoiceOf({ key: 'action', serves: [served, everyRow] })).toMatchObject({
        status: 'failed',
        actual: expect.stringMatching(/^not chosen for select \* from hook_events/) as string,
      })
    },
  )

  test.runIf(isAll)(
    'that does what another one does is red, whichever of the two is chosen',
    async () => {
      const serves = ['select id from hook_events order by created_at desc limit 5']
      const outcome = await judgeChoiceOf({ key: 'created_at DESC', serves })
      expect(outcome).toMatchObject({
        status: 'failed',
        actual: expect.stringMatching(/^(not chosen for|chosen, but saves nothing: )/) as string,
      })
    },
  )

  test.runIf(isAll)(
    'that earns its place says by how much, and that it needs no waiver',
    async () => {
      const serves = ["select count(*) from hook_events where resource_id = 'nobody'"]
      const waiver = 'Nobody knows.'
      expect(await judgeChoiceOf({ key: 'resource_id', serves, waiver })).toMatchObject({
        status: 'passed',
        note: expect.stringMatching(
          /^needs no waiver: saves \d+\.\d % of the work of select count/,
        ) as string,
      })
    },
  )

  test.runIf(isAll)(
    'that nobody asks for is red, even where the contract names no query',
    async () => {
      expect(await judgeChoiceOf({ key: 'processed_at', serves: [] })).toMatchObject({
        status: 'failed',
        actual: 'no view or function chooses it, and the contract declares no query',
      })
    },
  )
})

async function judgeUseOf(planted: PlantedIndex): Promise<{
  readonly outcome: Outcome | undefined
  readonly state: string | undefined
}> {
  await using copy = await copyMigrations()
  const document = await verifyOn(workbench, {
    migrations: loadMigrations((await plant(copy, planted)).directory),
    only: ['indexes'],
    effort: 'quick',
  })
  return {
    outcome: document.findings.find(
      ({ checkId, title }) => checkId === 'indexes/use' && title.startsWith(name),
    ),
    state: document.coverage.find(({ object }) => object === name)?.points[0]?.state,
  }
}

describe('an index on a few rows', () => {
  const upper = "select * from hook_events where upper(action) = 'X'"

  test('that is on another expression than its query is red', async () => {
    const { outcome, state } = await judgeUseOf({ key: 'lower(action::text)', serves: [upper] })
    expect(outcome).toMatchObject({
      status: 'failed',
      actual: `not in the plan of: ${upper}`,
      place: { file: files.up },
    })
    expect(state).toBe('missed')
  })

  test.runIf(isAll)(
    'that one of its queries can not use is red, however many others can',
    async () => {
      const served = "select * from hook_events where lower(action) = 'x'"
      const planted = { key: 'lower(action::text)', serves: [served, upper] }
      expect((await judgeUseOf(planted)).outcome).toMatchObject({
        status: 'failed',
        actual: `not in the plan of: ${upper}`,
      })
    },
  )

  test.runIf(isAll)('is green with a waiver, but not counted as used', async () => {
    const planted = { key: 'lower(action::text)', serves: [upper], waiver: 'For later.' }
    const { outcome, state } = await judgeUseOf(planted)
    expect(outcome).toMatchObject({ status: 'passed', note: 'waived: For later.' })
    expect(state).toBe('missed')
  })

  test('that only one query can use is green, and what would serve without it is said', async () => {
    const { outcome, state } = await judgeUseOf({ key: 'upper(action::text)', serves: [upper] })
    expect(outcome).toMatchObject({
      status: 'passed',
      note: `in the plan once sequential scans are off: ${upper}\nWithout it every row is read.`,
    })
    expect(state).toBe('hit')
  })
})
