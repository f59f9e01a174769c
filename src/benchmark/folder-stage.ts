import { dirname } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { deserialize, serialize } from 'node:v8'
import { defined } from '../defined.ts'
import type { Database } from '../database/database.ts'
import { quoteIdentifier } from '../database/identifier.ts'
import { type EmbeddedDatabase, openDatabase } from '../database/pglite.ts'
import { pgliteVersion } from '../database/postgres-version.ts'
import { readTemplate, templatePath } from '../database/template.ts'
import { encodeBinary } from '../fixture/encode-binary.ts'
import { type HookEvent, eventColumns } from '../fixture/event.ts'
import { applyScript } from '../migration/runner.ts'
import { type TallyState, buildOracle, restoreOracle, tallyVersion } from '../oracle.ts'
import { blameDisk } from './disk.ts'
import { type Stage, type StageRequest, tee } from './stage.ts'
import { type Built, leaseTemplate, nameTemplate } from './template.ts'

/** What makes a load fast, and nothing else is done with: rows that a crash would lose are simply loaded again. */
const loadSettings = [
  'wal_level=minimal',
  'max_wal_senders=0',
  'max_wal_size=4GB',
  'maintenance_work_mem=512MB',
] as const

/**
 * A stage in a data directory, copied from a template that the first run builds: rows first, indexes after them. The oracle is
 * kept beside it, so that no event is made again.
 * @throws {HarnessError} E_TEMPLATE and what the engine says.
 */
export async function openFolderStage(request: StageRequest): Promise<Stage> {
  const { engine, onProgress } = request
  const { events, payload } = request.fixture.facts
  // Taken apart: what was noted of ten million events is 90 MB, and not needed again.
  const {
    manifest,
    notes,
    clone,
    [Symbol.asyncDispose]: release,
  } = await leaseTemplate(nameStage(request), {
    facts: { events, payload },
    build: (folder) => blameDisk(dirname(folder), () => build(folder, request)),
    ...defined({ signal: engine.signal }),
  })
  const total = manifest.sizeBytes
  const openClone = async (): Promise<EmbeddedDatabase> => {
    const dataDirectory = await clone({
      ...defined({ signal: engine.signal }),
      onProgress: (done) => onProgress?.({ phase: 'copy', done, total }),
    })
    return openDatabase({ ...engine, dataDirectory })
  }
  const opened: EmbeddedDatabase[] = []
  const discard = async (): Promise<void> => {
    try {
      for (const database of opened) await database.close()
    } finally {
      await release()
    }
  }
  try {
    const database = await openClone()
    opened.push(database)
    return {
      database,
      medium: 'folder',
      oracle: restoreOracle(deserialize(notes) as TallyState),
      loads: [manifest.load],
      async openTwin() {
        const twin = await openClone()
        opened.push(twin)
        return { database: twin, [Symbol.asyncDispose]: () => twin.close() }
      },
      [Symbol.asyncDispose]: discard,
    }
  } catch (error) {
    await discard()
    throw error
  }
}

/** V8 reads what an older version of it has written, but not always what a newer one has. */
const notesFormat = process.versions.v8.split('.')[0] ?? ''

/** The name of the template that a stage is copied from. */
export function nameStage({
  migrations,
  fixture,
  endUs,
}: Pick<StageRequest, 'migrations' | 'fixture' | 'endUs'>): string {
  const { name, seed, payload, generatorVersion, events } = fixture.facts
  const scripts = migrations.base.map(({ checksum }) => checksum)
  const data = [name, seed, payload, generatorVersion, events, endUs]
  return nameTemplate([pgliteVersion(), tallyVersion, notesFormat, ...data, ...scripts])
}

/**
 * From nothing to rows that are indexed, frozen and analysed, however long each step takes; the time is the caller's, making
 * the events included.
 */
async function build(
  dataDirectory: string,
  { migrations, fixture, engine, onProgress }: StageRequest,
): Promise<Built> {
  const template = await readTemplate(templatePath())
  const { statementTimeoutMs: _, ...unlimited } = engine
  await using database = await openDatabase({
    ...unlimited,
    dataDirectory,
    serverSettings: loadSettings,
    ...(template === undefined ? {} : { template }),
  })
  for (const script of migrations.base) await applyScript(database, script)
  const started = performance.now()
  const indexes = await dropIndexes(database)
  const oracle = buildOracle()
  const total = fixture.facts.events
  const events = tee(fixture.events(), (event) => oracle.add(event))
  const rows = await database.transaction(async (transaction) => {
    // A table emptied in the same transaction needs no log of its new pages, and its rows may be frozen at once.
    await transaction.query('truncate hook_events')
    const blocks = readAhead(events, (done) => onProgress?.({ phase: 'load', done, total }))
    return database.copyFrozen('hook_events', eventColumns, blocks)
  })
  for (const [done, sql] of indexes.entries()) {
    onProgress?.({ phase: 'index', done, total: indexes.length })
    await database.query(sql)
  }
  onProgress?.({ phase: 'analyse', done: 0, total: 0 })
  await database.query('vacuum (freeze, analyze)')
  const latencyMs = performance.now() - started
  await database.query('checkpoint')
  return { load: { latencyMs, rows }, notes: serialize(oracle.state()) }
}

/** Drops the indexes of `hook_events`, keys included where nothing refers to them; returns what brings them back. */
async function dropIndexes(database: Database): Promise<readonly string[]> {
  const found = await database.query<IndexRow>(indexesSql)
  const rebuild: string[] = []
  for (const {
    name,
    definition,
    constraint_name: key,
    constraint_definition: rule,
    comment,
  } of found) {
    const index = quoteIdentifier(name)
    if (key === null) {
      await database.query(`drop index ${index}`)
      rebuild.push(definition)
    } else {
      const constraint = quoteIdentifier(key)
      await database.query(`alter table hook_events drop constraint ${constraint}`)
      rebuild.push(`alter table hook_events add constraint ${constraint} ${rule}`)
    }
    if (comment !== null) rebuild.push(comment)
  }
  return rebuild
}

interface IndexRow {
  readonly [column: string]: unknown
  readonly name: string
  readonly definition: string
  readonly constraint_name: string | null
  readonly constraint_definition: string | null
  /** The statement that says it again. */
  readonly comment: string | null
}

const indexesSql = `
  select i.relname::text as name, pg_get_indexdef(i.oid) as definition,
         c.conname::text as constraint_name, pg_get_constraintdef(c.oid) as constraint_definition,
         case when c.oid is null
              then format('comment on index %I is %L', i.relname, obj_description(i.oid, 'pg_class'))
              else format('comment on constraint %I on hook_events is %L', c.conname,
                          obj_description(c.oid, 'pg_constraint')) end as comment
    from pg_index x
    join pg_class i on i.oid = x.indexrelid
    left join pg_constraint c on c.conindid = i.oid and c.conrelid = x.indrelid
   where x.indrelid = 'hook_events'::regclass
     and not exists (select from pg_constraint f where f.confrelid = x.indrelid)`

/** Binary COPY in blocks, each made in advance: while the engine's thread takes one in, this one makes the next. */
function readAhead(
  events: Iterable<HookEvent>,
  onProgress: (rows: number) => void,
): AsyncIterable<Uint8Array<ArrayBuffer>> {
  let made = 0
  const counted = tee(events, () => {
    made += 1
  })
  const blocks = encodeBinary(counted)
  const makeNext = async (): Promise<IteratorResult<Uint8Array<ArrayBuffer>, undefined>> => {
    // Not before the block at hand is on its way to the engine.
    await setImmediate()
    const block = blocks.next()
    onProgress(made)
    return block
  }
  let upcoming = makeNext()
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const current = await upcoming
        if (current.done !== true) upcoming = makeNext()
        return current
      },
    }),
  }
}
