import type { Database } from '../database/database.ts'
import { makeBusy, makeCrowd } from '../fixture/crowd.ts'
import { numberEvents } from '../fixture/event-set.ts'
import { loadEvents } from '../fixture/load.ts'
import { type Ledger, captureLedger, listChangedTables } from '../migration/ledger.ts'
import { rowChanges } from '../migration/row-change.ts'
import { createOracle } from '../oracle.ts'
import { currentSecondUs, formatRows } from '../units.ts'
import { type Call, callOfFunction, callOfView, compareWithOracle } from './answer.ts'
import { argumentsFor } from './arguments.ts'
import { type Outcome, type Place, type ScratchCheck, failed, passed } from './check.ts'
import { type EventSetting, countRelations, isEventSetting, onMigrated } from './event-setting.ts'
import { placeInScripts } from './place-in-scripts.ts'
import { placeOf } from './subject.ts'

/** Sessions, tools, agents and patterns: more than the round limits that somebody writes into a view. */
export const manyGroups = 1_200

/** Uses of one tool in one session. */
const manyUses = 1_200

const title = `Every view and function answers what ${formatRows(manyGroups)} sessions, tools, agents and patterns say`

/** Arguments of the data that each function is called with: a wrong limit or name shows in each. */
const mostCalls = 8

/** What is right for a few need not be for many: a LIMIT that bites, rows that were purged, names taken for one another. */
export const crowd: ScratchCheck = {
  id: 'answers/crowd',
  title,
  stage: 'scratch',
  effort: 'standard',
  owes: (setting) => (isEventSetting(setting) ? countOutcomes(setting) : 0),
  async run(setting) {
    if (!isEventSetting(setting)) return []
    const endUs = currentSecondUs()
    const events = numberEvents([...makeCrowd(manyGroups, endUs), ...makeBusy(manyUses, endUs)])
    const oracle = createOracle(events)
    const judge = async (database: Database, asked: Asked): Promise<Outcome> => {
      for (const call of asked.calls.slice(0, mostCalls)) {
        const outcome = await compareWithOracle(database, oracle, call, asked.kind === 'function')
        if (outcome.status === 'passed') continue
        return { ...outcome, ...(asked.place !== undefined && { place: asked.place }) }
      }
      return passed(`${asked.relation} answers what ${formatRows(manyGroups)} sessions say`)
    }
    let before: Ledger = []
    const prepare = async (empty: Database): Promise<void> => {
      await loadEvents(empty, events)
      before = await captureLedger(empty)
    }
    return onMigrated(
      setting,
      async (database) => {
        const outcomes: Outcome[] = [await judgeRows(setting, database, before)]
        for (const asked of await listAsked(setting, database))
          outcomes.push(await judge(database, asked))
        return outcomes
      },
      { title, owes: countOutcomes(setting), prepare },
    )
  },
}

/** One for the rows, and one for each view and function. */
function countOutcomes(setting: EventSetting): number {
  return 1 + countRelations(setting)
}

/** What a purge takes is seldom among the newest rows. */
async function judgeRows(
  { migrations, contract }: EventSetting,
  database: Database,
  before: Ledger,
): Promise<Outcome> {
  const own = `No row of ${formatRows(before.reduce((sum, { rows }) => sum + rows, 0))}, old or new, is changed or lost`
  const left = listChangedTables(before, await captureLedger(database, before))
  const meant = new Set(rowChanges(contract, 'rows').map(({ identity }) => identity))
  const changed = left.filter((table) => !meant.has(table))
  if (changed.length === 0) return passed(own)
  const place = await placeInScripts(migrations.forward, changed, 'lost rows')
  return failed(own, 'every row as it was', `other rows: ${changed.join(', ')}`, place)
}

/** A view, or a function with the arguments that the data has for it; and where it is defined. */
export interface Asked {
  readonly kind: 'view' | 'function'
  readonly relation: string
  readonly calls: readonly Call[]
  readonly place: Place | undefined
}

/** Everything that can be asked of a migrated database. */
export async function listAsked(
  setting: EventSetting,
  database: Database,
): Promise<readonly Asked[]> {
  const { views, functions } = setting.contract
  const asked: Asked[] = []
  for (const view of views) {
    const place = await placeOf(setting, 'view', view.name)
    asked.push({ kind: 'view', relation: view.name, calls: [callOfView(view)], place })
  }
  for (const declared of functions) {
    const { name, identityArguments: identity } = declared
    const lists = await argumentsFor(database, declared)
    const calls = lists.map((args) => callOfFunction(declared, args))
    const place = await placeOf(setting, 'function', name, { identity })
    asked.push({ kind: 'function', relation: name, calls, place })
  }
  return asked
}
