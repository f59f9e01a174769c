import { rmSync } from 'node:fs'
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { openFolderStage } from '../../src/benchmark/folder-stage.ts'
import { shuffle } from '../../src/benchmark/run.ts'
import type { Stage } from '../../src/benchmark/stage.ts'
import { type Workload, foretellRows, loadWorkloads } from '../../src/benchmark/workload.ts'
import { openFresh } from '../../src/database/template.ts'
import { eventColumns } from '../../src/fixture/event.ts'
import { type FixtureSource, chooseFixture } from '../../src/fixture/source.ts'
import { writeEvents } from '../../src/fixture/write.ts'
import { type MigrationSet, loadMigrations } from '../../src/migration/migration.ts'
import { applyScript } from '../../src/migration/runner.ts'
import { createRandom } from '../../src/random.ts'
import { putAwayOnInterrupt } from './leftover.ts'
import { Native } from './native.ts'
import { inline } from './record.ts'

/** Native Postgres as it comes, and held to what PGlite has: one worker, no JIT. */
export const contestants = ['pglite', 'native', 'native, one worker'] as const
export type Contestant = (typeof contestants)[number]

const nativeOptions: Readonly<Record<Exclude<Contestant, 'pglite'>, string>> = {
  native: '',
  'native, one worker': '-c max_parallel_workers_per_gather=0 -c jit=off',
}

export interface ScaleResult {
  readonly events: number
  readonly fileBytes: number
  /** One a round, the sides in the order in which they came. */
  readonly loads: readonly LoadResult[]
  readonly objects: readonly ObjectResult[]
  readonly load: { readonly before: number; readonly after: number }
}

/** Both sides, one after the other. */
export interface LoadResult {
  readonly first: 'pglite' | 'native'
  /** PGlite: events made, COPY, indexes, VACUUM ANALYZE: in a data directory, as `bench` builds a rung. */
  readonly pgliteMs: number
  /** Native: `\copy` of the ready-made file into the indexed table. */
  readonly copyMs: number
  /** Native: VACUUM (FREEZE, ANALYZE) after it. */
  readonly vacuumMs: number
}

export interface ObjectResult {
  readonly object: string
  /** The same on both sides, and what the oracle says. */
  readonly rows: number
  readonly samplesMs: Readonly<Record<Contestant, readonly number[]>>
}

/** The nine objects: each relation's first workload without a condition or a limit. */
async function chooseWorkloads(): Promise<readonly Workload[]> {
  const chosen = new Map<string, Workload>()
  for (const workload of await loadWorkloads()) {
    const isWhole = workload.where.length === 0 && workload.limit === null
    const isPlain = !workload.id.endsWith('-unknown') && !workload.id.endsWith('-month')
    if (isWhole && isPlain && !chosen.has(workload.relation))
      chosen.set(workload.relation, workload)
  }
  return Array.from(chosen.values())
}

/** How often both sides load: once each says nothing of the noise. */
const loadRounds = 3

/** Loads on both sides, then times the nine objects in rounds, contestants and objects in random order. */
export async function measureScale(events: number, rounds: number): Promise<ScaleResult> {
  const before = loadavg()[0] ?? 0
  // Native's clock is the real one: for the last 7 days to be full on both sides, the data ends now.
  const endUs = Date.now() * 1_000
  const fixture = chooseFixture({ events, seed: '1', endUs })
  const migrations = await loadMigrations()
  const folder = await mkdtemp(join(tmpdir(), 'hook-harness-versus-'))
  const leftover = putAwayOnInterrupt(() => rmSync(folder, { recursive: true, force: true }))
  await chmod(folder, 0o755)
  try {
    const file = join(folder, 'events.copy')
    await writeEvents(fixture.events(), 'copy', file)
    const { size: fileBytes } = await stat(file)
    await using native = await Native.open()
    await native.initialise()
    await native.start()
    const request: LoadRequest = { migrations, fixture, endUs, file, folder }
    const loads: LoadResult[] = []
    for (let round = 0; round < loadRounds; round += 1) {
      loads.push(await measureLoading(native, request, round))
    }
    await using stage = await openFolderStage({ migrations, fixture, endUs, engine: {} })
    for (const script of migrations.forward) await applyScript(stage.database, script)
    await stage.database.query('vacuum (freeze, analyze)')
    for (const { text } of migrations.forward) await native.ask([text])
    await native.ask(['vacuum (freeze, analyze)'])
    const objects = await measureObjects(stage, native, rounds)
    return { events, fileBytes, loads, objects, load: { before, after: loadavg()[0] ?? 0 } }
  } finally {
    await rm(folder, { recursive: true, force: true })
    leftover[Symbol.dispose]()
  }
}

interface LoadRequest {
  readonly migrations: MigrationSet
  readonly fixture: FixtureSource
  readonly endUs: number
  readonly file: string
  readonly folder: string
}

/** One load of each side into nothing; whoever was last is first in the next round. */
async function measureLoading(
  native: Native,
  request: LoadRequest,
  round: number,
): Promise<LoadResult> {
  const isNativeFirst = round % 2 === 1
  const early = isNativeFirst ? await loadNative(native, request) : undefined
  const pgliteMs = await loadPGlite(request, round)
  const { copyMs, vacuumMs } = early ?? (await loadNative(native, request))
  process.stderr.write(
    `load: PGlite ${Math.round(pgliteMs)} ms, native ${Math.round(copyMs)} + ${Math.round(vacuumMs)} ms\n`,
  )
  return { first: isNativeFirst ? 'native' : 'pglite', pgliteMs, copyMs, vacuumMs }
}

/** In a cache of its own, where no template lies that it could be copied from. */
async function loadPGlite(
  { migrations, fixture, endUs, folder }: LoadRequest,
  round: number,
): Promise<number> {
  process.env['HOOK_HARNESS_CACHE'] = join(folder, `cache-${round}`)
  // The cluster that it starts from is made once on a machine, and no part of loading.
  await (await openFresh()).close()
  await using stage = await openFolderStage({ migrations, fixture, endUs, engine: {} })
  const [{ latencyMs, rows }] = stage.loads
  checkRows('PGlite', rows, fixture)
  return latencyMs
}

async function loadNative(
  native: Native,
  { migrations, fixture, file }: LoadRequest,
): Promise<{ readonly copyMs: number; readonly vacuumMs: number }> {
  await native.ask(['drop schema public cascade', 'create schema public'])
  for (const { text } of migrations.base) await native.ask([text])
  const copy = String.raw`\copy hook_events (${eventColumns.join(', ')}) from '${file}'`
  const [copyMs = 0] = await timeNative(native, [copy], '')
  const [vacuumMs = 0] = await timeNative(native, ['vacuum (freeze, analyze) hook_events'], '')
  checkRows('native', Number(await native.ask(['select count(*) from hook_events'])), fixture)
  return { copyMs, vacuumMs }
}

function checkRows(side: string, rows: number, { facts }: FixtureSource): void {
  if (rows !== facts.events) throw new Error(`${side} loaded ${rows} rows of ${facts.events}`)
}

/** As psql's own clock sees the statements: sent, executed, and every row fetched. */
async function timeNative(
  native: Native,
  statements: readonly string[],
  options: string,
): Promise<readonly number[]> {
  const printed = await native.ask(
    [String.raw`\o /dev/null`, String.raw`\timing on`, ...statements],
    options,
  )
  const times = Array.from(printed.matchAll(/^Time: ([\d.]+) ms/gm), ([, ms]) => Number(ms))
  if (times.length !== statements.length) throw new Error(`psql timed ${times.length} statements`)
  return times
}

/** After one execution that is not counted, so many in a row: a contestant's turn. */
const samplesPerTurn = 5

interface Prepared {
  readonly workload: Workload
  readonly params: readonly unknown[]
  readonly rows: number
}

async function measureObjects(
  stage: Stage,
  native: Native,
  rounds: number,
): Promise<readonly ObjectResult[]> {
  const prepared: Prepared[] = []
  for (const workload of await chooseWorkloads()) {
    prepared.push(await prepare(stage, native, workload))
  }
  const samples = new Map(prepared.map(({ workload }) => [workload.id, emptySamples()]))
  const random = createRandom('versus')
  for (let round = 0; round < rounds; round += 1) {
    for (const one of shuffle(prepared, random)) {
      for (const contestant of shuffle(contestants, random)) {
        const taken = await takeTurn(stage, native, one, contestant)
        samples.get(one.workload.id)?.[contestant].push(...taken)
      }
    }
    process.stderr.write(`objects: round ${round + 1} of ${rounds}\n`)
  }
  return prepared.map(({ workload, rows }) => ({
    object: workload.relation,
    rows,
    samplesMs: samples.get(workload.id) ?? emptySamples(),
  }))
}

function emptySamples(): Record<Contestant, number[]> {
  return { pglite: [], native: [], 'native, one worker': [] }
}

/** The same parameters on both sides; and the same number of rows, or there is nothing to compare. */
async function prepare(
  { database, oracle }: Stage,
  native: Native,
  workload: Workload,
): Promise<Prepared> {
  const { parametersSql, sql, relation } = workload
  const [first] = parametersSql === null ? [{}] : await database.query(parametersSql)
  const params = Object.values(first ?? {})
  const [clock] = await database.query<{ readonly now_us: number }>(
    'select (extract(epoch from now()) * 1000000)::bigint as now_us',
  )
  const expected = foretellRows(workload, oracle, params, clock?.now_us ?? 0).length
  const { length: rows } = await database.query(sql, params)
  const counted = Number(await native.ask([`select count(*) from (${inline(sql, params)}) answer`]))
  if (rows !== expected || counted !== expected) {
    throw new Error(`${relation}: PGlite ${rows} rows, native ${counted}, expected ${expected}`)
  }
  return { workload, params, rows }
}

async function takeTurn(
  { database }: Stage,
  native: Native,
  { workload, params }: Prepared,
  contestant: Contestant,
): Promise<readonly number[]> {
  const times: number[] = []
  if (contestant === 'pglite') {
    for (let sample = 0; sample <= samplesPerTurn; sample += 1) {
      times.push((await database.time(workload.sql, params)).latencyMs)
    }
  } else {
    const statement = inline(workload.sql, params)
    const statements = Array.from({ length: samplesPerTurn + 1 }, () => statement)
    times.push(...(await timeNative(native, statements, nativeOptions[contestant])))
  }
  return times.slice(1)
}
