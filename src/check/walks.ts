import type { Database } from '../database/database.ts'
import type { HarnessError } from '../errors.ts'
import { type HookEvent, mostRetries } from '../fixture/event.ts'
import { isRefusal, loadEvents } from '../fixture/load.ts'
import { type Grounds, addRows, readGrounds } from '../migration/fill/add.ts'
import { rowChanges } from '../migration/row-change.ts'
import { take } from '../take.ts'
import { msPerDay, usPerDay, usPerMs, usPerSecond } from '../units.ts'
import { takeAlone } from './lock-alone.ts'
import { type Setting, type Walks, legsOfMain, legsOfRecorded, legsOfUnpatched } from './subject.ts'
import { type Walk, walk } from './walk.ts'
import type { Before } from './workbench.ts'

/** The side walks look at what a migration does to the catalog and the record; a few rows are enough to be lost. */
const sideWalkRows = 500

/** Rows that are written while the migrations are applied. */
const writtenRows = 20

/** The side walks first: the main one leaves its database to the checks. */
export async function walkAll(setting: Setting): Promise<Walks> {
  const { workbench, migrations, fixture } = setting
  const few = Array.from(take(fixture.events(), sideWalkRows + writtenRows))
  const written = few.slice(-writtenRows)
  const loadFew = { load: loadAll(() => few.slice(0, -writtenRows)) }
  const recordedBase = await workbench.prepare(migrations, { ...loadFew, record: true })
  const isForeign = migrations.contract.fixture === null
  const write = isForeign
    ? (database: Database) => writeRows(database, grounds, setting)
    : (database: Database) => logEvents(database, written)
  const grounds = isForeign ? await readGrounds(recordedBase) : new Map<never, never>()
  const recorded = await walk(recordedBase, migrations, {
    legs: legsOfRecorded,
    async write(database) {
      const refusals = await write(database)
      // Until the next database is prepared.
      await workbench.setClock(rollbackAfterMs)
      return refusals
    },
  })
  const unpatched = await walk(
    await workbench.prepare(migrations, { ...loadFew, record: false }),
    migrations,
    { legs: legsOfUnpatched, withoutLastPatches: true },
  )
  // A script that never ends is not waited for once more.
  const isEndless = recorded.stopped?.error.isTimeout === true
  const locksAlone =
    unpatched.stopped === null && !isEndless
      ? await takeAlone(await workbench.database(), migrations)
      : new Map<never, never>()
  const start = { load: loadAll(() => fixture.events()), record: false }
  const main = await walk(await workbench.prepare(migrations, start), migrations, {
    legs: legsOfMain,
    withPreserved: true,
    locksAlone,
  })
  if (main.stopped !== null && main.stopped.leg > 0) {
    // A rollback that fails, or leaves what keeps the migrations from being applied again: the checks still get their
    // migrated database.
    await walk(await workbench.prepare(migrations, start), migrations, { legs: ['forward'] })
  }
  await workbench.gatherStatistics()
  return { main, unpatched, recorded }
}

/** A rollback is asked for when trouble shows: not within the minute, and not only for what is new. */
const rollbackAfterMs = 400 * msPerDay

/** When events are created that are written after the migration: now, long before (a backfill), and by a clock that is ahead. */
const writtenAfterUs = [usPerSecond, -200 * usPerDay, -3_000 * usPerDay, 2 * usPerDay] as const

function asWritten(event: HookEvent, index: number): HookEvent {
  const afterUs = writtenAfterUs[index % writtenAfterUs.length] ?? 0
  // No two at once.
  const createdAtUs = Date.now() * usPerMs + afterUs + index
  const processedAtUs = event.processedAtUs === null ? null : createdAtUs + usPerSecond
  return { ...event, createdAtUs, processedAtUs, retryCount: index % (mostRetries + 1) }
}

/** Events that the server refuses, or that something on their table swallows, are an answer. */
async function logEvents(
  database: Database,
  events: readonly HookEvent[],
): Promise<readonly HarnessError[]> {
  try {
    await loadEvents(database, events.map(asWritten))
    return []
  } catch (error) {
    if (isRefusal(error)) return [error]
    throw error
  }
}

/** Rows that only the new schema takes may be what a rollback is declared to lose. */
async function writeRows(
  database: Database,
  grounds: Grounds,
  { contract }: Setting,
): Promise<readonly []> {
  const { record } = contract
  const plainly = rowChanges(contract, 'lossy rollback').map(({ identity }) => identity)
  await addRows(database, grounds, { plainly, except: record === null ? [] : [record.table] })
  return []
}

const nowhere: Walk = {
  stages: [],
  steps: [],
  locks: [],
  writings: [],
  leftovers: [],
  refusals: [],
  stopped: null,
}

/** What there is where nothing could be looked at. */
export const unwalked: Walks = { main: nowhere, unpatched: nowhere, recorded: nowhere }

function loadAll(events: () => Iterable<HookEvent>): NonNullable<Before['load']> {
  return (database) => loadEvents(database, events())
}
