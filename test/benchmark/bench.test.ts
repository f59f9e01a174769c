import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { bench } from '../../src/benchmark/bench.ts'
import type { BenchDocument, Measurement } from '../../src/benchmark/result.ts'
import type { Effort } from '../../src/benchmark/run.ts'
import { type Workload, loadWorkloads, parseWorkload } from '../../src/benchmark/workload.ts'
import { loadMigrations } from '../../src/migration/migration.ts'

const migrations = await loadMigrations()
const effort: Effort = {
  minimumSamples: 4,
  maximumSamples: 4,
  timeMs: 0,
  warmUpMs: 0,
  rounds: 2,
}

function run(
  workloads: readonly Workload[],
  scales: readonly number[] = [227],
): Promise<BenchDocument> {
  return bench({ migrations, scales, workloads, effort })
}

function write(lines: string, sql: string): Workload {
  return parseWorkload(`${lines}\n--\n-- A test.\n\n${sql}`, 'test.sql')
}

function find(document: BenchDocument, id: string): Measurement {
  const all = document.rungs.flatMap(({ measurements }) => measurements)
  const found = all.find(({ workloadId }) => workloadId === id)
  if (found === undefined) throw new Error(`no measurement of ${id}`)
  return found
}

describe('a benchmark of the canonical dataset', () => {
  let document: BenchDocument

  beforeAll(async () => {
    document = await run(await loadWorkloads())
  })

  test('passes, with every workload measured and every answer right', () => {
    expect(
      document.rungs.flatMap(({ measurements }) =>
        measurements.filter(({ state }) => state === 'void'),
      ),
    ).toEqual([])
    expect(document).toMatchObject({ status: 'passed', unbuilt: [], omitted: [] })
    expect(document.rungs[0]?.fixture).toMatchObject({
      name: 'canonical',
      events: 227,
      sessions: 3,
    })
  })

  test('keeps every sample with its rows, in rounds, and says what they say', () => {
    const summary = find(document, 'view/session-intelligence-summary')
    expect(summary).toMatchObject({
      state: 'measured',
      object: 'session_intelligence_summary',
      target: { targetMs: 100 },
    })
    if (summary.state !== 'measured') return
    expect(summary.samples.map(({ rows }) => rows)).toEqual([3, 3, 3, 3])
    const latencies = summary.samples.map(({ latencyMs }) => latencyMs)
    expect(summary.p50Ms).toBeGreaterThanOrEqual(Math.min(...latencies))
    expect(summary.p99Ms).toBeLessThanOrEqual(Math.max(...latencies))
    expect(summary.p50Ms).toBeLessThanOrEqual(summary.p95Ms)
    // Four samples carry neither an interval of the median nor a claim that the target is met.
    expect(summary.medianIntervalMs).toBeNull()
    expect(summary.target?.claim).not.toBe('met')
  })

  test('has a plan of every view and of the body of every function', () => {
    const measured = (document.rungs[0]?.measurements ?? []).filter(
      (one) => one.state === 'measured' && one.object !== null,
    )
    const unread = measured.filter((one) => !(one.state === 'measured' && one.plan?.blocks))
    const bodiless = measured.filter(
      (one) =>
        one.workloadId.startsWith('function/') &&
        !(one.state === 'measured' && one.plan?.inner?.blocks),
    )
    expect(measured.length).toBeGreaterThanOrEqual(9)
    expect([unread, bodiless]).toEqual([[], []])
  })

  test('measures loading, both migrations and the rollback by what they leave', () => {
    const rowsOf = (id: string): number | undefined => {
      const measurement = find(document, id)
      return measurement.state === 'measured' ? measurement.samples[0].rows : undefined
    }
    expect(rowsOf('ingest/load')).toBe(227)
    expect(rowsOf('migrate/4')).toBe(16)
    expect(rowsOf('migrate/4b')).toBe(16)
    expect(rowsOf('rollback/4')).toBe(0)
    expect(document.rungs[0]?.indexBuilds).toHaveLength(7)
  })

  test('weighs the table and each index, and counts who used it', () => {
    const storage = document.rungs[0]?.storage
    const added = storage?.indexes.filter(({ ofMigration }) => ofMigration) ?? []
    expect(storage?.tableBytes).toBeGreaterThan(0)
    expect(added.map(({ name }) => name).toSorted()).toEqual(
      migrations.contract.indexes.map(({ name }) => name).toSorted(),
    )
    const scans = new Map(
      document.rungs[0]?.indexUse.map(({ name, scans: times }) => [name, times]),
    )
    expect(scans.get('idx_hook_events_session')).toBeGreaterThan(0)
  })

  test('survives JSON', () => {
    expect(JSON.parse(JSON.stringify(document))).toEqual(document)
  })
})

describe('a measurement is void, and the others stand,', () => {
  const front = '-- title: a\n-- relation: tool_success_rates'
  const good = write(`-- id: view/good\n${front}`, 'select * from tool_success_rates')

  test('when there are other rows than the oracle says, or they say something else', async () => {
    const more = write(
      `-- id: view/more\n${front}\n-- limit: 2`,
      'select * from tool_success_rates',
    )
    const lie = write(
      `-- id: view/lie\n${front}\n-- limit: 1`,
      `select tool_name, total_uses, successful_uses, partial_success_uses, failed_uses,
              success_rate_pct + 1, avg_quality_score, min_quality_score, max_quality_score,
              first_used, last_used
         from tool_success_rates limit 1`,
    )
    const document = await run([good, more, lie])
    expect(find(document, 'view/more')).toMatchObject({
      state: 'void',
      fault: 'wrong',
      reason: 'returned 10 rows, expected 2',
      mismatch: { expectedRows: 2, actualRows: 10 },
    })
    expect(find(document, 'view/lie')).toMatchObject({
      state: 'void',
      fault: 'wrong',
      reason: expect.stringContaining("row 1: 'success_rate_pct' is"),
    })
    expect(find(document, 'view/good').state).toBe('measured')
    expect(document.status).toBe('failed')
  })

  test('when the server refuses the statement, or there are no parameters', async () => {
    const typo = write(`-- id: view/typo\n${front}`, 'select * from tool_sucess_rates')
    const empty = write(
      `-- id: view/empty\n${front}\n-- parameters: select 1 where false`,
      'select * from tool_success_rates',
    )
    const document = await run([typo, empty, good])
    expect(find(document, 'view/typo')).toMatchObject({
      state: 'void',
      fault: 'error',
      reason: 'relation "tool_sucess_rates" does not exist',
    })
    expect(find(document, 'view/empty')).toMatchObject({ state: 'void', fault: 'error' })
    expect(find(document, 'view/good').state).toBe('measured')
    expect(document.status).toBe('unjudged')
  })
})

test('a workload that never ends is void after its time, and the others are measured', async () => {
  const endless = write(
    '-- id: view/endless\n-- title: a\n-- relation: tool_success_rates',
    'select count(*) from generate_series(1, 1e12)',
  )
  const good = write(
    '-- id: view/good\n-- title: a\n-- relation: tool_success_rates',
    'select * from tool_success_rates',
  )
  const document = await bench({
    migrations,
    scales: [227],
    workloads: [good, endless],
    effort,
    statementTimeoutMs: 4_000,
  })
  expect(find(document, 'view/endless')).toMatchObject({
    state: 'void',
    fault: 'error',
    reason: expect.stringContaining('ran longer than 4000 ms'),
  })
  expect(find(document, 'view/good').state).toBe('measured')
  expect(document.status).toBe('unjudged')
})

test('a size that can not be built leaves the others as they are', async () => {
  const broken = { ...migrations, base: [] }
  const document = await bench({ migrations: broken, scales: [227], workloads: [], effort })
  expect(document).toMatchObject({ status: 'unjudged', rungs: [], unbuilt: [{ scale: 227 }] })
})

test('migrations of tables that nobody can fill are timed on the rows of their base scripts', async () => {
  const foreign = await loadMigrations(fileURLToPath(new URL('../foreign', import.meta.url)))
  const document = await bench({ migrations: foreign, effort })
  expect(document).toMatchObject({ status: 'passed', unbuilt: [], omitted: [] })
  expect(document.rungs).toMatchObject([{ scale: 0, fixture: { name: 'none', events: 0 } }])
  const [rung] = document.rungs
  expect(rung?.measurements.map(({ workloadId, state }) => [workloadId, state])).toEqual([
    ['migrate/1', 'measured'],
    ['migrate/1b', 'measured'],
    ['migrate/2', 'measured'],
    ['rollback/2', 'measured'],
    ['rollback/1', 'measured'],
  ])
  await expect(bench({ migrations: foreign, scales: [227] })).rejects.toMatchObject({
    code: 'E_BENCH_FIXTURE',
    fault: 'usage',
  })
})

test('a size for which there is no room is refused before anything is built', async () => {
  await expect(run([], [227, 1e15])).rejects.toMatchObject({
    code: 'E_ROOM',
    fault: 'usage',
    message: expect.stringMatching(/need about .* of disk in .*, .* are free/),
  })
})

test.each([[[]], [[0]], [[10, 10]], [[100, 10]], [[1.5]]])(
  'sizes of %j are refused',
  async (scales) => {
    await expect(run([], scales)).rejects.toMatchObject({ code: 'E_BENCH_SCALES', fault: 'usage' })
  },
)

test('an interrupted run throws', async () => {
  const controller = new AbortController()
  await expect(
    bench({
      migrations,
      scales: [227],
      workloads: [],
      effort,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    }),
  ).rejects.toMatchObject({ code: 'E_INTERRUPTED' })
})
