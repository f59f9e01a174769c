/**
 * The engine's own thread. PGlite runs Postgres on the thread that calls it, and nothing inside Postgres can interrupt a
 * statement there: so it lives here, where the client can end it from outside.
 */
import { parentPort, workerData } from 'node:worker_threads'
import type * as Newest from '@electric-sql/pglite'
import { type ServerComplaint, messageOf } from '../errors.ts'
import { parseArray } from './array-text.ts'
import type { Reply, Request, WorkerSettings } from './pglite-message.ts'
import type { PostgresVersion } from './postgres-version.ts'
import { openOwnTime } from './own-time.ts'

type PGlite = Newest.PGlite
type Package = Pick<typeof Newest, 'PGlite' | 'types'>

/** The older packages lack options of the newest, and have nothing that it lacks. */
const packages: Readonly<Record<PostgresVersion, () => Promise<unknown>>> = {
  '16': () => import('pglite-16'),
  '17': () => import('pglite-17'),
  '18': () => import('@electric-sql/pglite'),
}

/** Postgres prints microseconds, a Date holds milliseconds; and a date has no time zone to be read in. */
const asPrinted = (text: string): string => text

async function open(settings: WorkerSettings): Promise<PGlite> {
  const { PGlite: Engine, types } = (await packages[settings.postgres]()) as Package
  const { template, program } = settings
  const common = {
    ...(settings.dataDirectory === undefined ? {} : { dataDir: settings.dataDirectory }),
    ...(template === undefined ? {} : { loadDataDir: new Blob([template]) }),
    parsers: {
      [types.TIMESTAMPTZ]: asPrinted,
      [types.TIMESTAMP]: asPrinted,
      [types.DATE]: asPrinted,
      [types.INT8]: (text: string): number | string =>
        Number.isSafeInteger(Number(text)) ? Number(text) : text,
    },
  }
  if (settings.postgres !== '18') {
    const database = await Engine.create(Object.assign(common, { wasmModule: program }))
    await readArrays(database)
    await setForSession(database, [...settingsOfNewest, ...settings.serverSettings])
    return database
  }
  const { auto_explain } = await import('@electric-sql/pglite/contrib/auto_explain')
  return Engine.create({
    ...common,
    pgliteWasmModule: program,
    // A file to be loaded by whoever asks for plans of nested statements; it does nothing before that.
    extensions: { auto_explain },
    initDbStartParams: [...settings.initdbArguments],
    startParams: [
      ...Engine.defaultStartParams,
      ...settings.serverSettings.flatMap((setting) => ['-c', setting]),
    ],
  })
}

/** Postgres asks this thread what time it is: nobody else runs here. */
function startClock(clockMs: number): void {
  const startedMs = performance.now()
  Date.now = () => Math.floor(clockMs + performance.now() - startedMs)
}

/** What the newest package starts with, where the older ones plan without sequential scans and chatter on every level. */
const settingsOfNewest = [
  'enable_seqscan=on',
  'max_parallel_workers_per_gather=0',
  'max_parallel_maintenance_workers=0',
  'default_text_search_config=pg_catalog.english',
  'client_min_messages=notice',
  'log_min_messages=warning',
] as const

/** The older packages take no settings for the start. @throws what the server says to a setting of the start only. */
async function setForSession(database: PGlite, settings: readonly string[]): Promise<void> {
  for (const setting of settings) {
    const end = setting.indexOf('=')
    await database.query('select set_config($1, $2, false)', [
      setting.slice(0, end),
      setting.slice(end + 1),
    ])
  }
}

/** The older packages read an absent element of an array as the text `NULL`. */
async function readArrays(database: PGlite): Promise<void> {
  const { rows } = await database.query<{ array: number; element: number; delimiter: string }>(
    `select typarray::int as array, oid::int as element, typdelim::text as delimiter
     from pg_type where typarray <> 0`,
  )
  const { parsers } = database
  for (const { array, element, delimiter } of rows) {
    const read = parsers[element] ?? asPrinted
    parsers[array] = (text) => parseArray(text, delimiter, read)
  }
}

/** The program that Postgres is was stopped by its machine: a memory access out of bounds, a stack that is too deep. */
function isCrash(error: unknown): boolean {
  return error instanceof Error && (error.name === 'RuntimeError' || error.name === 'RangeError')
}

function complain(error: unknown): ServerComplaint {
  const fields = error as {
    [field in 'message' | 'code' | 'detail' | 'hint' | 'position']?: string
  }
  return {
    message: fields.message ?? String(error),
    // PGlite refuses some parameters before Postgres sees them; XX000 is Postgres' internal_error.
    sqlState: fields.code ?? 'XX000',
    ...(fields.detail === undefined ? {} : { detail: fields.detail }),
    ...(fields.hint === undefined ? {} : { hint: fields.hint }),
    ...(fields.position === undefined ? {} : { offset: Number(fields.position) }),
  }
}

/**
 * The newest package reports a stack that overflowed outside of Postgres' own checks as no answer at all, which reads like
 * no rows: every statement is answered with its command, unless there is none. @throws {RangeError}
 */
function checkAnswer(sql: string, result: object | undefined): void {
  if (postgres !== '18' || (result !== undefined && 'command' in result)) return
  const words = sql.replaceAll(/--.*|\/\*[^]*?\*\//g, '').replaceAll(/[\s;]+/g, '')
  if (words !== '') throw new RangeError('a statement was left without an answer')
}

async function answer(database: PGlite, request: Request): Promise<Reply> {
  switch (request.kind) {
    case 'query': {
      const notices: string[] = []
      const onNotice = ({ message = '' }: { readonly message?: string | undefined }): void => {
        notices.push(message)
      }
      const watch = startWatch()
      const started = performance.now()
      const result = await database.query<Record<string, unknown>>(
        request.sql,
        [...request.params],
        { onNotice },
      )
      const latencyMs = performance.now() - started
      const ownMs = watch()
      checkAnswer(request.sql, result)
      return {
        kind: 'rows',
        rows: result.rows,
        latencyMs,
        ...(ownMs === undefined ? {} : { ownMs }),
        ...(notices.length === 0 ? {} : { notices }),
      }
    }
    case 'script':
      checkAnswer(request.sql, (await database.exec(request.sql)).at(-1))
      return { kind: 'done' }
    case 'copy': {
      const result = await database.query(request.sql, [], { blob: new Blob([request.chunk]) })
      return { kind: 'copied', rows: result.affectedRows ?? 0 }
    }
    case 'dump': {
      const dump = await database.dumpDataDir('none')
      return { kind: 'dumped', archive: new Uint8Array(await dump.arrayBuffer()) }
    }
    case 'clock':
      aheadMs = request.aheadMs
      return { kind: 'done' }
    case 'close':
      await database.close()
      return { kind: 'done' }
  }
}

const startWatch = openOwnTime()

const port = parentPort
if (port === null) throw new Error('pglite-worker runs as a worker thread only')
const { postgres, clockMs } = workerData as WorkerSettings
if (clockMs !== undefined) startClock(clockMs)
/** Postgres takes the time of day from here, and nothing else in this thread does. */
const readClock = Date.now.bind(Date)
let aheadMs = 0
Date.now = () => readClock() + aheadMs
const database = open(workerData as WorkerSettings)

async function reply(work: () => Promise<Reply>): Promise<void> {
  let message: Reply
  try {
    message = await work()
  } catch (error) {
    message = isCrash(error)
      ? { kind: 'crashed', reason: messageOf(error) }
      : { kind: 'failed', complaint: complain(error) }
  }
  port?.postMessage(message, message.kind === 'dumped' ? [message.archive.buffer] : [])
}

port.on('message', (request: Request) => {
  void reply(async () => answer(await database, request))
})

await reply(async () => {
  await database
  return { kind: 'opened' }
})
