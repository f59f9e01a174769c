import type { Database } from '../database/database.ts'
import type { OpenOptions } from '../database/pglite.ts'
import { quoteIdentifier } from '../database/identifier.ts'
import { openFresh } from '../database/template.ts'
import { HarnessError } from '../errors.ts'
import type { MigrationSet } from '../migration/migration.ts'
import { applyScript } from '../migration/runner.ts'
import { captureSnapshot, fingerprintSnapshot } from '../migration/snapshot.ts'

/** What a database holds before the first migration. */
export interface Before {
  /** Puts the rows in, after the base schema; returns how many the server counted. */
  readonly load?: (database: Database) => Promise<number>
  /** Whether the table that records migrations is already there, with rows of its own. */
  readonly record: boolean
}

/**
 * One engine that is brought back to an empty database again and again: some milliseconds, where a new engine takes some
 * hundreds. What an untidy migration leaves outside of its schemas is noticed, and then a new engine is opened.
 */
export class Workbench implements AsyncDisposable {
  readonly #migrations: MigrationSet
  readonly #options: OpenOptions
  #database: Database
  readonly #empty: string

  private constructor(
    migrations: MigrationSet,
    options: OpenOptions,
    database: Database,
    empty: string,
  ) {
    this.#migrations = migrations
    this.#options = options
    this.#database = database
    this.#empty = empty
  }

  static async open(migrations: MigrationSet, options: OpenOptions): Promise<Workbench> {
    const database = await openFresh(options)
    const empty = fingerprintSnapshot(await captureSnapshot(database))
    return new Workbench(migrations, options, database, empty)
  }

  /** The engine as the last walk left it. */
  get database(): Database {
    return this.#database
  }

  /** The database as it was before the first migration: base schema, record table, rows. */
  async prepare(before: Before): Promise<Database> {
    await this.#clear()
    const database = this.#database
    for (const script of this.#migrations.base) await applyScript(database, script)
    const { record } = this.#migrations.contract
    if (before.record && record?.existingSql != null) await database.execute(record.existingSql)
    await before.load?.(database)
    // Without autovacuum nobody else would gather statistics, and every plan would be a guess.
    await database.query('vacuum (analyze)')
    return database
  }

  async #clear(): Promise<void> {
    if (await this.#isEmptied()) return
    if (this.#options.dataDirectory !== undefined) {
      throw new HarnessError(
        'E_DATA_DIRECTORY_DIRTY',
        `Data directory '${this.#options.dataDirectory}': the migrations left objects that are in no schema.`,
        { hint: 'Run without --data-dir to see which, and remove the directory.' },
      )
    }
    await this.#database.close()
    this.#database = await openFresh(this.#options)
  }

  async #isEmptied(): Promise<boolean> {
    try {
      await dropSchemas(this.#database)
    } catch (error) {
      if (error instanceof HarnessError && error.code === 'E_INTERRUPTED') throw error
      // An engine that was stopped, or objects that can't be dropped: both mean a new engine.
      return false
    }
    return fingerprintSnapshot(await captureSnapshot(this.#database)) === this.#empty
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database.close()
  }
}

const schemasSql = `
select nspname as name from pg_namespace
where nspname !~ '^pg_' and nspname <> 'information_schema' order by 1`

async function dropSchemas(database: Database): Promise<void> {
  const schemas = await database.query<{ name: string }>(schemasSql)
  for (const { name } of schemas)
    await database.query(`drop schema ${quoteIdentifier(name)} cascade`)
  // As initdb makes it.
  await database.execute(`
    create schema public authorization pg_database_owner;
    grant usage on schema public to public;
    comment on schema public is 'standard public schema'`)
}
