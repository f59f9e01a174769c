import type * as fc from 'fast-check'
import { defined } from '../defined.ts'
import { QueryError } from '../errors.ts'
import { type EventSetting } from './event-setting.ts'
import type { HookEvent } from '../fixture/event.ts'
import { renderInsert, renderRow, sinceNow } from '../fixture/insert.ts'
import { createOracle } from '../oracle.ts'
import { textAt } from '../oracle/jsonb.ts'
import { compareRows } from './answer.ts'
import { type Outcome, failed, passed } from './check.ts'
import type { Inquiry, Keys, Replies } from './inquiry.ts'
import { findCounterexample, reduceItems } from './property.ts'
import { placeOf } from './subject.ts'

/** Whole numbers of days around every edge: of the windows, of what a timestamp holds, of an integer. */
const days: Keys['days'] = [
  null,
  0,
  1,
  6,
  7,
  8,
  14,
  30,
  36_500,
  -1,
  -7,
  2_400_000,
  2_400_001,
  2_147_483_647,
  -106_000_000,
  -106_000_001,
  -2_147_483_648,
]

/** Everything that the functions can be asked about some events, and what they know nothing of. */
export function keysOf(events: readonly HookEvent[]): Keys {
  const sessions = new Set(events.map(({ metadata }) => textAt(metadata, 'session_id')))
  const tools = new Set(events.map(({ resourceId }) => resourceId))
  return {
    sessions: [...new Set([...sessions, 'no such session', '', null])],
    tools: [...new Set([...tools, 'NoSuchTool', '', null])],
    days,
  }
}

/** What one relation answered wrongly. */
export interface Disagreement {
  readonly expected: string
  readonly actual: string
}

/** What a relation's replies should have been, where they are not; null: every one is as the events say. */
export function disagreementOf(
  relation: string,
  { nowUs, relations }: Replies,
  events: readonly HookEvent[],
): Disagreement | null {
  const replies = relations.get(relation)
  if (replies === undefined || replies instanceof QueryError) return refusalOf(replies)
  const oracle = createOracle(events)
  for (const { call, name, rows } of replies) {
    const expected = oracle.answer(call.relation, call.args, nowUs)
    const outcome = compareRows(name, call.columns, expected, rows)
    if (outcome.status !== 'failed') continue
    return {
      expected: `${name}\n${outcome.expected}`,
      actual: `${name}\n${outcome.actual}`,
    }
  }
  return null
}

/** A refusal, as what stands in the place of an answer. */
export function refusalOf(refusal: QueryError | undefined): Disagreement {
  const told = refusal === undefined ? 'nothing' : `${refusal.message} (${refusal.sqlState})`
  return { expected: 'an answer', actual: `refused: ${told}` }
}

/** The events as a statement; null: there is none. `isRelative`: their times count from now. */
export function insertOf(
  { table }: Inquiry,
  events: readonly HookEvent[],
  isRelative: boolean,
): string | null {
  const rows = events.map((event) =>
    renderRow(event, isRelative ? { createdAt: sinceNow(event) } : {}),
  )
  return rows.length === 0 ? null : renderInsert(table, rows)
}

/** The rows as a statement that can be pasted, and where they come from. */
function describeOrigin(
  origin: string,
  insert: string | null,
  place: AgreementSearch['place'],
): string {
  if (insert === null) return `${origin}: no event at all`
  return [`${origin}:`, ...(place === undefined ? [] : [`${place.setup};`]), `${insert};`].join(
    '\n',
  )
}

/** Puts the finding on the statement that made the relation. */
export async function judgeRelation(
  setting: EventSetting,
  relation: string,
  title: string,
  found: Disagreement & { readonly origin: string },
): Promise<Outcome> {
  const view = setting.contract.views.some(({ name }) => name === relation)
  const declared = setting.contract.functions.find(({ name }) => name === relation)
  const place = await placeOf(
    setting,
    view ? 'view' : 'function',
    relation,
    defined({ identity: declared?.identityArguments }),
  )
  return failed(title, found.expected, `${found.actual}\n${found.origin}`, place)
}

export interface AgreementSearch {
  readonly values: fc.Arbitrary<readonly HookEvent[]>
  readonly examples?: readonly (readonly HookEvent[])[]
  readonly runs: number
  /** Whether `createdAtUs` counts from now. */
  readonly isRelative: boolean
  /** Where it is looked, if that is not anywhere: the statement that leads there, and a few words. */
  readonly place?: { readonly setup: string; readonly words: string }
}

/**
 * Looks, for every view and function, for a set of events that it does not answer as the oracle does. One that was caught
 * is left out of the next search, so that it does not hide the others.
 */
export async function seekDisagreements(
  setting: EventSetting,
  inquiry: Inquiry,
  search: AgreementSearch,
): Promise<readonly Outcome[]> {
  const rowsOf = (events: readonly HookEvent[]): string | null =>
    insertOf(inquiry, events, search.isRelative)
  const ask = async (
    events: readonly HookEvent[],
    relations: Iterable<string>,
  ): Promise<ReadonlyMap<string, Disagreement>> => {
    const replies = await inquiry.ask(rowsOf(events), keysOf(events))
    const { nowUs } = replies
    const dated = search.isRelative
      ? events.map((event) => ({ ...event, createdAtUs: nowUs + event.createdAtUs }))
      : events
    const found = Array.from(
      relations,
      (relation) => [relation, disagreementOf(relation, replies, dated)] as const,
    )
    return new Map(
      found.flatMap(([relation, wrong]) => (wrong === null ? [] : [[relation, wrong]])),
    )
  }
  const { seed, isVerdictEnough = false } = setting
  const pending = new Set(inquiry.relations)
  const outcomes = new Map<string, Outcome>()
  while (pending.size > 0) {
    const found = await findCounterexample({
      ...search,
      seed,
      isVerdictEnough,
      holds: async (events) => (await ask(events, pending)).size === 0,
    })
    if (found === null) break
    for (const relation of (await ask(found.value, pending)).keys()) {
      pending.delete(relation)
      const judge = async (events: readonly HookEvent[]): Promise<Disagreement | undefined> =>
        (await ask(events, [relation])).get(relation)
      const isWrong = async (some: readonly HookEvent[]): Promise<boolean> =>
        (await judge(some)) !== undefined
      const rows = isVerdictEnough ? found.value : await reduceItems(found.value, isWrong)
      const wrong = (await judge(rows)) ?? refusalOf(undefined)
      const origin = describeOrigin(found.origin, rowsOf(rows), search.place)
      const title = titleOf(relation, search)
      outcomes.set(relation, await judgeRelation(setting, relation, title, { ...wrong, origin }))
    }
    if (isVerdictEnough) break
  }
  return inquiry.relations.map(
    (relation) => outcomes.get(relation) ?? passed(titleOf(relation, search)),
  )
}

function titleOf(relation: string, { runs, place }: AgreementSearch): string {
  const title = `${relation} answers as the events say on ${runs} sets of events`
  return place === undefined ? title : `${title} ${place.words}`
}
