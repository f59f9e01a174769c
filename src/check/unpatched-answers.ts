import * as fc from 'fast-check'
import { LosslessNumber } from 'lossless-json'
import type { Database } from '../database/database.ts'
import { hairSession, makeEventSet, numberEvents, plainEvent } from '../fixture/event-set.ts'
import type { HookEvent, Json } from '../fixture/event.ts'
import { loadEvents } from '../fixture/load.ts'
import type { FunctionContract } from '../migration/contract.ts'
import { findFunctions } from '../migration/definition.ts'
import { MigrationError } from '../migration/migration-error.ts'
import { applyScript } from '../migration/runner.ts'
import { createOracle } from '../oracle.ts'
import { textAt } from '../oracle/jsonb.ts'
import { createRandom } from '../random.ts'
import { callOfFunction, compareWithOracle } from './answer.ts'
import { type Outcome, type ScratchCheck, compared, passed, skipped } from './check.ts'
import { type EventSetting, isEventSetting } from './event-setting.ts'
import { type Setting, placeBeforePatches } from './subject.ts'

/** Sets of events that are thrown together, each with sessions of its own. */
const sets = 30

const title =
  'Before the patches, every function that they change answers and is defined as it is after them'

/** The functions whose first signature takes one UUID: a session, as loggers were thought to write it. */
function listUnpatched(setting: Setting): readonly FunctionContract[] {
  return isEventSetting(setting)
    ? setting.contract.functions.filter(({ identityArgumentsBeforePatches }) =>
        /^\w+ uuid$/.test(identityArgumentsBeforePatches ?? ''),
      )
    : []
}

/** Deployments ran them before there was a patch; afterwards nobody could say whether they were right. */
export const unpatchedAnswers: ScratchCheck = {
  id: 'functions/unpatched-answers',
  title,
  stage: 'scratch',
  effort: 'standard',
  owes: (setting) => 2 * listUnpatched(setting).length,
  async run(setting) {
    const functions = listUnpatched(setting)
    if (!isEventSetting(setting) || functions.length === 0) return []
    const events = drawEvents(setting.seed)
    try {
      const database = await openUnpatched(setting, events)
      const outcomes: Outcome[] = []
      for (const declared of functions) {
        outcomes.push(await judgeProperties(setting, database, declared))
        outcomes.push(await judgeAnswers(setting, database, declared, events))
      }
      return outcomes
    } catch (error) {
      if (!(error instanceof MigrationError)) throw error
      return Array.from({ length: 2 * functions.length }, () => skipped(title, error.message))
    }
  },
}

async function openUnpatched(
  { workbench, migrations }: EventSetting,
  events: readonly HookEvent[],
): Promise<Database> {
  const database = await workbench.prepare(migrations, {
    record: false,
    load: (fresh) => loadEvents(fresh, events),
  })
  const patches = migrations.steps.at(-1)?.patches ?? []
  for (const script of migrations.forward) {
    if (!patches.includes(script)) await applyScript(database, script)
  }
  return database
}

/** Everything but the arguments, which another check compares, is as it is declared for the patched one. */
async function judgeProperties(
  setting: EventSetting,
  database: Database,
  declared: FunctionContract,
): Promise<Outcome> {
  const [found] = await findFunctions(database, declared.name)
  const { result, language, volatility, parallel, strict, comment } = declared
  const [described] = await database.query<{ readonly comment: string | null }>(
    "select obj_description(to_regproc($1), 'pg_proc') as comment",
    [declared.name],
  )
  return compared(
    `${declared.name} is defined before the patches as it is after them`,
    JSON.stringify({ result, language, volatility, parallel, strict, comment }),
    JSON.stringify(
      found && {
        result: found.result,
        language: found.language,
        volatility: found.volatility,
        parallel: found.parallel,
        strict: found.is_strict,
        comment: described?.comment,
      },
    ) ?? 'no such function',
    await placeBeforePatches(setting, declared),
  )
}

/** Every session, one that nobody knows, and none. The first wrong answer ends it. */
async function judgeAnswers(
  setting: EventSetting,
  database: Database,
  declared: FunctionContract,
  events: readonly HookEvent[],
): Promise<Outcome> {
  const oracle = createOracle(events)
  const sessions = new Set(
    events.flatMap((event) =>
      others.some(({ metadata }) => metadata === event.metadata)
        ? []
        : textAt(event.metadata, 'session_id'),
    ),
  )
  const place = await placeBeforePatches(setting, declared)
  for (const session of [...sessions, sessionId(sets + edgeScores.length, 0), null]) {
    const call = callOfFunction(declared, [session])
    const outcome = await compareWithOracle(database, oracle, call, true)
    if (outcome.status === 'failed') {
      const before = `${outcome.title} before the patches`
      return place === undefined
        ? { ...outcome, title: before }
        : { ...outcome, title: before, place }
    }
  }
  return passed(`${declared.name} answers before the patches as the events say`)
}

/** Scores at the edge of what a number may be, and beyond it. */
const edgeScores: readonly Json[] = [
  '1.7976931348623157e308',
  '-1.7976931348623157e308',
  '1.7976931348623158e308',
  '1e400',
  '-1e400',
  '0.00000000000000000001',
  // 40 times as much is less than 1e-30 below a half of the last decimal.
  '0.0001249999999999999999999999999999975',
].map((digits) => new LosslessNumber(digits))

/**
 * Small sets of events as chance gives them, in two sessions each that are UUIDs; then a session for each score at the
 * edge.
 */
function drawEvents(seed: string): readonly HookEvent[] {
  const drawn = fc.sample(makeEventSet(12), {
    numRuns: sets,
    seed: createRandom(seed).integer(0, 0x7fffffff),
  })
  const edges = edgeScores.map((score) => [
    plainEvent({
      payload: {
        quality_metrics: { quality_score: score },
        success_classification: 'full_success',
      },
    }),
  ])
  const inSessions = [...drawn, ...edges].flatMap((events, set) =>
    events.map((event, index) =>
      Object.assign({}, event, { metadata: { session_id: sessionId(set, index % 2) } }),
    ),
  )
  return numberEvents([...inSessions, ...uneven, ...others])
}

/** Sessions whose rates are no round numbers: two of three, and a score beside a half. */
const uneven: readonly HookEvent[] = [
  ...['full_success', 'full_success', 'failure'].map((outcome) =>
    plainEvent({ payload: { success_classification: outcome } }),
  ),
  ...['completed', 'completed', 'interrupted'].map((status) =>
    plainEvent({ source: 'Stop', payload: { completion_status: status } }),
  ),
  ...hairSession,
].map((event, index) =>
  Object.assign({}, event, {
    metadata: { session_id: sessionId(sets + edgeScores.length + (index < 6 ? 0 : 1), 1) },
  }),
)

/** Events that belong to none of the sessions, too long for a UUID and for the key of an index: they count for nobody. */
const others: readonly HookEvent[] = ['PostToolUse', 'Stop', 'UserPromptSubmit'].map((source) =>
  plainEvent({
    source,
    payload: {
      success_classification: 'full_success',
      quality_metrics: { quality_score: 1 },
      completion_status: 'completed',
    },
    metadata: { session_id: 'long'.repeat(300) },
  }),
)

function sessionId(set: number, half: number): string {
  return `00000000-0000-4000-8000-${String(set * 2 + half).padStart(12, '0')}`
}
