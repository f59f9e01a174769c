import type { Database } from '../database/database.ts'
import type { HookEvent } from '../fixture/event.ts'
import { loadEvents } from '../fixture/load.ts'
import { type Grounds, addRows, readGrounds } from '../migration/fill/add.ts'
import { rowChanges } from '../migration/row-change.ts'
import { take } from '../take.ts'
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
  const grounds = isForeign ? await readGrounds(recordedBase) : new Map<never, never>()
  const recorded = await walk(recordedBase, migrations, {
    legs: legsOfRecorded,
    write: (database) =>
      isForeign ? writeRows(database, grounds, setting) : loadEvents(database, written),
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

/** Rows that only the new schema takes may be what a rollback is declared to lose. */
async function writeRows(
  database: Database,
  grounds: Grounds,
  { contract }: Setting,
): Promise<void> {
  const { record } = contract
  const plainly = rowChanges(contract, 'lossy rollback').map(({ identity }) => identity)
  await addRows(database, grounds, { plainly, except: record === null ? [] : [record.table] })
}

const nowhere: Walk = {
  stages: [],
  steps: [],
  locks: [],
  writings: [],
  leftovers: [],
  refusal: null,
  stopped: null,
}

/** What there is where nothing could be looked at. */
export const unwalked: Walks = { main: nowhere, unpatched: nowhere, recorded: nowhere }

function loadAll(events: () => Iterable<HookEvent>): NonNullable<Before['load']> {
  return (database) => loadEvents(database, events())
}
