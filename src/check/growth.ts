import type { Database } from '../database/database.ts'
import { explain } from '../database/plan.ts'
import { QueryError } from '../errors.ts'
import { makeCrowd } from '../fixture/crowd.ts'
import { loadEvents } from '../fixture/load.ts'
import { currentSecondUs, formatRows } from '../units.ts'
import { sqlOfCall } from './answer.ts'
import { type Outcome, type ScratchCheck, failed, passed, skipped } from './check.ts'
import { type Asked, listAsked, manyGroups } from './crowd.ts'
import { countRelations, isEventSetting, onMigrated } from './event-setting.ts'

const fewGroups = 150
const timesTheRows = manyGroups / fewGroups

const title = `No view or function takes more than its share of work with ${timesTheRows} times the rows`

/** Work against rows: a sort takes one and a half times its share, a scan for each session eight times. */
const mostOfShare = 2.5

/** Rows handled below which nothing is said: those of a catalog, of an empty result. */
const leastWork = 5_000

/**
 * What answers at once from a few events and grows with their square is named before anybody waits for it. Rows are counted,
 * not time: no machine is too busy, or too fast, for that.
 */
export const growth: ScratchCheck = {
  id: 'performance/growth',
  title,
  stage: 'scratch',
  effort: 'standard',
  owes: (setting) => (isEventSetting(setting) ? countRelations(setting) : 0),
  async run(setting) {
    if (!isEventSetting(setting)) return []
    const owes = countRelations(setting)
    const weights: (readonly Weight[])[] = []
    for (const groups of [fewGroups, manyGroups]) {
      const prepare = async (empty: Database): Promise<void> => {
        await loadEvents(empty, makeCrowd(groups, currentSecondUs()))
      }
      const weighAll = async (database: Database): Promise<readonly Outcome[]> => {
        await setting.workbench.gatherStatistics()
        const weighed: Weight[] = []
        for (const asked of await listAsked(setting, database))
          weighed.push(await weigh(database, asked))
        weights.push(weighed)
        return []
      }
      const refused = await onMigrated(setting, weighAll, { title, owes, prepare })
      if (refused.length > 0) return refused
    }
    const [small = [], large = []] = weights
    return large.map((after, at) => judge(small[at], after))
  },
}

interface Weight {
  readonly asked: Asked
  /** Rows that the plan and the function's own handled and threw away; or why there is no plan. */
  readonly rows: number | QueryError
}

async function weigh(database: Database, asked: Asked): Promise<Weight> {
  const [call] = asked.calls
  if (call === undefined) return { asked, rows: 0 }
  const isFunction = asked.kind === 'function'
  const callee = isFunction ? { name: call.relation, args: call.args } : undefined
  try {
    const plan = await explain(database, sqlOfCall(call, isFunction), call.args, callee)
    return { asked, rows: plan.tuples + plan.tuplesRemoved }
  } catch (error) {
    if (error instanceof QueryError) return { asked, rows: error }
    throw error
  }
}

function judge(before: Weight | undefined, { asked, rows }: Weight): Outcome {
  const own = `${asked.relation} takes its share of work with ${timesTheRows} times the rows`
  const was = before?.rows ?? 0
  if (was instanceof QueryError || rows instanceof QueryError)
    return skipped(own, `refused: ${(rows instanceof QueryError ? rows : was).toString()}`)
  const share = rows / Math.max(was, 1) / timesTheRows
  const text = `${was} rows handled with ${formatRows(fewGroups)} sessions, ${rows} with ${formatRows(manyGroups)}`
  return rows <= leastWork || share <= mostOfShare
    ? passed(own, text)
    : failed(
        own,
        `at most ${timesTheRows * mostOfShare} times as many rows handled`,
        `${text}: ${(rows / Math.max(was, 1)).toFixed(0)} times as many`,
        asked.place,
      )
}
