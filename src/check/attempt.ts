import type { Database } from '../database/database.ts'
import { MigrationError } from '../migration/migration-error.ts'
import { type ApplyHooks, applyScript } from '../migration/runner.ts'
import type { Script } from '../migration/script.ts'

/** What became of a script that may well be refused. */
export interface Attempt<Refusal> {
  /** Null: it ran to its end. */
  readonly refusal: Refusal | null
  /**
   * Whether any transaction was committed meanwhile. Where none was, the database is as it was: nothing that a snapshot,
   * a ledger or a record holds changes without one.
   */
  readonly committed: boolean
}

/**
 * Applies a script, and takes a refusal for an answer.
 * @throws {MigrationError} where it ran out of time, which is none; {HarnessError} when the engine is gone.
 */
export function attemptScript(
  database: Database,
  script: Script,
): Promise<Attempt<MigrationError>> {
  return attempt(
    database,
    script,
    {},
    (error): error is MigrationError => error instanceof MigrationError && !error.isTimeout,
  )
}

/**
 * Applies a script until its end or until something is thrown that `isRefusal` knows.
 * @throws whatever else is thrown on the way.
 */
export async function attempt<Refusal>(
  database: Database,
  script: Script,
  hooks: ApplyHooks,
  isRefusal: (error: unknown) => error is Refusal,
): Promise<Attempt<Refusal>> {
  const next = await nextTransaction(database)
  const refusal = await applyScript(database, script, hooks).then(
    () => null,
    (error: unknown) => {
      if (isRefusal(error)) return error
      throw error
    },
  )
  return { refusal, committed: await hasCommitted(database, next) }
}

/** The number that the next transaction which writes will get. Nobody else is connected. */
async function nextTransaction(database: Database): Promise<string> {
  const [row] = await database.query<{ next: string }>(
    'select pg_snapshot_xmax(pg_current_snapshot())::text as next',
  )
  return row?.next ?? '0'
}

async function hasCommitted(database: Database, since: string): Promise<boolean> {
  const [row] = await database.query<{ committed: boolean }>(
    `select exists (
       select from generate_series($1::text::bigint, pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1) number
       where pg_xact_status(number::text::xid8) is distinct from 'aborted') as committed`,
    [since],
  )
  return row?.committed ?? true
}
