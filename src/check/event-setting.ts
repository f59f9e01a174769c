import type { Database } from '../database/database.ts'
import { quoteIdentifier } from '../database/identifier.ts'
import { MigrationError } from '../migration/migration-error.ts'
import { applyScript } from '../migration/runner.ts'
import type { Oracle } from '../oracle.ts'
import { type Outcome, skipped } from './check.ts'
import type { Setting } from './subject.ts'

/** A setting whose views and functions are those that the oracle knows, over a table of hook events. */
export type EventSetting = Setting & { readonly oracle: Oracle }

/** Whether there is anything to ask about hook events. */
export function isEventSetting(setting: Setting): setting is EventSetting {
  return setting.oracle !== null && countRelations(setting) > 0
}

/** The table of events as SQL takes it, quoted only where it must be: people read it. */
export function tableOf({ contract }: Setting): string {
  const [name = 'hook_events'] = contract.tables
  return /^[a-z_][a-z\d_]*$/.test(name) ? name : quoteIdentifier(name)
}

/** The views and functions that are asked. */
export function countRelations({ contract }: Setting): number {
  return contract.views.length + contract.functions.length
}

/**
 * Runs `work` on a migrated database without rows; `prepare` may add to it before the migrations come. Where they can't be
 * applied there is nothing to look at: another check says what is wrong with them.
 */
export async function onMigrated(
  setting: EventSetting,
  work: (database: Database) => Promise<readonly Outcome[]>,
  options: {
    /** What is skipped, and how many outcomes that is. */
    readonly title: string
    readonly owes: number
    readonly prepare?: (database: Database) => Promise<void>
  },
): Promise<readonly Outcome[]> {
  const database = await setting.workbench.prepare(setting.migrations, { record: false })
  await options.prepare?.(database)
  try {
    for (const script of setting.migrations.forward) await applyScript(database, script)
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error
    return Array.from({ length: options.owes }, () => skipped(options.title, error.message))
  }
  return work(database)
}
