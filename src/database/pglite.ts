import { HarnessError, QueryError, messageOf } from '../errors.ts'
import type { CodeTier } from './code-tier.ts'
import type { Database, Engine, Row, TimedRows } from './database.ts'
import { quoteIdentifier } from './identifier.ts'
import { EngineThread, type ThreadOptions } from './engine-thread.ts'
import { compileProgram } from './kept-code.ts'
import type { Reply } from './pglite-message.ts'
import { type PostgresVersion, defaultPostgres, pgliteVersion } from './postgres-version.ts'

export interface OpenOptions extends ThreadOptions {
  /** The major version; absent: the newest. */
  readonly postgres?: PostgresVersion
  /** A folder that keeps the database; absent: in memory, gone when closed. */
  readonly dataDirectory?: string
  /** A data directory as a tar archive, as `dump` returns it. */
  readonly template?: Uint8Array<ArrayBuffer>
  /**
   * `name=value`, as `postgres -c` takes them; they come after the harness's own. Before 18 they are set for the session:
   * what only a start can set is refused there.
   */
  readonly serverSettings?: readonly string[]
  /**
   * Where the engine's clock starts, in microseconds since 1970, to go on from there: `now()` is then what the data needs it
   * to be. Absent: at the real time.
   */
  readonly clockUs?: number
}

/** A Postgres that runs in this process, on a thread of its own. */
export interface EmbeddedDatabase extends Database {
  /**
   * Sends blocks of `COPY … (FORMAT binary, FREEZE)`, each a whole one whose buffer is given away. For a transaction that made
   * or emptied the table: its rows are then frozen at once. Resolves to the rows the server counted. @throws {QueryError}
   */
  copyFrozen(
    table: string,
    columns: readonly string[],
    blocks: AsyncIterable<Uint8Array<ArrayBuffer>>,
  ): Promise<number>
  /**
   * Runs `work`, in which no statement may take longer than that: the engine ends with it. Undefined: as long as they like.
   * @throws {HarnessError} E_TIMEOUT
   */
  limit<T>(timeoutMs: number | undefined, work: () => Promise<T>): Promise<T>
  /** The data directory as a tar archive. */
  dump(): Promise<Uint8Array<ArrayBuffer>>
  /** Sets the clock that Postgres reads so far ahead of the machine's own; below 0: behind it. */
  setClock(aheadMs: number): Promise<void>
}

/** COPY takes a whole chunk into memory on both sides: large enough to amortise a statement, small enough to forget. */
const copyChunkBytes = 8 * 1024 * 1024

/** WAL segments of 1 MB instead of 16: a fresh data directory is 14 MB, not 40, and opens in half the time. */
const initdbArguments = ['--wal-segsize=1'] as const

/** Times and arrays print the same on every machine, whatever the machine's own time zone is. */
const fixedSettings = ['timezone=UTC', 'datestyle=ISO, MDY', 'intervalstyle=postgres'] as const

/** Opens a database. @throws {HarnessError} E_ENGINE_OPEN, E_INTERRUPTED */
export async function openDatabase(options: OpenOptions = {}): Promise<EmbeddedDatabase> {
  const {
    postgres = defaultPostgres,
    dataDirectory,
    template,
    serverSettings = [],
    clockUs,
    ...limits
  } = options
  const thread = await EngineThread.start(
    {
      postgres,
      program: await compileFor(postgres, limits.codeTier),
      ...(dataDirectory === undefined ? {} : { dataDirectory }),
      ...(template === undefined ? {} : { template }),
      initdbArguments,
      serverSettings: [...fixedSettings, ...serverSettings],
      ...(clockUs === undefined ? {} : { clockMs: clockUs / 1_000 }),
    },
    limits,
  )
  const rows = await expectRows(
    thread.ask({ kind: 'query', sql: 'show server_version', params: [] }),
  )
  const version = String(rows.rows[0]?.['server_version']).split(' ')[0] ?? ''
  return new PGliteDatabase(thread, {
    kind: 'pglite',
    version,
    package: pgliteVersion(postgres),
  })
}

/** @throws {HarnessError} E_ENGINE_OPEN */
async function compileFor(
  postgres: PostgresVersion,
  tier: CodeTier = 'optimised',
): Promise<object> {
  try {
    return await compileProgram(postgres, tier)
  } catch (error) {
    throw new HarnessError('E_ENGINE_OPEN', `PGlite did not start: ${messageOf(error)}`, {
      cause: error,
    })
  }
}

class PGliteDatabase implements EmbeddedDatabase {
  readonly engine: Engine
  readonly #thread: EngineThread
  /** 0 outside, 1 in a transaction, more in savepoints. */
  #depth = 0

  constructor(thread: EngineThread, engine: Engine) {
    this.#thread = thread
    this.engine = engine
  }

  async query<R extends Row>(sql: string, params: readonly unknown[] = []): Promise<readonly R[]> {
    return (await this.time<R>(sql, params)).rows
  }

  async time<R extends Row>(sql: string, params: readonly unknown[] = []): Promise<TimedRows<R>> {
    return (await expectRows(this.#thread.ask({ kind: 'query', sql, params }))) as TimedRows<R>
  }

  async execute(script: string): Promise<void> {
    try {
      await this.#thread.ask({ kind: 'script', sql: script })
    } catch (error) {
      throw error instanceof QueryError ? placed(error, script) : error
    }
  }

  async copyIn(
    table: string,
    columns: readonly string[],
    chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<number> {
    const sql = copySql(table, columns)
    // One transaction: rows of a load that fails half-way must not stay.
    return this.transaction(() => this.#copy(sql, wholeLines(chunks)))
  }

  copyFrozen(
    table: string,
    columns: readonly string[],
    blocks: AsyncIterable<Uint8Array<ArrayBuffer>>,
  ): Promise<number> {
    return this.#copy(`${copySql(table, columns)} (format binary, freeze)`, blocks)
  }

  async #copy(sql: string, chunks: AsyncIterable<Uint8Array<ArrayBuffer>>): Promise<number> {
    let rows = 0
    for await (const chunk of chunks) {
      const reply = await this.#thread.ask({ kind: 'copy', sql, chunk })
      if (reply.kind !== 'copied') throw unexpected(reply)
      rows += reply.rows
    }
    return rows
  }

  async transaction<T>(work: (transaction: Database) => Promise<T>): Promise<T> {
    const savepoint = `harness_${this.#depth}`
    const outermost = this.#depth === 0
    await this.query(outermost ? 'begin' : `savepoint ${savepoint}`)
    this.#depth += 1
    try {
      const result = await work(this)
      // COMMIT of a transaction that failed rolls it back and says nothing; any statement before it says so.
      await this.execute(outermost ? 'select; commit' : `release savepoint ${savepoint}`)
      return result
    } catch (error) {
      await this.#undo(outermost ? 'rollback' : `rollback to savepoint ${savepoint}`, error)
      throw error
    } finally {
      this.#depth -= 1
    }
  }

  /** An engine that is gone can't roll back, and has nothing left to roll back; the first error says why. */
  async #undo(sql: string, reason: unknown): Promise<void> {
    const gone = reason instanceof HarnessError && !(reason instanceof QueryError)
    try {
      await this.query(sql)
    } catch (error) {
      if (!gone) throw error
    }
  }

  async limit<T>(timeoutMs: number | undefined, work: () => Promise<T>): Promise<T> {
    const before = this.#thread.statementTimeoutMs
    this.#thread.statementTimeoutMs = timeoutMs
    try {
      return await work()
    } finally {
      this.#thread.statementTimeoutMs = before
    }
  }

  async dump(): Promise<Uint8Array<ArrayBuffer>> {
    const reply = await this.#thread.ask({ kind: 'dump' })
    if (reply.kind !== 'dumped') throw unexpected(reply)
    return reply.archive
  }

  async setClock(aheadMs: number): Promise<void> {
    await this.#thread.ask({ kind: 'clock', aheadMs })
  }

  close(): Promise<void> {
    return this.#thread.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

function copySql(table: string, columns: readonly string[]): string {
  const list = columns.map(quoteIdentifier).join(', ')
  return `copy ${table.split('.').map(quoteIdentifier).join('.')} (${list}) from '/dev/blob'`
}

function placed(error: QueryError, script: string): QueryError {
  const { offset } = error.complaint
  if (offset === undefined) return new QueryError(error.complaint, script)
  // Postgres counts characters, JavaScript UTF-16 units: Array.from counts alike.
  const before = Array.from(script)
    .slice(0, offset - 1)
    .join('')
  const line = before.split('\n').length
  const column = Array.from(before.slice(before.lastIndexOf('\n') + 1)).length + 1
  return new QueryError(error.complaint, script, { line, column })
}

/**
 * Gathers chunks into blocks that end with a row. In COPY text a raw line feed always ends a row: inside a value it is
 * written as a backslash and an `n`.
 */
async function* wholeLines(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let parts: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of chunks) {
    parts.push(chunk)
    sizeBytes += chunk.byteLength
    if (sizeBytes < copyChunkBytes) continue
    const block = Buffer.concat(parts)
    const end = block.lastIndexOf(0x0a) + 1
    if (end === 0) continue
    yield new Uint8Array(block.subarray(0, end))
    parts = end === block.byteLength ? [] : [block.subarray(end)]
    sizeBytes = block.byteLength - end
  }
  if (sizeBytes > 0) yield new Uint8Array(Buffer.concat(parts))
}

async function expectRows(asked: Promise<Reply>): Promise<TimedRows> {
  const reply = await asked
  if (reply.kind !== 'rows') throw unexpected(reply)
  return reply
}

function unexpected(reply: Reply): HarnessError {
  return new HarnessError('E_ENGINE_REPLY', `PGlite answered "${reply.kind}" to another question.`)
}
