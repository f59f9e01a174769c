import { LosslessNumber, isLosslessNumber } from 'lossless-json'
import { numberEvents, plainEvent } from '../fixture/event-set.ts'
import type { Json } from '../fixture/event.ts'
import type { OracleRow } from '../oracle.ts'
import { consistent } from './consistent.ts'
import type { Answer, Answers, MetamorphicRelation } from './metamorphic-answer.ts'

/** Names that no event has. */
const unknownSession = 'no such session'
const unknownTool = 'NoSuchTool'

/** Columns that add up when events are added; where a relation is not named, none does. */
const additive: Readonly<Record<string, readonly string[]>> = {
  session_intelligence_summary: ['total_prompts', 'total_tools', 'successful_tools'],
  tool_success_rates: ['total_uses', 'successful_uses', 'partial_success_uses', 'failed_uses'],
  workflow_pattern_distribution: ['session_count'],
  agent_usage_patterns: ['detection_count', 'prompts_with_agent', 'tools_with_agent'],
  quality_metrics_summary: ['total_executions', 'high_quality_count', 'low_quality_count'],
  get_session_stats: ['prompts', 'tools'],
  get_tool_performance: ['total_uses', 'last_7_days_uses'],
  get_recent_workflow_patterns: ['session_count'],
}

/** The earliest and the latest of a row, by relation. */
const spans: Readonly<Record<string, readonly [first: string, last: string]>> = {
  session_intelligence_summary: ['session_start', 'session_end'],
  tool_success_rates: ['first_used', 'last_used'],
  workflow_pattern_distribution: ['first_seen', 'last_seen'],
  agent_usage_patterns: ['first_detected', 'last_detected'],
}

/** These depend on how many events there are, even of the same: left out where every event is there twice. */
const dependentOnCount: OracleRow = { stddev_quality: null, p25_quality: null, p75_quality: null }

/** The column that names a row of a view; functions that return one row have none. */
function nameOf(row: OracleRow, { relation, key }: Answer): string {
  const isSingle = key !== undefined && relation !== 'get_recent_workflow_patterns'
  return isSingle ? '' : String(Object.values(row)[0])
}

function mapRows(answers: Answers, change: (answer: Answer) => readonly OracleRow[]): Answers {
  return new Map(
    Array.from(answers, ([call, answer]) => [call, { ...answer, rows: change(answer) }]),
  )
}

const unordered: MetamorphicRelation = {
  title: 'the order in which rows were written does not matter',
  compare: async (events, ask) => ({
    expected: await ask(events),
    actual: await ask(events.toReversed()),
  }),
}

/** Whatever the views look at in other events, in events that they don't look at. */
const decoy = {
  success_classification: 'full_success',
  quality_metrics: { quality_score: 0.75 },
  workflow_pattern: 'debugging',
  completion_status: 'completed',
  total_prompts: 5,
}

const irrelevant: MetamorphicRelation = {
  title: 'events of other hooks, without session and agent, change nothing',
  compare: async (events, ask) => {
    const others = ['PreToolUse', 'Notification', 'SubagentStop', 'PreCompact', 'SessionStart'].map(
      (source, index) => plainEvent({ source, payload: decoy, createdAtUs: -index }),
    )
    return {
      expected: await ask(events),
      actual: await ask(numberEvents([...events, ...others])),
    }
  },
}

const unread: MetamorphicRelation = {
  title: 'columns and keys that nothing reads change nothing',
  compare: async (events, ask) => ({
    expected: await ask(events),
    actual: await ask(
      events.map((event, index) => ({
        ...event,
        action: `action ${index}`,
        resource: `resource ${index}`,
        resourceId: event.source === 'PostToolUse' ? event.resourceId : `other ${index}`,
        payload: withKeys(event.payload, {
          reasoning: 'none',
          quality_score: 0.1,
          session_id: 'x',
        }),
        metadata: withKeys(event.metadata, {
          correlation_id: index,
          ...decoy,
          agent_detected: 'x',
        }),
        processed: true,
        processingErrors: ['late'],
        retryCount: 3,
      })),
    ),
  }),
}

function isObject(json: Json): json is { readonly [key: string]: Json } {
  return (
    typeof json === 'object' && json !== null && !Array.isArray(json) && !isLosslessNumber(json)
  )
}

function withKeys(json: Json, keys: Readonly<Record<string, Json>>): Json {
  return isObject(json) ? { ...keys, ...json } : json
}

/** Every number with another scale: `0.5` as `0.500`, `3` as `3.00`. Names that are numbers keep theirs, which is text. */
function rescale(json: Json, key = ''): Json {
  const digits = typeof json === 'number' ? String(json) : isLosslessNumber(json) ? json.value : ''
  if (digits !== '') {
    const isName = ['session_id', 'agent_detected', 'workflow_pattern'].includes(key)
    if (isName || digits.includes('e')) return json
    return new LosslessNumber(digits.includes('.') ? `${digits}00` : `${digits}.00`)
  }
  if (!isObject(json)) return json
  return Object.fromEntries(Object.entries(json).map(([name, item]) => [name, rescale(item, name)]))
}

const rescaled: MetamorphicRelation = {
  title: 'a number means the same with zeros behind it',
  compare: async (events, ask) => ({
    expected: await ask(events),
    actual: await ask(events.map((event) => ({ ...event, payload: rescale(event.payload) }))),
  }),
}

/** Rows by name instead of in order: an order follows the names. */
function sorted(rows: readonly OracleRow[]): readonly OracleRow[] {
  return rows.toSorted((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1))
}

/** The answers with two names exchanged, in a column and as arguments. */
function exchange(answers: Answers, column: string, names: readonly [string, string]): Answers {
  const [one, other] = names
  const exchanged = new Map([names, [other, one]])
  const moved = mapRows(answers, ({ rows }) =>
    sorted(
      rows.map((row) => {
        const name = exchanged.get(String(row[column]))
        return name === undefined ? row : { ...row, [column]: name }
      }),
    ),
  )
  const calls = Array.from(moved, ([call, answer]): [string, Answer] => {
    const name = typeof answer.key === 'string' ? exchanged.get(answer.key) : undefined
    const isAbout = keyColumn[answer.relation] === column
    return [isAbout && name !== undefined ? `${answer.relation}('${name}')` : call, answer]
  })
  return new Map(calls)
}

/** What the argument of a function names. */
const keyColumn: Readonly<Record<string, string>> = {
  get_session_stats: 'session_id',
  calculate_session_success_score: 'session_id',
  get_tool_performance: 'tool_name',
}

const renamedSession: MetamorphicRelation = {
  title: 'a session under another name moves its row, and nothing else',
  compare: async (events, ask) => ({
    expected: exchange(await ask(events), 'session_id', ['a', unknownSession]),
    actual: mapRows(
      await ask(
        events.map((event) =>
          isObject(event.metadata) && event.metadata['session_id'] === 'a'
            ? { ...event, metadata: { ...event.metadata, session_id: unknownSession } }
            : event,
        ),
      ),
      ({ rows }) => sorted(rows),
    ),
  }),
}

const renamedTool: MetamorphicRelation = {
  title: 'a tool under another name moves its row, and nothing else',
  compare: async (events, ask) => ({
    expected: exchange(await ask(events), 'tool_name', ['a', unknownTool]),
    actual: mapRows(
      await ask(
        events.map((event) =>
          event.resourceId === 'a' ? { ...event, resourceId: unknownTool } : event,
        ),
      ),
      ({ rows }) => sorted(rows),
    ),
  }),
}

/** Only what adds up, by name: `parts` in a row of their own where several have it. */
function addUp(parts: readonly Answers[]): Answers {
  const sums = new Map<string, Answer>()
  const calls = new Set(parts.flatMap((part) => [...part.keys()]))
  for (const call of calls) {
    const answers = parts.flatMap((part) => part.get(call) ?? [])
    const [first] = answers
    if (first === undefined || first.relation === 'quality_metrics_summary') continue
    if (additive[first.relation] === undefined) continue
    const rows = new Map<string, OracleRow>()
    for (const answer of answers) {
      for (const row of answer.rows) {
        const name = nameOf(row, answer)
        rows.set(name, addRow(first.relation, name, rows.get(name), row))
      }
    }
    sums.set(call, { ...first, rows: sorted([...rows.values()]) })
  }
  return sums
}

function addRow(
  relation: string,
  name: string,
  sum: OracleRow | undefined,
  row: OracleRow,
): OracleRow {
  const added = (additive[relation] ?? []).map((column) => [
    column,
    String(Number(sum?.[column] ?? 0) + Number(row[column])),
  ])
  const [first, last] = spans[relation] ?? []
  const times = [first, last].flatMap((column) => (column === undefined ? [] : [column]))
  const span = times.map((column) => {
    const both = [sum?.[column], row[column]].map(String).filter((time) => time !== 'undefined')
    return [column, both.toSorted().at(column === first ? 0 : -1) ?? null]
  })
  return { name, ...Object.fromEntries([...added, ...span]) }
}

const partitioned: MetamorphicRelation = {
  title: 'counts of any two parts add up to those of the whole, and first and last are theirs',
  compare: async (events, ask) => {
    const even = await ask(events.filter((_, index) => index % 2 === 0))
    const odd = await ask(events.filter((_, index) => index % 2 === 1))
    return { expected: addUp([even, odd]), actual: addUp([await ask(events)]) }
  },
}

const doubled: MetamorphicRelation = {
  title: 'every event twice doubles the counts and keeps everything else',
  compare: async (events, ask) => {
    const once = await ask(events)
    const twice = await ask(numberEvents([...events, ...events]))
    const expected = mapRows(once, ({ relation, rows }) =>
      rows.map((row) => {
        const counts = (additive[relation] ?? []).map((column) => [
          column,
          String(2 * Number(row[column])),
        ])
        return { ...row, ...Object.fromEntries(counts), ...dependentOnCount }
      }),
    )
    const actual = mapRows(twice, ({ relation, rows }) =>
      rows
        // Two scores are too few for a row, twice two are not.
        .filter((row) => relation !== 'quality_metrics_summary' || hadRow(once, row))
        .map((row) => Object.assign({}, row, dependentOnCount)),
    )
    return { expected, actual }
  },
}

function hadRow(answers: Answers, row: OracleRow): boolean {
  const before = answers.get('quality_metrics_summary')?.rows ?? []
  return before.some((one) => one['tool_name'] === row['tool_name'])
}

/** All relations between answers to different events. */
export const metamorphicRelations: readonly MetamorphicRelation[] = [
  unordered,
  irrelevant,
  unread,
  rescaled,
  renamedSession,
  renamedTool,
  partitioned,
  doubled,
  consistent,
]
