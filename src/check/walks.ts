import type { HookEvent } from '../fixture/event.ts'
import { loadEvents } from '../fixture/load.ts'
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
export async function walkAll({ workbench, migrations, fixture }: Setting): Promise<Walks> {
  const few = Array.from(take(fixture.events(), sideWalkRows + writtenRows))
  const written = few.slice(-writtenRows)
  const loadFew = { load: loadAll(() => few.slice(0, -writtenRows)) }
  const recorded = await walk(
    await workbench.prepare(migrations, { ...loadFew, record: true }),
    migrations,
    { legs: legsOfRecorded, write: (database) => loadEvents(database, written) },
  )
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
  const before = { load: loadAll(() => fixture.events()), record: false }
  const main = await walk(await workbench.prepare(migrations, before), migrations, {
    legs: legsOfMain,
    withPreserved: true,
    locksAlone,
  })
  if (main.stopped !== null && main.stopped.leg > 0) {
    // A rollback that fails, or leaves what keeps the migrations from being applied again: the checks still get their
    // migrated database.
    await walk(await workbench.prepare(migrations, before), migrations, { legs: ['forward'] })
  }
  await workbench.gatherStatistics()
  return { main, unpatched, recorded }
}

const nowhere: Walk = {
  stages: [],
  steps: [],
  locks: [],
  writings: [],
  leftovers: [],
  stopped: null,
}

/** What there is where nothing could be looked at. */
export const unwalked: Walks = { main: nowhere, unpatched: nowhere, recorded: nowhere }

function loadAll(events: () => Iterable<HookEvent>): NonNullable<Before['load']> {
  return (database) => loadEvents(database, events())
}
