import { defined } from '../defined.ts'
import type { Database } from '../database/database.ts'
import type { OpenOptions } from '../database/pglite.ts'
import { openFresh } from '../database/template.ts'
import { loadEvents } from '../fixture/load.ts'
import { type FixtureRequest, chooseFixture } from '../fixture/source.ts'
import { type MigrationSet, loadMigrations } from '../migration/migration.ts'
import { applyScript } from '../migration/runner.ts'
import { type Oracle, createOracle } from '../oracle.ts'
import { currentSecondUs } from '../units.ts'

export interface MigratedOptions
  extends Omit<FixtureRequest, 'endUs'>, Omit<OpenOptions, 'template'> {
  /** The folder of migrations; absent: the package's own. */
  readonly migrations?: string
  /** The instant of the last event, in microseconds since 1970; absent: now. */
  readonly endUs?: number
}

/** A database as somebody's own tests want it. */
export interface MigratedDatabase extends AsyncDisposable {
  readonly database: Database
  readonly migrations: MigrationSet
  /** What the nine objects must answer on the rows that were loaded. */
  readonly oracle: Oracle
  /** Rows that were loaded. */
  readonly events: number
}

/**
 * Opens a database with the base schema, hook events, every migration and patch: the canonical 227 events unless more are
 * asked for. Close it, or declare it with `await using`: an engine left open keeps the process alive.
 * @throws {MigrationError} where a script is refused; {HarnessError} E_MIGRATION_…, E_ENGINE_OPEN
 */
export async function openMigrated(options: MigratedOptions = {}): Promise<MigratedDatabase> {
  const migrations = await loadMigrations(options.migrations)
  const { events, seed, payload, endUs = currentSecondUs() } = options
  const fixture = chooseFixture({
    endUs,
    ...defined({ events, seed, payload }),
  })
  const { signal, statementTimeoutMs, dataDirectory, serverSettings } = options
  const database = await openFresh(
    defined({ signal, statementTimeoutMs, dataDirectory, serverSettings }),
  )
  try {
    for (const script of migrations.base) await applyScript(database, script)
    const loaded = await loadEvents(database, fixture.events())
    for (const script of migrations.forward) await applyScript(database, script)
    await database.query('vacuum (analyze)')
    return {
      database,
      migrations,
      oracle: createOracle(fixture.events()),
      events: loaded,
      [Symbol.asyncDispose]: () => database.close(),
    }
  } catch (error) {
    await database.close()
    throw error
  }
}
