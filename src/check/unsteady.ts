import { captureColumns } from '../migration/ledger.ts'
import { MigrationError } from '../migration/migration-error.ts'
import { applyScript } from '../migration/runner.ts'
import type { Setting } from './subject.ts'

const known = new WeakMap<Setting, Promise<ReadonlySet<string>>>()

/**
 * Columns that hold something else each time the same scripts are executed: the time of day, keys drawn by chance. Two
 * databases that went the same way differ in them, and that says nothing about the way. Found by going it twice. Events
 * are written with their times, and their tables hold no such column.
 * @throws {HarnessError} when the engine is gone.
 */
export function findUnsteady(setting: Setting): Promise<ReadonlySet<string>> {
  const found = known.get(setting) ?? compareTwice(setting)
  known.set(setting, found)
  return found
}

async function compareTwice(setting: Setting): Promise<ReadonlySet<string>> {
  if (setting.contract.fixture !== null) return new Set()
  const first = await sumColumns(setting)
  const second = await sumColumns(setting)
  return new Set(
    [...first].filter(([column, sum]) => second.get(column) !== sum).map(([column]) => column),
  )
}

/** As far as the scripts can be applied: where one is refused, another check says so. */
async function sumColumns({
  workbench,
  migrations,
}: Setting): Promise<ReadonlyMap<string, string>> {
  const database = await workbench.prepare(migrations, { record: true })
  try {
    for (const script of migrations.forward) await applyScript(database, script)
  } catch (error) {
    if (!(error instanceof MigrationError) || error.isTimeout) throw error
  }
  return captureColumns(database)
}
