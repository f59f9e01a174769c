import type { Database } from '../database/database.ts'
import { edgeSets, makeEventSet, richSet } from '../fixture/event-set.ts'
import { seekDisagreements } from './agreement.ts'
import type { ScratchCheck } from './check.ts'
import { countRelations, isEventSetting, onMigrated } from './event-setting.ts'
import { Inquiry } from './inquiry.ts'

const title = 'Every view and function answers alike in a time zone whose clocks have just changed'

const examples = [...edgeSets, richSet]

/** A day is 24 hours: where the clocks have changed meanwhile, `interval '7 days'` is an hour more or less than that. */
export const zone: ScratchCheck = {
  id: 'answers/zone',
  title,
  stage: 'scratch',
  effort: 'standard',
  owes: (setting) => (isEventSetting(setting) ? countRelations(setting) : 0),
  async run(setting) {
    if (!isEventSetting(setting)) return []
    return onMigrated(
      setting,
      (database) =>
        inZone(database, describeZone(new Date()), async (setup) => {
          await using inquiry = await Inquiry.open(database, setting)
          return await seekDisagreements(setting, inquiry, {
            values: makeEventSet(12),
            examples,
            runs: examples.length,
            isRelative: true,
            place: { setup, words: 'where clocks have just changed' },
          })
        }),
      { owes: countRelations(setting), title },
    )
  },
}

async function inZone<T>(
  database: Database,
  name: string,
  work: (setup: string) => Promise<T>,
): Promise<T> {
  const [before] = await database.query<{ name: string }>(
    "select current_setting('timezone') as name",
  )
  const setup = `set timezone = '${name}'`
  await database.query(setup)
  try {
    return await work(setup)
  } finally {
    await database.query(`set timezone = '${before?.name ?? 'UTC'}'`)
  }
}

const hoursSinceChange = 12

/** No month of no year has a change every week: a zone of our own, in the words of POSIX, half a day after its change. */
function describeZone(now: Date): string {
  const change = new Date(now.getTime() - hoursSinceChange * 3_600_000)
  const day = dayOfCommonYear(change)
  const back = ((day + 182) % 365) + 1
  return `AAA0BBB-1,J${day}/${change.getUTCHours()}:${change.getUTCMinutes()},J${back}/0`
}

/** From 1 to 365, for POSIX counts no 29 February: that is the day before it. */
function dayOfCommonYear(date: Date): number {
  const month = date.getUTCMonth()
  const isLeapDay = month === 1 && date.getUTCDate() === 29
  const inCommonYear = Date.UTC(2001, month, isLeapDay ? 28 : date.getUTCDate())
  return (inCommonYear - Date.UTC(2001, 0, 1)) / 86_400_000 + 1
}
