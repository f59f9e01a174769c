import { availableParallelism } from 'node:os'
import { canCollate, openCollated } from '../database/collated.ts'
import { emptyDirectory } from '../database/data-directory.ts'
import type { Database } from '../database/database.ts'
import type { CodeTier } from '../database/code-tier.ts'
import type { EmbeddedDatabase, OpenOptions } from '../database/pglite.ts'
import { quoteIdentifier } from '../database/identifier.ts'
import { openFresh } from '../database/template.ts'
import { pickDefined } from '../defined.ts'
import { HarnessError } from '../errors.ts'
import { splitExisting } from '../migration/existing-record.ts'
import { type EmptyTable, type Filling, fillTables, refill } from '../migration/fill/fill.ts'
import type { MigrationSet } from '../migration/migration.ts'
import { applyScript } from '../migration/runner.ts'
import { captureSnapshot, fingerprintSnapshot } from '../migration/snapshot.ts'
import { listTables } from '../migration/ledger.ts'

/** What a database holds before the first migration. */
export interface Before {
  /** Puts the rows in, after the base schema; returns how many the server counted. */
  readonly load?: (database: Database) => Promise<number>
  /** Whether the table that records migrations is already there: with rows of others, or without any row. */
  readonly record: boolean | 'empty'
}

/**
 * One engine that is brought back to an empty database again and again: some milliseconds, where a new engine takes some
 * hundreds. What an untidy migration leaves outside of its schemas is noticed, and then a new engine is opened.
 */
export class Workbench implements AsyncDisposable {
  readonly #options: OpenOptions
  readonly #disposal = new AbortController()
  readonly #fillings = new WeakMap<MigrationSet, Filling>()
  #opening: Promise<Opened>
  #isOpen = false

  /** Starts the engine at once: it boots while its caller reads files. */
  constructor(options: OpenOptions) {
    const signals = [
      this.#disposal.signal,
      ...(options.signal === undefined ? [] : [options.signal]),
    ]
    this.#options = { ...options, signal: AbortSignal.any(signals) }
    this.#opening = this.#open()
    // Whoever asks for the database is told.
    this.#opening.catch(() => undefined)
  }

  /** What timings on this engine ran in. */
  get codeTier(): CodeTier {
    return this.#options.codeTier ?? 'optimised'
  }

  /** Another engine of the same settings, in memory. */
  openAnother(codeTier: CodeTier = this.codeTier): Workbench {
    const { dataDirectory: _elsewhere, ...options } = this.#options
    return new Workbench({ ...options, codeTier })
  }

  /** Another one to work at the same time; null where there is one core, on which the two would only take turns. */
  openBeside(): Workbench | null {
    return availableParallelism() > 1 ? this.openAnother() : null
  }

  /** The engine as the last walk left it. @throws {HarnessError} E_ENGINE_OPEN, E_INTERRUPTED */
  async database(): Promise<Database> {
    return (await this.#opening).database
  }

  /** Sets the clock that the engine reads so far ahead of the machine's; 0 when you are done. */
  async setClock(aheadMs: number): Promise<void> {
    await (await this.#opening).database.setClock(aheadMs)
  }

  /** Whether `openCollated` can be asked. */
  get canCollate(): boolean {
    return canCollate(this.#options.postgres)
  }

  /** Another engine, in memory and empty, that sorts text as a dictionary does; whoever asks closes it. */
  openCollated(): Promise<Database> {
    return openCollated(
      pickDefined(this.#options, ['postgres', 'statementTimeoutMs', 'signal', 'serverSettings']),
    )
  }

  /** The database as it was before the first migration: base schema, record table, rows; its clock is the machine's. */
  async prepare(migrations: MigrationSet, before: Before): Promise<Database> {
    const { base, contract } = migrations
    const database = await this.#clear()
    for (const script of base) await applyScript(database, script)
    const { record } = contract
    if (before.record !== false && record?.existingSql != null) {
      const { table, rows } = await splitExisting(record)
      for (const sql of before.record === 'empty' ? table : [...table, ...rows])
        await database.query(sql)
    }
    await before.load?.(database)
    if (contract.fixture === null) await this.#fill(database, migrations)
    await this.gatherStatistics()
    return database
  }

  /** Tables of the base schema that nothing could be put into, as far as a database was prepared. */
  emptyTables(migrations: MigrationSet): readonly EmptyTable[] {
    return this.#fillings.get(migrations)?.empty ?? []
  }

  /** What one table takes is tried out once. */
  async #fill(database: Database, migrations: MigrationSet): Promise<void> {
    const known = this.#fillings.get(migrations)
    if (known !== undefined) return refill(database, known)
    const { record } = migrations.contract
    const filling = await fillTables(database, record === null ? [] : [record.table])
    this.#fillings.set(migrations, filling)
  }

  /** Without autovacuum nobody else would, and every plan would be a guess. */
  async gatherStatistics(): Promise<void> {
    const database = await this.database()
    for (const table of await listTables(database)) {
      await database.query(`vacuum (analyze) ${table}`)
    }
  }

  async #clear(): Promise<Database> {
    const { database, empty } = await this.#opening
    if (await isEmptied(database, empty)) return database
    await database.close()
    const { dataDirectory } = this.#options
    if (dataDirectory !== undefined) await emptyDirectory(dataDirectory)
    this.#opening = this.#open()
    return this.database()
  }

  async #open(): Promise<Opened> {
    this.#isOpen = false
    const database = await openFresh(this.#options)
    this.#isOpen = true
    return { database, empty: fingerprintSnapshot(await captureSnapshot(database)) }
  }

  /** An engine that is still booting is not waited for. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isOpen) this.#disposal.abort()
    const opened = await this.#opening.catch(() => undefined)
    await opened?.database.close()
  }
}

interface Opened {
  readonly database: EmbeddedDatabase
  /** Fingerprint of the catalog before anything was created. */
  readonly empty: string
}

async function isEmptied(database: EmbeddedDatabase, empty: string): Promise<boolean> {
  try {
    await database.setClock(0)
    await dropSchemas(database)
  } catch (error) {
    if (error instanceof HarnessError && error.code === 'E_INTERRUPTED') throw error
    // An engine that was stopped, or objects that can't be dropped: both mean a new engine.
    return false
  }
  return fingerprintSnapshot(await captureSnapshot(database)) === empty
}

const schemasSql = `
select nspname as name from pg_namespace
where nspname !~ '^pg_' and nspname <> 'information_schema' order by 1`

async function dropSchemas(database: Database): Promise<void> {
  const schemas = await database.query<{ name: string }>(schemasSql)
  for (const { name } of schemas) {
    await database.query(`drop schema ${quoteIdentifier(name)} cascade`)
  }
  // As initdb makes it.
  await database.execute(`
    create schema public authorization pg_database_owner;
    grant usage on schema public to public;
    comment on schema public is 'standard public schema'`)
}
