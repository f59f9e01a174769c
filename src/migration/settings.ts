import type { Database } from '../database/database.ts'
import { HarnessError, QueryError } from '../errors.ts'
import { MigrationError } from './migration-error.ts'
import type { Statement } from './statement.ts'
import { isSetting } from './transaction.ts'

const currentSql = `
select coalesce(json_object_agg(name, current_setting(name)), '{}')::text as settings
from pg_settings where source = 'session'`

/**
 * Does `work` and leaves the connection as it was: whoever executes the next file opens a connection of his own, where an
 * empty `search_path`, as pg_dump writes it, is gone, and so are locks and temporary tables. Costs nothing where no
 * statement leaves any.
 */
export async function keepSettings<T>(
  database: Database,
  statements: readonly Statement[],
  work: () => Promise<T>,
): Promise<T> {
  if (!statements.some(changesSettings)) return work()
  const [before] = await database.query<{ settings: string }>(currentSql)
  try {
    const result = await work()
    await restore(database, before?.settings ?? '{}')
    return result
  } catch (error) {
    if (isAlive(error)) await restore(database, before?.settings ?? '{}')
    throw error
  }
}

/** Words of statements that leave something in the session, or may. */
const leaving = /set_config|\b(?:temp|temporary|listen|prepare|hold)\b|advisory_lock/i

function changesSettings(statement: Statement): boolean {
  return isSetting(statement) || leaving.test(statement.text)
}

/** An engine that is gone has no settings. */
function isAlive(error: unknown): boolean {
  if (error instanceof MigrationError) return !error.isTimeout
  return error instanceof QueryError || !(error instanceof HarnessError)
}

const undoing = [
  'set session authorization default',
  'reset role',
  'reset all',
  'close all',
  'deallocate all',
  'unlisten *',
  'select pg_advisory_unlock_all()',
  'discard temp',
]

async function restore(database: Database, settings: string): Promise<void> {
  for (const sql of undoing) await database.query(sql)
  await database.query('select set_config(key, value, false) from json_each_text($1::text::json)', [
    settings,
  ])
}
