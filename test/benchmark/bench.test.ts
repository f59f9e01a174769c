import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { bench } from '../../src/benchmark/bench.ts'
import type { BenchDocument } from '../../src/benchmark/result.ts'
import { loadWorkloads } from '../../src/benchmark/workload.ts'
import { loadMigrations } from '../../src/migration/migration.ts'
import { isAll } from '../amount.ts'
import { findMeasurement, leastEffort } from './measurement.ts'

const migrations = await loadMigrations()

describe('a benchmark of the canonical dataset', () => {
  let document: BenchDocument

  beforeAll(async () => {
    document = await bench({ migrations, scales: [227], effort: leastEffort })
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
    const summary = findMeasurement(document, 'view/session-intelligence-summary')
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
      const measurement = findMeasurement(document, id)
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

  test('times ANALYZE by itself, and says how much memory it all took', () => {
    expect(findMeasurement(document, 'maintain/analyze')).toMatchObject({ state: 'measured' })
    expect(document.rungs[0]?.peakMemoryBytes).toBeGreaterThan(100_000_000)
  })

  test('counts the rows that a question is about, where that are not all events', () => {
    expect(findMeasurement(document, 'function/get-recent-workflow-patterns')).toMatchObject({
      followed: { title: 'events of the last 7 days', rows: 47 },
    })
    expect(findMeasurement(document, 'view/tool-success-rates')).toMatchObject({ followed: null })
  })

  test('survives JSON', () => {
    expect(JSON.parse(JSON.stringify(document))).toEqual(document)
  })
})

test.runIf(isAll)(
  'recorded payloads lie in TOAST, and every figure of it shows: size, blocks, the share of a plan',
  async () => {
    const cache = await mkdtemp(join(tmpdir(), 'recorded-'))
    vi.stubEnv('HOOK_HARNESS_CACHE', cache)
    try {
      const workloads = (await loadWorkloads()).filter(({ id }) => id === 'view/tool-success-rates')
      const phases = new Set<string>()
      const document = await bench({
        migrations,
        scales: [4_000],
        payload: 'recorded',
        workloads,
        // A thousand such events are 9 MB, which are written into both copies each time.
        effort: { ...leastEffort, minimumSamples: 1, maximumSamples: 1, rounds: 1 },
        onProgress: ({ phase }) => phases.add(phase),
      })
      expect(Array.from(phases).join(', ')).toBe(
        'load, index, analyse, copy, migrate, check, measure, plan, cold, roll back, write',
      )
      expect(document).toMatchObject({ status: 'passed', request: { payload: 'recorded' } })
      const [rung] = document.rungs
      expect(rung).toMatchObject({
        medium: 'folder',
        fixture: { payload: 'recorded', events: 4_000 },
      })
      expect(rung?.storage.toastBytes).toBeGreaterThan(rung?.storage.tableBytes ?? 0)
      const rates = findMeasurement(document, 'view/tool-success-rates')
      if (rates.state !== 'measured') throw new Error('expected a timing')
      expect(rates.toastBlocks).toBeGreaterThan(0)
      expect(rates.toastBlocks).toBeLessThanOrEqual(rates.plan?.blocks ?? 0)
      expect(rung?.cold.map(({ workloadId }) => workloadId)).toContain('view/tool-success-rates')
      // The next run finds what this one built.
      expect(await readdir(join(cache, 'rungs'))).toHaveLength(1)
    } finally {
      vi.unstubAllEnvs()
      await rm(cache, { recursive: true })
    }
  },
)

test('a budget that not even the smallest size fits into is refused', async () => {
  await expect(bench({ migrations, scales: [10_000_000], budgetMs: 60_000 })).rejects.toMatchObject(
    {
      code: 'E_BUDGET',
      fault: 'usage',
    },
  )
})

test('a size that can not be built leaves the others as they are', async () => {
  const broken = { ...migrations, base: [] }
  const document = await bench({
    migrations: broken,
    scales: [227],
    workloads: [],
    effort: leastEffort,
  })
  expect(document).toMatchObject({ status: 'unjudged', rungs: [], unbuilt: [{ scale: 227 }] })
})

test('migrations of tables that nobody can fill are timed on the rows of their base scripts', async () => {
  const foreign = await loadMigrations(fileURLToPath(new URL('../foreign', import.meta.url)))
  const document = await bench({ migrations: foreign, effort: leastEffort })
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
  await expect(bench({ migrations, scales: [227, 1e15] })).rejects.toMatchObject({
    code: 'E_ROOM',
    fault: 'usage',
    message: expect.stringMatching(/need about .* of disk in .*, .* are free/),
  })
})

test.each([[[]], [[0]], [[10, 10]], [[100, 10]], [[1.5]]])(
  'sizes of %j are refused',
  async (scales) => {
    await expect(bench({ migrations, scales })).rejects.toMatchObject({
      code: 'E_BENCH_SCALES',
      fault: 'usage',
    })
  },
)

test('an interrupted run throws', async () => {
  const controller = new AbortController()
  await expect(
    bench({
      migrations,
      scales: [227],
      workloads: [],
      effort: leastEffort,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    }),
  ).rejects.toMatchObject({ code: 'E_INTERRUPTED' })
})
