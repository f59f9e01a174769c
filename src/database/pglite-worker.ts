/**
 * The engine's own thread. PGlite runs Postgres on the thread that calls it, and nothing inside Postgres can interrupt a
 * statement there: so it lives here, where the client can end it from outside.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite, types } from '@electric-sql/pglite'
import type { ServerComplaint } from '../errors.ts'
import type { Reply, Request, WorkerSettings } from './pglite-message.ts'

/** Postgres prints microseconds, a Date holds milliseconds; and a date has no time zone to be read in. */
const asPrinted = (text: string): string => text
const parsers = {
  [types.TIMESTAMPTZ]: asPrinted,
  [types.TIMESTAMP]: asPrinted,
  [types.DATE]: asPrinted,
  [types.INT8]: (text: string): number | string =>
    Number.isSafeInteger(Number(text)) ? Number(text) : text,
}

async function open(settings: WorkerSettings): Promise<PGlite> {
  const { template } = settings
  return PGlite.create({
    ...(settings.dataDirectory === undefined ? {} : { dataDir: settings.dataDirectory }),
    ...(template === undefined ? {} : { loadDataDir: new Blob([template]) }),
    initDbStartParams: [...settings.initdbArguments],
    startParams: [
      ...PGlite.defaultStartParams,
      ...settings.serverSettings.flatMap((setting) => ['-c', setting]),
    ],
    parsers,
  })
}

function complain(error: unknown): ServerComplaint {
  const fields = error as {
    [field in 'message' | 'code' | 'detail' | 'hint' | 'position']?: string
  }
  return {
    message: fields.message ?? String(error),
    // XX000 is Postgres' internal_error: what a crash inside the engine comes closest to.
    sqlState: fields.code ?? 'XX000',
    ...(fields.detail === undefined ? {} : { detail: fields.detail }),
    ...(fields.hint === undefined ? {} : { hint: fields.hint }),
    ...(fields.position === undefined ? {} : { offset: Number(fields.position) }),
  }
}

async function answer(database: PGlite, request: Request): Promise<Reply> {
  switch (request.kind) {
    case 'query': {
      const started = performance.now()
      const result = await database.query<Record<string, unknown>>(request.sql, [...request.params])
      const latencyMs = performance.now() - started
      return { kind: 'rows', rows: result.rows, latencyMs }
    }
    case 'script':
      await database.exec(request.sql)
      return { kind: 'done' }
    case 'copy': {
      const result = await database.query(request.sql, [], { blob: new Blob([request.chunk]) })
      return { kind: 'copied', rows: result.affectedRows ?? 0 }
    }
    case 'dump': {
      const dump = await database.dumpDataDir('none')
      return { kind: 'dumped', archive: new Uint8Array(await dump.arrayBuffer()) }
    }
    case 'close':
      await database.close()
      return { kind: 'done' }
  }
}

const port = parentPort
if (port === null) throw new Error('pglite-worker runs as a worker thread only')
const database = open(workerData as WorkerSettings)

async function reply(work: () => Promise<Reply>): Promise<void> {
  let message: Reply
  try {
    message = await work()
  } catch (error) {
    message = { kind: 'failed', complaint: complain(error) }
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
