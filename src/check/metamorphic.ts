import { QueryError } from '../errors.ts'
import { makeEventSet, names, richSet } from '../fixture/event-set.ts'
import type { HookEvent } from '../fixture/event.ts'
import { type Disagreement, insertOf, judgeRelation, refusalOf } from './agreement.ts'
import { canonicalRow } from './answer.ts'
import { type Outcome, type ScratchCheck, passed } from './check.ts'
import { type EventSetting, isEventSetting, onMigrated } from './event-setting.ts'
import { Inquiry, type Keys } from './inquiry.ts'
import type { Answer, Answers, MetamorphicRelation } from './metamorphic-answer.ts'
import { metamorphicRelations } from './metamorphic-relation.ts'
import { findCounterexample, reduceItems } from './property.ts'
import type { Effort } from './subject.ts'

/** Sets of events for each relation. */
const runsOfEffort: Readonly<Record<Effort, number>> = { quick: 0, standard: 8, thorough: 60 }

/** The same for every set of events, so that both sides of a relation answer the same calls. */
const keys: Keys = {
  sessions: [...names, 'no such session', null],
  tools: [...names, 'NoSuchTool', null],
  days: [7, 14, 2_147_483_647, 0, null],
}

/** @throws {QueryError} */
async function askAll(inquiry: Inquiry, events: readonly HookEvent[]): Promise<Answers> {
  const { relations } = await inquiry.ask(insertOf(inquiry, events, true), keys)
  const answers = new Map<string, Answer>()
  for (const [relation, replies] of relations) {
    if (replies instanceof QueryError) throw replies
    for (const { call, name, rows } of replies) {
      const canonical = rows.map((row) => canonicalRow(row, call.columns))
      answers.set(name, { relation, key: call.args[0], rows: canonical })
    }
  }
  return answers
}

/** What the sides of a relation answered, and the rows that were asked about. */
interface Breach extends Disagreement {
  readonly relation: string
  readonly inserts: readonly string[]
}

/** The first call whose two sides differ, and the view or function that was asked; null: the relation holds. */
async function breach(
  { compare }: MetamorphicRelation,
  inquiry: Inquiry,
  events: readonly HookEvent[],
): Promise<Breach | null> {
  const inserts: string[] = []
  const ask = (some: readonly HookEvent[]): Promise<Answers> => {
    inserts.push(insertOf(inquiry, some, true) ?? '-- nothing')
    return askAll(inquiry, some)
  }
  try {
    const sides = await inquiry.atOnce(() => compare(events, ask))
    for (const [call, { relation, rows }] of sides.expected) {
      const [expected, actual] = [rows, sides.actual.get(call)?.rows ?? []].map((side) =>
        side.map((row) => JSON.stringify(row)).join('\n'),
      )
      if (expected === undefined || actual === undefined || expected === actual) continue
      return { relation, inserts, expected: `${call}\n${expected}`, actual: `${call}\n${actual}` }
    }
    return null
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    return { relation: '', inserts, ...refusalOf(error) }
  }
}

async function judge(
  setting: EventSetting,
  inquiry: Inquiry,
  relation: MetamorphicRelation,
): Promise<Outcome> {
  const runs = runsOfEffort[setting.effort]
  const { isVerdictEnough = false } = setting
  const found = await findCounterexample({
    values: makeEventSet(12),
    examples: [richSet],
    seed: `${setting.seed} ${relation.title}`,
    runs,
    isVerdictEnough,
    holds: async (events) => (await breach(relation, inquiry, events)) === null,
  })
  const isBroken = async (events: readonly HookEvent[]): Promise<boolean> =>
    (await breach(relation, inquiry, events)) !== null
  const drawn = found?.value ?? []
  const rows = isVerdictEnough ? drawn : await reduceItems(drawn, isBroken)
  const wrong = found === null ? null : await breach(relation, inquiry, rows)
  const title = `On ${runs} sets of events ${relation.title}`
  if (found === null || wrong === null) return passed(title)
  const origin = [`${found.origin}: rows of one side, and of the other`, ...wrong.inserts].join(
    '\n',
  )
  return judgeRelation(setting, wrong.relation, title, { ...wrong, origin })
}

const title = 'Answers to different events relate to each other as they must'

/** Compares SQL with SQL: an oracle that were wrong in the same way would not hide it. */
export const metamorphic: ScratchCheck = {
  id: 'answers/metamorphic',
  title,
  stage: 'scratch',
  effort: 'standard',
  owes: (setting) => (isEventSetting(setting) ? metamorphicRelations.length : 0),
  async run(setting) {
    if (!isEventSetting(setting)) return []
    return onMigrated(
      setting,
      async (database) => {
        await using inquiry = await Inquiry.open(database, setting)
        const outcomes: Outcome[] = []
        for (const relation of metamorphicRelations)
          outcomes.push(await judge(setting, inquiry, relation))
        return outcomes
      },
      { owes: metamorphicRelations.length, title },
    )
  },
}
