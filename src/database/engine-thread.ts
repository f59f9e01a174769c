import { channel } from 'node:diagnostics_channel'
import { Worker } from 'node:worker_threads'
import { HarnessError, QueryError, messageOf } from '../errors.ts'
import { type CodeTier, chooseCodeTier } from './code-tier.ts'
import type { Reply, Request, WorkerSettings } from './pglite-message.ts'

/** Run from source, as the tests are, the thread is still the compiled one: Node 20 loads no TypeScript into a thread. */
const workerUrl = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/database/pglite-worker.js' : './pglite-worker.js',
  import.meta.url,
)

/** Tells whoever subscribes what crosses between client and engine: `{ engine, message }`, a `Request` and then its `Reply`. */
const messages = channel('hook-harness:engine')

/** Ends what an engine is doing from outside. */
export interface ThreadLimits {
  /** The longest a statement may take, in milliseconds; absent: as long as it likes. */
  readonly statementTimeoutMs?: number
  /** Aborting ends the thread and everything that waits for it. */
  readonly signal?: AbortSignal
}

/** How the thread is run. */
export interface ThreadOptions extends ThreadLimits {
  /** Absent: `optimised`. */
  readonly codeTier?: CodeTier
}

interface Waiting {
  readonly statement: string
  readonly resolve: (reply: Reply) => void
  readonly reject: (error: Error) => void
}

/** A worker thread that answers one request at a time, and can be ended while it is busy. */
export class EngineThread {
  /** The longest that the statements sent from now on may take. */
  statementTimeoutMs: number | undefined
  readonly #worker: Worker
  readonly #signal: AbortSignal | undefined
  #waiting: Waiting | undefined
  #queue: Promise<unknown> = Promise.resolve()
  #closing: Promise<void> | undefined
  /** Why there is no engine any more. */
  #ended: HarnessError | undefined

  private constructor(worker: Worker, limits: ThreadLimits) {
    this.#worker = worker
    this.#signal = limits.signal
    this.statementTimeoutMs = limits.statementTimeoutMs
    worker.on('message', (reply: Reply) => this.#settle(reply))
    worker.on('error', (error) => this.#end(crash(messageOf(error), error)))
    worker.on('exit', (code) => this.#end(crash(`its thread ended with code ${code}`)))
    limits.signal?.addEventListener('abort', this.#abort, { once: true })
  }

  /** @throws {HarnessError} E_ENGINE_OPEN with what the engine said. */
  static async start(settings: WorkerSettings, options: ThreadOptions): Promise<EngineThread> {
    const { codeTier = 'optimised', ...limits } = options
    chooseCodeTier(codeTier)
    const worker = new Worker(workerUrl, {
      workerData: settings,
      // The flags of this process are about its own entry: some of them a thread refuses.
      execArgv: [],
      // Postgres' own chatter is not a result; what matters comes back as a reply.
      stdout: true,
      stderr: true,
    })
    const thread = new EngineThread(worker, limits)
    if (limits.signal?.aborted === true) thread.#abort()
    try {
      await thread.#expect('(start)', undefined)
    } catch (error) {
      await worker.terminate()
      if (error instanceof QueryError) {
        throw new HarnessError('E_ENGINE_OPEN', `PGlite did not start: ${error.message}`, {
          cause: error,
        })
      }
      throw error
    }
    return thread
  }

  /** Sends one request when those before it are answered. @throws {QueryError} @throws {HarnessError} */
  ask(request: Request): Promise<Reply> {
    const answer = this.#queue.then(() => {
      if (this.#ended !== undefined) throw this.#ended
      messages.publish({ engine: this, message: request })
      this.#worker.postMessage(request, request.kind === 'copy' ? [request.chunk.buffer] : [])
      return this.#expect('sql' in request ? request.sql : `(${request.kind})`, request.kind)
    })
    this.#queue = answer.catch(() => undefined)
    return answer
  }

  /** Lets the engine finish and ends the thread, whatever the engine says to it. */
  close(): Promise<void> {
    this.#closing ??= this.#finish()
    return this.#closing
  }

  async #finish(): Promise<void> {
    try {
      if (this.#ended === undefined) await this.ask({ kind: 'close' })
    } finally {
      this.#end(
        new HarnessError('E_ENGINE_CLOSED', 'The database was closed before this statement.'),
      )
      await this.#worker.terminate()
    }
  }

  #expect(statement: string, kind: Request['kind'] | undefined): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) {
        reject(this.#ended)
        return
      }
      this.#waiting = { statement, resolve, reject }
      const { statementTimeoutMs } = this
      if (statementTimeoutMs === undefined || kind === 'dump' || kind === undefined) return
      const timer = setTimeout(
        () => this.#end(expiry(statement, statementTimeoutMs)),
        statementTimeoutMs,
      )
      this.#waiting = {
        statement,
        resolve: (reply) => (clearTimeout(timer), resolve(reply)),
        reject: (error) => (clearTimeout(timer), reject(error)),
      }
    })
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting
    if (waiting === undefined) return
    messages.publish({ engine: this, message: reply })
    if (reply.kind === 'crashed') {
      this.#end(crash(`${reply.reason}, in statement "${shorten(waiting.statement)}"`))
      return
    }
    this.#waiting = undefined
    if (reply.kind === 'failed') waiting.reject(new QueryError(reply.complaint, waiting.statement))
    else waiting.resolve(reply)
  }

  readonly #abort = (): void => {
    this.#end(new HarnessError('E_INTERRUPTED', 'Interrupted before the answer was known.'))
  }

  #end(reason: HarnessError): void {
    if (this.#ended !== undefined) return
    this.#ended = reason
    this.#signal?.removeEventListener('abort', this.#abort)
    const waiting = this.#waiting
    this.#waiting = undefined
    // The answer to whoever waits comes after the thread is gone: then nothing of it holds a file or a core.
    void this.#worker.terminate().then(() => waiting?.reject(reason))
  }
}

function crash(found: string, cause?: unknown): HarnessError {
  return new HarnessError('E_ENGINE_CRASH', `PGlite stopped: ${found}.`, {
    hint: 'Run it again; with little memory free, try fewer --events.',
    ...(cause === undefined ? {} : { cause }),
  })
}

function shorten(statement: string): string {
  return statement.length > 300 ? `${statement.slice(0, 300)} …` : statement
}

function expiry(statement: string, timeoutMs: number): HarnessError {
  return new HarnessError(
    'E_TIMEOUT',
    `Statement "${shorten(statement)}" ran longer than ${timeoutMs} ms and was ended together with its engine.`,
    { hint: 'Raise --timeout, or look for a loop or a missing index in that statement.' },
  )
}
