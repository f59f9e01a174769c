import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { CheckCategory } from '../../src/check/check.ts'
import type { CoveragePoint, VerifyDocument } from '../../src/check/document.ts'
import type { Effort } from '../../src/check/subject.ts'
import { verifyOn } from '../../src/check/verify.ts'
import { loadMigrations } from '../../src/migration/migration.ts'
import { isAll } from '../amount.ts'
import { copyMigrations, files } from '../migration-copy.ts'
import { workbench } from './workbench.ts'

const foreignFolder = fileURLToPath(new URL('../foreign', import.meta.url))

function judge(
  directory: string | undefined,
  effort: Effort,
  ...only: readonly CheckCategory[]
): Promise<VerifyDocument> {
  return verifyOn(workbench, { migrations: loadMigrations(directory), only, effort })
}

function pointsOf(document: VerifyDocument, object: string): readonly CoveragePoint[] {
  const facts = document.coverage.find((one) => one.object === object)
  if (facts === undefined) throw new Error(`${object} is not in the coverage`)
  return facts.points
}

function missedIn(document: VerifyDocument, object: string): readonly string[] {
  return pointsOf(document, object)
    .filter(({ state }) => state === 'missed')
    .map(({ text, detail }) => `${text}: ${detail}`)
}

/** The outcome of the check for one object. */
function outcomeOf(document: VerifyDocument, object: string): unknown {
  return document.findings.find(
    ({ checkId, title }) => checkId.endsWith('/coverage') && title.startsWith(object),
  )
}

const prompts = "count(*) filter (where source = 'UserPromptSubmit') as prompts_with_agent"

describe('coverage', () => {
  test('lists an arm that no row takes, a FILTER that drops none, a column without a value', async () => {
    await using copy = await copyMigrations()
    await copy.replace(
      files.up,
      'count(distinct session_id) as unique_sessions',
      "sum(case agent_name when 'nobody' then 0 else 1 end) as unique_sessions",
    )
    await copy.replace(
      files.up,
      prompts,
      "count(*) filter (where source <> 'nothing') as prompts_with_agent",
    )
    await copy.replace(
      files.up,
      'max(created_at) as last_detected',
      'null::timestamptz as last_detected',
    )
    const document = await judge(copy.directory, 'quick', 'views')
    expect(missedIn(document, 'agent_usage_patterns')).toEqual([
      'last_detected: no row has a value in it',
      "CASE extracted.agent_name WHEN 'nobody'::text: no row takes it",
      "FILTER (WHERE ((hook_events.source)::text <> 'nothing'::text)): it drops no row",
    ])
    expect(outcomeOf(document, 'agent_usage_patterns')).toMatchObject({
      status: 'passed',
      note: '9 of 12 reached',
    })
  })

  test.runIf(isAll)('is red for a view that can not be executed', async () => {
    await using copy = await copyMigrations()
    await copy.replace(
      files.up,
      'count(*) as detection_count',
      'count(*) / min(0) as detection_count',
    )
    const document = await judge(copy.directory, 'quick', 'views')
    expect(outcomeOf(document, 'agent_usage_patterns')).toMatchObject({
      status: 'failed',
      actual: 'refused: division by zero',
      place: { file: files.up },
    })
  })

  test.runIf(isAll)(
    'of our own views: the guards against odd numbers are reached by hostile rows only',
    async () => {
      const fixture = await judge(undefined, 'quick', 'views')
      expect(missedIn(fixture, 'tool_success_rates')).toHaveLength(1)
      const hostile = await judge(undefined, 'standard', 'views')
      expect(missedIn(hostile, 'tool_success_rates')).toEqual([])
      const guard = pointsOf(hostile, 'tool_success_rates').filter(({ detail }) => detail !== null)
      expect(guard).toMatchObject([
        { kind: 'case arm', state: 'hit', detail: 'with hostile rows only' },
      ])
    },
  )

  test('of a function that nothing calls is not measured, and red', async () => {
    await using copy = await copyMigrations(foreignFolder)
    await copy.replace(files.contract, /"examples": \[[\s\S]*?\n {6}\]/, '"examples": []')
    const document = await judge(copy.directory, 'quick', 'functions')
    expect(outcomeOf(document, 'customer_total')).toMatchObject({
      status: 'failed',
      actual: 'nothing calls it',
      place: { file: '001b_total_by_email.sql' },
    })
    const uncalled = document.coverage.filter(({ points }) =>
      points.some(({ kind }) => kind === 'call'),
    )
    expect(uncalled).toMatchObject([
      { points: [{ state: 'not measured', detail: 'the contract names no call' }] },
    ])
  })
})
