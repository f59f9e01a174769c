import type { Database } from '../database/database.ts'
import { type EmbeddedDatabase, type OpenOptions } from '../database/pglite.ts'
import { openFresh } from '../database/template.ts'
import { encodeEvents } from '../fixture/encode.ts'
import { type HookEvent, eventColumns } from '../fixture/event.ts'
import type { FixtureSource } from '../fixture/source.ts'
import type { MigrationSet } from '../migration/migration.ts'
import { applyScript } from '../migration/runner.ts'
import { type Oracle, buildOracle } from '../oracle.ts'
import type { Sample } from './result.ts'

/** A database before the migrations, its rows in place, and what the rows must answer. */
export interface Stage extends AsyncDisposable {
  readonly database: EmbeddedDatabase
  readonly medium: 'memory' | 'folder'
  readonly oracle: Oracle
  /**
   * The rows the server counted. In memory one a load, COPY alone into the indexed table; in a folder from the first event
   * made to the last index analysed, as it was when the template was built.
   */
  readonly loads: readonly [Sample, ...Sample[]]
  /** Another database, the same as this one was at first; gone when disposed of. */
  openTwin(): Promise<AsyncDisposable & { readonly database: Database }>
}

export interface StageRequest {
  readonly migrations: MigrationSet
  readonly fixture: FixtureSource
  /** The instant of the last event, in microseconds since 1970. */
  readonly endUs: number
  readonly engine: Pick<OpenOptions, 'statementTimeoutMs' | 'signal' | 'clockUs'>
  readonly onProgress?: (progress: StageProgress) => void
}

/** What is done before a stage stands: the rows (made and sent), the indexes, the statistics; or a copy of all that. */
export interface StageProgress {
  readonly phase: 'load' | 'index' | 'analyse' | 'copy'
  /** Of `total`: rows for `load`, statements for `index`, bytes for `copy`; 0 of 0 where nothing can be counted. */
  readonly done: number
  readonly total: number
}

/** Loads are repeated while they are this cheap. */
const cheapLoadMs = 250
const mostLoads = 5

/** Builds a stage in memory, with the base schema's indexes in place while the rows come in. @throws {HarnessError} */
export async function openMemoryStage(request: StageRequest): Promise<Stage> {
  const { migrations, fixture } = request
  const database = await openFresh(request.engine)
  try {
    for (const script of migrations.base) await applyScript(database, script)
    const builder = buildOracle()
    const first = await load(
      database,
      tee(fixture.events(), (event) => builder.add(event)),
      (done) => request.onProgress?.({ phase: 'load', done, total: fixture.facts.events }),
    )
    const loads: [Sample, ...Sample[]] = [first]
    while (first.latencyMs < cheapLoadMs && loads.length < mostLoads) {
      await database.query('truncate hook_events')
      loads.push(await load(database, fixture.events()))
    }
    await database.query('vacuum (freeze, analyze)')
    return {
      database,
      medium: 'memory',
      oracle: builder.build(),
      loads,
      async openTwin() {
        const twin = await openLoaded(request)
        return { database: twin, [Symbol.asyncDispose]: () => twin.close() }
      },
      [Symbol.asyncDispose]: () => database.close(),
    }
  } catch (error) {
    await database.close()
    throw error
  }
}

async function openLoaded({ migrations, fixture, engine }: StageRequest): Promise<Database> {
  const database = await openFresh(engine)
  try {
    for (const script of migrations.base) await applyScript(database, script)
    await load(database, fixture.events())
    await database.query('vacuum (freeze, analyze)')
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

/**
 * COPY into `hook_events`. The events are made on the same thread that waits for the server, so the time it takes to make
 * them is known, and taken off.
 */
async function load(
  database: Database,
  events: Iterable<HookEvent>,
  onProgress?: (rows: number) => void,
): Promise<Sample> {
  let makingMs = 0
  let sent = 0
  function* make(): Generator<Uint8Array> {
    const chunks = encodeEvents(tee(events, countOne), 'copy')[Symbol.iterator]()
    for (;;) {
      const started = performance.now()
      const { done, value } = chunks.next()
      makingMs += performance.now() - started
      if (done === true) return
      yield value
      onProgress?.(sent)
    }
  }
  function countOne(): void {
    sent += 1
  }
  const started = performance.now()
  const rows = await database.copyIn('hook_events', eventColumns, make())
  return { latencyMs: performance.now() - started - makingMs, rows }
}

/** The same items, each shown to `see` as it passes. */
export function* tee<T>(items: Iterable<T>, see: (item: T) => void): Generator<T> {
  for (const item of items) {
    see(item)
    yield item
  }
}
