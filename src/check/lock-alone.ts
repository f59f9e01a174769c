import type { Database } from '../database/database.ts'
import { type LockMode, strongestOf } from '../database/lock-mode.ts'
import { HarnessError, QueryError } from '../errors.ts'
import { executable } from '../migration/concurrently.ts'
import type { MigrationSet } from '../migration/migration.ts'
import type { Script } from '../migration/script.ts'
import { keepSettings } from '../migration/settings.ts'
import type { Statement } from '../migration/statement.ts'
import { readIfPossible } from './place-in-scripts.ts'
import { type WatchedTable, listWatched, readStates } from './table-state.ts'

/** The strongest lock that a statement takes on each table, by schema and name. */
export type LocksAlone = ReadonlyMap<Statement, ReadonlyMap<string, LockMode>>

/**
 * Executes the scripts once more, each statement in a transaction of its own: in the script's transaction nobody sees that a
 * lock which is held already is taken again. Ends where a statement does not go by itself, or a script is none; what it
 * looked at until then stays true. For a database in the state before the first migration that nobody needs any more.
 */
export async function takeAlone(
  database: Database,
  { forward, backward }: MigrationSet,
): Promise<LocksAlone> {
  const taken = new Map<Statement, ReadonlyMap<string, LockMode>>()
  for (const script of [...forward, ...backward]) {
    const statements = await readIfPossible(script)
    const isWhole = await keepSettings(database, statements, () =>
      takeEach(database, script, statements, taken),
    )
    if (!isWhole) return taken
  }
  return taken
}

/** Whether every statement of a script goes by itself. */
async function takeEach(
  database: Database,
  script: Script,
  statements: readonly Statement[],
  taken: Map<Statement, ReadonlyMap<string, LockMode>>,
): Promise<boolean> {
  const tables = await listWatched(database)
  for (const statement of statements) {
    if (statement.transaction !== null) continue
    const locks =
      script.transaction === 'none'
        ? await executeUnseen(database, statement)
        : await executeAlone(database, statement, tables)
    if (locks === null) return false
    taken.set(statement, locks)
  }
  return true
}

/** What no transaction may hold, nobody sees the locks of. */
async function executeUnseen(
  database: Database,
  { text }: Statement,
): Promise<ReadonlyMap<string, LockMode> | null> {
  try {
    await database.query(executable(text, database.engine))
    return new Map()
  } catch (error) {
    if (error instanceof QueryError) return null
    throw error
  }
}

/** Null: it does not go by itself. */
async function executeAlone(
  database: Database,
  { text }: Statement,
  tables: readonly WatchedTable[],
): Promise<ReadonlyMap<string, LockMode> | null> {
  try {
    return await database.transaction(async (transaction) => {
      await transaction.query(text)
      const states = await readStates(transaction, tables)
      return new Map(
        tables.flatMap(({ id, table }) => {
          const mode = strongestOf(states.get(id)?.modes ?? [])
          return mode === undefined ? [] : [[table, mode] as const]
        }),
      )
    })
  } catch (error) {
    // What never ends is told where the script is applied as a whole.
    const isExpired = error instanceof HarnessError && error.code === 'E_TIMEOUT'
    if (error instanceof QueryError || isExpired) return null
    throw error
  }
}
