import * as fc from 'fast-check'
import { edgeSets, makeEventSet, numberEvents, richSet } from '../fixture/event-set.ts'
import { hostileEvent } from '../fixture/hostile-event.ts'
import { seekDisagreements } from './agreement.ts'
import type { ScratchCheck } from './check.ts'
import { countRelations, isEventSetting, onMigrated } from './event-setting.ts'
import { Inquiry } from './inquiry.ts'
import type { Effort } from './subject.ts'

/** Sets of events that are tried, edges included. */
const runsOfSets: Readonly<Record<Effort, number>> = { quick: 0, standard: 100, thorough: 1_500 }
const runsOfHostileSets: Readonly<Record<Effort, number>> = {
  quick: 0,
  standard: 50,
  thorough: 800,
}

const title =
  'Every view and function answers small sets of events, drawn by chance, as the events say'
const hostileTitle = 'Every view and function answers on rows of hostile JSON, drawn by chance'

/** Small sets of events that have much in common, around every edge in time. */
export const randomSets: ScratchCheck = {
  id: 'answers/random-sets',
  title,
  stage: 'scratch',
  effort: 'standard',
  owes: (setting) => (isEventSetting(setting) ? countRelations(setting) : 0),
  async run(setting) {
    if (!isEventSetting(setting)) return []
    return onMigrated(
      setting,
      async (database) => {
        await using inquiry = await Inquiry.open(database, setting)
        return await seekDisagreements(setting, inquiry, {
          values: makeEventSet(12),
          examples: [...edgeSets, richSet],
          runs: runsOfSets[setting.effort],
          isRelative: true,
        })
      },
      { owes: countRelations(setting), title },
    )
  },
}

/** Up to five rows of anything that JSON allows. */
export const randomHostileRows: ScratchCheck = {
  id: 'integrity/random-hostile-rows',
  title: hostileTitle,
  stage: 'scratch',
  effort: 'standard',
  owes: (setting) => (isEventSetting(setting) ? countRelations(setting) : 0),
  async run(setting) {
    if (!isEventSetting(setting)) return []
    return onMigrated(
      setting,
      async (database) => {
        await using inquiry = await Inquiry.open(database, setting)
        return await seekDisagreements(setting, inquiry, {
          values: fc.array(hostileEvent, { maxLength: 5 }).map(numberEvents),
          runs: runsOfHostileSets[setting.effort],
          isRelative: false,
        })
      },
      { owes: countRelations(setting), title: hostileTitle },
    )
  },
}
