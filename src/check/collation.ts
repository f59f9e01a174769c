import * as fc from 'fast-check'
import type { Database } from '../database/database.ts'
import { makeEventSet, numberEvents, plainEvent } from '../fixture/event-set.ts'
import type { HookEvent } from '../fixture/event.ts'
import { loadEvents } from '../fixture/load.ts'
import type { ViewContract } from '../migration/contract.ts'
import { MigrationError } from '../migration/migration-error.ts'
import { applyScript } from '../migration/runner.ts'
import { type Oracle, createOracle } from '../oracle.ts'
import { createRandom } from '../random.ts'
import { currentSecondUs } from '../units.ts'
import { type Call, callOfFunction, callOfView, compareWithOracle } from './answer.ts'
import { argumentsFor } from './arguments.ts'
import { type Outcome, type ScratchCheck, compared, passed, skipped } from './check.ts'
import { type EventSetting, countRelations, isEventSetting } from './event-setting.ts'
import { type Setting, placeOf } from './subject.ts'

const title =
  'Every view and function answers alike where the database sorts text as a dictionary does'

/** Sets of events by chance that are thrown together. */
const sets = 20

/** The order of rows, the greatest of texts, sorted arrays: an installation's collation must not decide them. */
export const collation: ScratchCheck = {
  id: 'answers/collation',
  title,
  stage: 'scratch',
  effort: 'standard',
  owes: (setting) => (isJudged(setting) ? countOutcomes(setting) : 0),
  async run(setting) {
    if (!isJudged(setting)) return []
    const events = drawEvents(setting.seed)
    await using database = await setting.workbench.openCollated()
    try {
      const { base, forward } = setting.migrations
      for (const script of base) await applyScript(database, script)
      await loadEvents(database, events)
      for (const script of forward) await applyScript(database, script)
    } catch (error) {
      if (!(error instanceof MigrationError)) throw error
      return Array.from({ length: countOutcomes(setting) }, () => skipped(title, error.message))
    }
    return await judgeAll(setting, database, createOracle(events))
  },
}

/** One for each view and function, and one for the columns of each view. */
function countOutcomes(setting: Setting): number {
  return countRelations(setting) + setting.contract.views.length
}

function isJudged(setting: Setting): setting is EventSetting {
  return isEventSetting(setting) && setting.workbench.canCollate
}

async function judgeAll(
  setting: EventSetting,
  database: Database,
  oracle: Oracle,
): Promise<readonly Outcome[]> {
  const { views, functions } = setting.contract
  const outcomes: Outcome[] = []
  for (const view of views) {
    outcomes.push(await judgeColumns(setting, database, view))
    outcomes.push(await judge(setting, database, oracle, 'view', [callOfView(view)]))
  }
  for (const declared of functions) {
    const lists = await argumentsFor(database, declared)
    const calls = lists.map((args) => callOfFunction(declared, args))
    outcomes.push(await judge(setting, database, oracle, 'function', calls))
  }
  return outcomes
}

const sortedOtherwiseSql = `
select string_agg(a.attname, ', ' order by a.attnum) as columns
from pg_attribute a
join pg_type t on t.oid = a.atttypid
where a.attrelid = to_regclass($1) and a.attnum > 0 and a.attcollation <> t.typcollation
  and a.attname <> all ($2::text[])`

/** Whoever sorts by a column gets the database's order, unless it is the one that the view itself is in. */
async function judgeColumns(
  setting: EventSetting,
  database: Database,
  { name, order }: ViewContract,
): Promise<Outcome> {
  const keys = order.map(({ column }) => column)
  const [found] = await database.query<{ columns: string | null }>(sortedOtherwiseSql, [name, keys])
  return compared(
    `${name} has columns of the database's own collation, its order aside`,
    'none with another',
    found?.columns ?? 'none with another',
    await placeOf(setting, 'view', name),
  )
}

/** The first wrong answer of a relation says enough. */
async function judge(
  setting: EventSetting,
  database: Database,
  oracle: Oracle,
  kind: 'view' | 'function',
  calls: readonly Call[],
): Promise<Outcome> {
  const relation = calls[0]?.relation ?? ''
  for (const call of calls) {
    const outcome = await compareWithOracle(database, oracle, call, kind === 'function')
    if (outcome.status === 'passed') continue
    const place = await placeOf(setting, kind, relation)
    const told = { ...outcome, title: `${outcome.title} in a dictionary's collation` }
    return place === undefined ? told : { ...told, place }
  }
  return passed(`${relation} answers alike in a dictionary's collation`)
}

const letters = ['a', 'B', 'c', 'D'] as const

/**
 * Sessions too long for the key of an index, hooks, patterns, agents and tools that code points order otherwise than a
 * dictionary does, and that nothing but their names can order.
 */
const cased: readonly HookEvent[] = letters.flatMap((letter) => [
  plainEvent({
    source: 'SessionEnd',
    payload: { workflow_pattern: letter },
    metadata: { session_id: letter.repeat(1_100) },
  }),
  plainEvent({
    source: letter,
    payload: { agent_detected: 'agent', workflow_pattern: letter },
    metadata: { session_id: 'session' },
  }),
  plainEvent({
    source: 'SessionEnd',
    payload: { agent_detected: letter, workflow_pattern: letter },
    metadata: { session_id: 'session' },
  }),
])

/** Tools that tie in everything but their names. */
const tied: readonly HookEvent[] = letters.flatMap((letter) =>
  [0.1, 0.2, 0.3].map((score) =>
    plainEvent({ resourceId: letter, payload: { quality_metrics: { quality_score: score } } }),
  ),
)

function drawEvents(seed: string): readonly HookEvent[] {
  const nowUs = currentSecondUs()
  const drawn = fc.sample(makeEventSet(12), {
    numRuns: sets,
    seed: createRandom(seed).integer(0, 0x7fffffff),
  })
  return numberEvents([...drawn.flat(), ...cased, ...tied]).map((event) =>
    Object.assign({}, event, { createdAtUs: nowUs + event.createdAtUs }),
  )
}
