import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { measureCold } from '../../src/benchmark/cold.ts'
import { nameStage, openFolderStage } from '../../src/benchmark/folder-stage.ts'
import { openMemoryStage } from '../../src/benchmark/stage.ts'
import { summarise } from '../../src/benchmark/summary.ts'
import { templateDirectory } from '../../src/benchmark/template.ts'
import { compareWrites, measureWrites } from '../../src/benchmark/write.ts'
import { chooseFixture } from '../../src/fixture/source.ts'
import { createRandom } from '../../src/random.ts'
import { isAll } from '../amount.ts'
import { killAfter } from './kill.ts'
import { stageRequest } from './stage-request.ts'

const request = stageRequest
const { endUs } = request

let cache: string

beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), 'stages-'))
  vi.stubEnv('HOOK_HARNESS_CACHE', cache)
})

afterAll(async () => {
  vi.unstubAllEnvs()
  await rm(cache, { recursive: true })
})

const stateSql = `
  select (select count(*)::integer from hook_events) as rows,
         (select md5(string_agg(e::text, ',' order by id)) from hook_events e) as content,
         (select array_agg(pg_get_indexdef(indexrelid) order by indexrelid::regclass::text)
            from pg_index where indrelid = 'hook_events'::regclass) as indexes,
         (select array_agg(description order by description) from pg_description d
            join pg_class c on c.oid = d.objoid and d.classoid = 'pg_class'::regclass
           where c.relname like '%hook_events%') as comments`

test.runIf(isAll)(
  'a stage in a folder is the same as one in memory, from the template, too',
  async () => {
    await using memory = await openMemoryStage(request)
    const expected = await memory.database.query(stateSql)
    expect(expected).toMatchObject([{ rows: 500 }])
    for (const visit of ['built', 'found']) {
      await using folder = await openFolderStage(request)
      expect([visit, await folder.database.query(stateSql)]).toEqual([visit, expected])
      expect(folder.loads.map(({ rows }) => rows)).toEqual([500])
      expect(folder.oracle.answer('tool_success_rates', [], 0)).toEqual(
        memory.oracle.answer('tool_success_rates', [], 0),
      )
      // What is changed in a clone stays in it.
      await folder.database.query('truncate hook_events')
    }
    expect(await readdir(templateDirectory())).toHaveLength(1)
  },
)

const stageBuild = fileURLToPath(new URL('./stage-build.ts', import.meta.url))

test.runIf(isAll)(
  'whoever is killed while he builds or copies one leaves nothing that passes for it',
  async () => {
    const killed = join(cache, 'killed')
    vi.stubEnv('HOOK_HARNESS_CACHE', killed)
    const random = createRandom('kill a stage')
    for (let run = 0; run < 2; run += 1) await killAfter(stageBuild, random.integer(0, 3_000))
    {
      await using stage = await openFolderStage(request)
      const rows = await stage.database.query('select count(*)::integer as rows from hook_events')
      expect(rows).toEqual([{ rows: 500 }])
    }
    expect(await readdir(templateDirectory())).toEqual([nameStage(request)])
    vi.stubEnv('HOOK_HARNESS_CACHE', cache)
  },
)

test('another seed, size, payload, end or schema is another template', () => {
  const names = [
    request,
    { ...request, fixture: chooseFixture({ events: 500, seed: 'other', endUs }) },
    { ...request, fixture: chooseFixture({ events: 501, endUs }) },
    { ...request, fixture: chooseFixture({ events: 500, payload: 'recorded', endUs }) },
    { ...request, endUs: endUs + 1 },
    { ...request, migrations: { ...request.migrations, base: [] } },
  ].map(nameStage)
  expect(new Set(names).size).toBe(names.length)
  expect(nameStage({ ...request })).toBe(nameStage(request))
})

test('cold executions read what warm ones found in the buffers, and leave no trace', async () => {
  await using stage = await openFolderStage(request)
  const { database } = stage
  const countReads = async (): Promise<number> => {
    await database.query('select pg_stat_force_next_flush()')
    const [row] = await database.query<{ readonly reads: number }>(
      "select heap_blks_read as reads from pg_statio_user_tables where relname = 'hook_events'",
    )
    return row?.reads ?? 0
  }
  const task = {
    id: 'view/a',
    sql: 'select max(payload::text) from hook_events',
    params: [],
    expectedRows: 1,
  }
  const sample = { latencyMs: 1, rows: 1 }
  const subject = { workloadId: task.id, title: 'a', object: null, scale: 500 }
  const warm = [{ ...subject, ...summarise([sample], null, null) }]
  await database.query(task.sql)
  const before = await countReads()
  await database.query(task.sql)
  expect(await countReads()).toBe(before)

  const cold = await measureCold(database, [task], warm, { seed: 'seed' })
  const [table] = await database.query<{ readonly pages: number }>(
    "select relpages as pages from pg_class where relname = 'hook_events'",
  )
  expect(await countReads()).toBe(before + 3 * (table?.pages ?? 0))
  expect(cold).toMatchObject([{ workloadId: 'view/a', warmP50Ms: 1 }])
  expect(cold[0]?.latenciesMs).toHaveLength(3)
  expect(
    await database.query("select from pg_namespace where nspname = 'hook_harness_filler'"),
  ).toEqual([])
})

test.runIf(isAll)('writes are measured twice and leave no row', async () => {
  await using stage = await openMemoryStage(request)
  const options = { seed: 'writes', payload: 'slim', endUs } as const
  await using twin = await stage.openTwin()
  const databases = { before: stage.database, after: twin.database }
  const writes = await measureWrites(databases, options, {
    scale: 500,
    maximumSamples: 8,
    patienceMs: 0,
  })
  expect(writes.map(({ workloadId, state }) => [workloadId, state])).toEqual([
    ['ingest/insert-one-before', 'measured'],
    ['ingest/insert-one-after', 'measured'],
    ['ingest/insert-batch-before', 'measured'],
    ['ingest/insert-batch-after', 'measured'],
  ])
  const [one, batch] = compareWrites(writes)
  expect(one).toMatchObject({
    title: 'INSERT of one event',
    beforeId: 'ingest/insert-one-before',
    afterId: 'ingest/insert-one-after',
  })
  expect(one?.ratio).toBeGreaterThan(0)
  expect(batch?.ratioInterval?.[0]).toBeLessThanOrEqual(batch?.ratio ?? 0)
  for (const database of Object.values(databases)) {
    const rows = await database.query('select count(*)::integer as rows from hook_events')
    expect(rows).toEqual([{ rows: 500 }])
  }
})
