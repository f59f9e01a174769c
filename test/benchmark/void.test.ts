import { beforeAll, describe, expect, test } from 'vitest'
import { bench } from '../../src/benchmark/bench.ts'
import type { BenchDocument } from '../../src/benchmark/result.ts'
import { type Workload, parseWorkload } from '../../src/benchmark/workload.ts'
import { type MigrationSet, loadMigrations } from '../../src/migration/migration.ts'
import type { Script } from '../../src/migration/script.ts'
import { findMeasurement, leastEffort } from './measurement.ts'

const migrations = await loadMigrations()

function writeWorkload(lines: string, sql: string): Workload {
  return parseWorkload(`${lines}\n--\n-- A test.\n\n${sql}`, 'test.sql')
}

/** The migrations with other texts. */
function spoil(changes: Partial<Record<Script['role'], (text: string) => string>>): MigrationSet {
  const changed = (scripts: readonly Script[]): readonly Script[] =>
    scripts.map((script) => ({
      ...script,
      text: changes[script.role]?.(script.text) ?? script.text,
    }))
  const { forward, backward } = migrations
  return { ...migrations, forward: changed(forward), backward: changed(backward) }
}

const front = '-- title: a\n-- relation: tool_success_rates'
const good = writeWorkload(`-- id: view/good\n${front}`, 'select * from tool_success_rates')

describe('what is wrong is void, and the timings beside it stand:', () => {
  let document: BenchDocument

  beforeAll(async () => {
    const more = writeWorkload(
      `-- id: view/more\n${front}\n-- limit: 2`,
      'select * from tool_success_rates',
    )
    const lie = writeWorkload(
      `-- id: view/lie\n${front}\n-- limit: 1`,
      `select tool_name, total_uses, successful_uses, partial_success_uses, failed_uses,
              success_rate_pct + 1, avg_quality_score, min_quality_score, max_quality_score,
              first_used, last_used
         from tool_success_rates limit 1`,
    )
    const picky = `alter table hook_events add constraint picky check (action <> 'tool_completion') not valid;`
    document = await bench({
      migrations: spoil({
        up: (text) => `${text}\n${picky}`,
        rollback: () => 'drop view no_view;',
      }),
      scales: [227],
      workloads: [good, more, lie],
      effort: leastEffort,
    })
  })

  test('other rows than the oracle says, or rows that say something else', () => {
    expect(findMeasurement(document, 'view/more')).toMatchObject({
      state: 'void',
      fault: 'wrong',
      reason: 'returned 10 rows, expected 2',
      mismatch: { expectedRows: 2, actualRows: 10 },
    })
    expect(findMeasurement(document, 'view/lie')).toMatchObject({
      state: 'void',
      fault: 'wrong',
      reason: expect.stringContaining("row 1: 'success_rate_pct' is"),
    })
    expect(findMeasurement(document, 'view/good').state).toBe('measured')
    expect(document.status).toBe('failed')
  })

  test('a rollback that is refused', () => {
    expect(findMeasurement(document, 'rollback/4')).toMatchObject({
      state: 'void',
      fault: 'wrong',
      reason: expect.stringContaining('no_view'),
    })
    expect(findMeasurement(document, 'migrate/4').state).toBe('measured')
  })

  test('a write that only the migrations refuse; another copy takes it without them', () => {
    expect(findMeasurement(document, 'ingest/insert-batch-after')).toMatchObject({
      state: 'void',
      fault: 'wrong',
      reason: expect.stringContaining('refused: '),
      expected: 'accepted, as it is without the migrations',
    })
    expect(findMeasurement(document, 'ingest/insert-batch-before').state).toBe('measured')
    const titles = document.rungs[0]?.writeCosts.map(({ title }) => title)
    expect(titles).not.toContain('INSERT of 1000 events')
  })
})

describe('what could not be judged is void, and the timings beside it stand:', () => {
  let document: BenchDocument

  beforeAll(async () => {
    const typo = writeWorkload(`-- id: view/typo\n${front}`, 'select * from tool_sucess_rates')
    const empty = writeWorkload(
      `-- id: view/empty\n${front}\n-- parameters: select 1 where false`,
      'select * from tool_success_rates',
    )
    const endless = writeWorkload(
      `-- id: view/endless\n${front}`,
      'select count(*) from generate_series(1, 1e12)',
    )
    document = await bench({
      migrations,
      scales: [227, 500_000],
      workloads: [typo, empty, good, endless],
      effort: { ...leastEffort, timeMs: 40_000 },
      statementTimeoutMs: 4_000,
      budgetMs: 120_000,
      command: 'hook-harness bench',
    })
  })

  test('a statement that the server refuses, and one without parameters', () => {
    expect(findMeasurement(document, 'view/typo')).toMatchObject({
      state: 'void',
      fault: 'error',
      reason: 'relation "tool_sucess_rates" does not exist',
    })
    expect(findMeasurement(document, 'view/empty')).toMatchObject({ state: 'void', fault: 'error' })
    expect(findMeasurement(document, 'view/good').state).toBe('measured')
    expect(document.status).toBe('unjudged')
  })

  test('a workload that never ends, after its time', () => {
    expect(findMeasurement(document, 'view/endless')).toMatchObject({
      state: 'void',
      fault: 'error',
      reason: expect.stringContaining('ran longer than 4000 ms'),
    })
  })

  test('what was asked for is in the document, and what the budget cut', () => {
    expect(document.request).toMatchObject({
      command: 'hook-harness bench',
      scales: [227, 500_000],
      payload: 'slim',
      clock: '2026-01-05T00:00:00.000Z',
      statementTimeoutMs: 4_000,
      effort: { timeMs: 7_500 },
      budget: { budgetMs: 120_000, wantedTimeMs: 40_000 },
    })
    expect(document.request.workloads).toHaveLength(4)
    expect(document.request.workloads[2]).toEqual({
      id: 'view/good',
      file: 'test.sql',
      digest: expect.stringMatching(/^[\da-f]{16}$/),
    })
    expect(document.omitted).toMatchObject([{ scale: 500_000 }])
  })
})
