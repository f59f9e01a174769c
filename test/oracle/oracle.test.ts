import { describe, expect, test } from 'vitest'
import { HarnessError } from '../../src/errors.ts'
import { buildOracle, createOracle, oracleRelations } from '../../src/oracle.ts'
import { answer } from './answer.ts'
import { createEvent, createScore, originUs } from './event.ts'

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof HarnessError) return error.code
    throw error
  }
  return 'nothing thrown'
}

const zeros = {
  prompts: '0',
  tools: '0',
  agents: null,
  duration_seconds: null,
  workflow_pattern: null,
  success_rate: null,
}
const unused = {
  total_uses: '0',
  success_rate: null,
  avg_quality: null,
  last_7_days_uses: '0',
  trending: 'stable',
}

describe('nothing to tell', () => {
  test('the relations are five views and four functions', () => {
    expect(oracleRelations).toEqual([
      'session_intelligence_summary',
      'tool_success_rates',
      'workflow_pattern_distribution',
      'agent_usage_patterns',
      'quality_metrics_summary',
      'get_session_stats',
      'get_tool_performance',
      'get_recent_workflow_patterns',
      'calculate_session_success_score',
    ])
  })

  test.each(oracleRelations.filter((name) => !/^(?:get|calculate)_/.test(name)))(
    '%s of no events has no row',
    (view) => {
      expect(answer([], view)).toEqual([])
    },
  )

  test.each(['never-seen', null])('the functions of no events, asked for %s', (key) => {
    expect(answer([], 'get_session_stats', [key])).toEqual([zeros])
    expect(answer([], 'get_tool_performance', [key])).toEqual([unused])
    expect(answer([], 'get_recent_workflow_patterns')).toEqual([])
    expect(answer([], 'calculate_session_success_score', [key])).toEqual([
      { calculate_session_success_score: '0' },
    ])
  })

  test('null asks for no session, not for the rows without one nor for one called null', () => {
    const events = [
      createEvent({ source: 'UserPromptSubmit' }),
      createEvent({ source: 'UserPromptSubmit', metadata: { session_id: 'null' } }),
    ]
    expect(answer(events, 'get_session_stats', [null])).toEqual([zeros])
  })

  test('one event is a session of no seconds', () => {
    const events = [createEvent({ metadata: { session_id: 'only' } })]
    expect(answer(events, 'session_intelligence_summary')).toEqual([
      {
        session_id: 'only',
        session_start: '2026-01-05T09:00:00.000000Z',
        session_end: '2026-01-05T09:00:00.000000Z',
        duration_seconds: '0',
        total_prompts: '0',
        total_tools: '0',
        unique_tools: '0',
        successful_tools: '0',
        agents_used: null,
        workflow_pattern: null,
      },
    ])
    expect(answer(events, 'get_session_stats', ['only'])).toEqual([
      { ...zeros, duration_seconds: '0' },
    ])
  })

  test('a name or an argument it does not understand is refused', () => {
    const oracle = createOracle([])
    expect(codeOf(() => oracle.answer('hook_events', [], originUs))).toBe('E_ORACLE_RELATION')
    expect(codeOf(() => oracle.answer('get_session_stats', [], originUs))).toBe('E_ORACLE_ARGUMENT')
    expect(codeOf(() => oracle.answer('get_tool_performance', [7], originUs))).toBe(
      'E_ORACLE_ARGUMENT',
    )
    expect(codeOf(() => oracle.answer('get_recent_workflow_patterns', ['7'], originUs))).toBe(
      'E_ORACLE_ARGUMENT',
    )
  })

  test('a builder answers from what it was given, one by one', () => {
    const builder = buildOracle()
    builder.add(createScore(0.5))
    builder.add(createScore(0.7))
    const rows = builder.build().answer('tool_success_rates', [], originUs)
    expect(rows.map((row) => [row['total_uses'], row['avg_quality_score']])).toEqual([['2', '0.6']])
  })
})
