import * as fc from 'fast-check'
import { LosslessNumber } from 'lossless-json'
import { expect, test } from 'vitest'
import type { HookEvent, Json } from '../../src/fixture/event.ts'
import { createOracle, oracleRelations, type Cell, type OracleRow } from '../../src/oracle.ts'
import { usPerDay } from '../../src/units.ts'
import { createEvent, originUs } from './event.ts'

const nowUs = originUs
const sessions = ['s-1', 's-2', 's-3']
const tools = ['Bash', 'Read', 'Edit']

const name = fc.constantFrom<Json>('x', 'y', '', 'z', null, 5, ['x'])
const number = fc.oneof(
  fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000),
  fc.constantFrom<Json>(
    null,
    'N/A',
    '',
    {},
    1e300,
    new LosslessNumber('0.10'),
    new LosslessNumber('1e400'),
  ),
)
const metadata = fc.oneof(
  fc.constantFrom(...sessions).map((id) => ({ session_id: id })),
  fc.constantFrom<Json>({}, { session_id: null }, [], 'none'),
)
const payload = fc.record<Record<string, Json>>(
  {
    agent_detected: name,
    workflow_pattern: name,
    success_classification: fc.constantFrom('full_success', 'partial_success', 'failure', 'failed'),
    completion_status: fc.constantFrom('completed', 'error'),
    quality_metrics: fc.record({ quality_score: number }),
    duration_seconds: number,
    total_prompts: number,
    total_tools: number,
  },
  { requiredKeys: [] },
)
const event: fc.Arbitrary<HookEvent> = fc
  .record({
    source: fc.constantFrom(
      'PostToolUse',
      'PostToolUse',
      'UserPromptSubmit',
      'Stop',
      'SessionEnd',
      'PreToolUse',
    ),
    resourceId: fc.constantFrom(...tools),
    payload,
    metadata,
    createdAtUs: fc
      .integer({ min: -15 * 24, max: 24 })
      .map((hours) => nowUs + (hours * usPerDay) / 24),
  })
  .map((parts) => createEvent(parts))
const events = fc.array(event, { maxLength: 40 })

const calls: readonly (readonly [string, readonly unknown[]])[] = oracleRelations.flatMap(
  (relation): (readonly [string, readonly unknown[]])[] => {
    if (relation === 'get_tool_performance') return tools.map((tool) => [relation, [tool]])
    if (relation === 'get_recent_workflow_patterns')
      return [
        [relation, []],
        [relation, [3]],
      ]
    if (/^(?:get|calculate)_/.test(relation)) return sessions.map((id) => [relation, [id]])
    return [[relation, []]]
  },
)

function answerAll(list: readonly HookEvent[]): readonly (readonly OracleRow[])[] {
  const oracle = createOracle(list)
  return calls.map(([relation, args]) => oracle.answer(relation, args, nowUs))
}

test('the order in which events arrive does not matter', () => {
  const shuffled = events.chain((list) =>
    fc.tuple(
      fc.constant(list),
      fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
    ),
  )
  fc.assert(
    fc.property(shuffled, ([list, other]) => {
      expect(answerAll(other)).toEqual(answerAll(list))
    }),
  )
})

test('events that no view speaks of change nothing', () => {
  const irrelevant = [
    createEvent({ source: 'PreToolUse', resourceId: 'Read', payload: { workflow_pattern: 'x' } }),
    createEvent({ source: 'SessionStart', payload: { duration_seconds: 5, agent_detected: null } }),
    createEvent({ source: 'Stop', payload: { completion_status: 'completed' } }),
    createEvent({ source: 'SessionEnd', payload: { total_tools: 9 } }),
    createEvent({ source: 'posttooluse', resourceId: 'Read' }),
  ]
  fc.assert(
    fc.property(events, (list) => {
      expect(answerAll([...irrelevant, ...list])).toEqual(answerAll(list))
    }),
  )
})

function rename(one: HookEvent): HookEvent {
  return JSON.stringify(one.metadata) === '{"session_id":"s-1"}'
    ? { ...one, metadata: { session_id: 'zz' } }
    : one
}

test('renaming a session renames its row and moves nothing else', () => {
  fc.assert(
    fc.property(events, (list) => {
      const before = createOracle(list)
      const after = createOracle(list.map(rename))
      for (const [relation, args] of calls.filter(([, [arg]]) => arg !== 's-1')) {
        const rows = before.answer(relation, args, nowUs)
        const own = rows.filter((row) => row['session_id'] === 's-1')
        const expected = [
          ...rows.filter((row) => !own.includes(row)),
          ...own.map((row) => Object.assign({}, row, { session_id: 'zz' })),
        ]
        expect(after.answer(relation, args, nowUs)).toEqual(expected)
      }
      for (const relation of ['get_session_stats', 'calculate_session_success_score']) {
        expect(after.answer(relation, ['zz'], nowUs)).toEqual(
          before.answer(relation, ['s-1'], nowUs),
        )
        expect(after.answer(relation, ['s-1'], nowUs)).toEqual(
          createOracle([]).answer(relation, ['s-1'], nowUs),
        )
      }
    }),
  )
})

const additive: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'session_intelligence_summary',
    'session_id',
    ['total_prompts', 'total_tools', 'successful_tools'],
  ],
  [
    'tool_success_rates',
    'tool_name',
    ['total_uses', 'successful_uses', 'partial_success_uses', 'failed_uses'],
  ],
  ['workflow_pattern_distribution', 'workflow_pattern', ['session_count']],
  [
    'agent_usage_patterns',
    'agent_name',
    ['detection_count', 'prompts_with_agent', 'tools_with_agent'],
  ],
]

function sumBy(
  rows: readonly OracleRow[],
  key: string,
  columns: readonly string[],
): ReadonlyMap<Cell | undefined, readonly number[]> {
  const sums = new Map<Cell | undefined, readonly number[]>()
  for (const row of rows) {
    const before = sums.get(row[key])
    sums.set(
      row[key],
      columns.map((column, index) => Number(row[column]) + (before?.[index] ?? 0)),
    )
  }
  return sums
}

test('counts add up over any partition of the events', () => {
  const split = fc.array(fc.tuple(event, fc.integer({ min: 0, max: 2 })), { maxLength: 40 })
  fc.assert(
    fc.property(split, (pairs) => {
      const whole = createOracle(pairs.map(([one]) => one))
      const parts = [0, 1, 2].map((part) =>
        createOracle(pairs.filter(([, side]) => side === part).map(([one]) => one)),
      )
      for (const [relation, key, columns] of additive) {
        const rows = parts.flatMap((part) => part.answer(relation, [], nowUs))
        expect(sumBy(rows, key, columns)).toEqual(
          sumBy(whole.answer(relation, [], nowUs), key, columns),
        )
      }
    }),
  )
})

test('totals of the views agree with the events and with each other', () => {
  fc.assert(
    fc.property(events, (list) => {
      const oracle = createOracle(list)
      const total = (relation: string, column: string): number =>
        oracle.answer(relation, [], nowUs).reduce((sum, row) => sum + Number(row[column]), 0)
      const uses = list.filter((one) => one.source === 'PostToolUse').length
      expect(total('tool_success_rates', 'total_uses')).toBe(uses)
      expect(total('session_intelligence_summary', 'total_tools')).toBeLessThanOrEqual(uses)
      const shares = oracle
        .answer('workflow_pattern_distribution', [], nowUs)
        .map((row) => Number(row['percentage_of_total']))
      const sum = shares.reduce((left, right) => left + right, 0)
      expect(Math.abs(sum - (shares.length === 0 ? 0 : 100))).toBeLessThanOrEqual(
        0.005 * shares.length + 1e-9,
      )
    }),
  )
})
