import { describe, expect, test } from 'vitest'
import type { HookEvent, Json } from '../../src/fixture/event.ts'
import { createOracle } from '../../src/oracle.ts'
import { usPerDay, usPerSecond } from '../../src/units.ts'
import { createEvent, originUs } from './event.ts'

// Three days before the origin, and ten before now.
const earlierSeconds = -3 * 86_400
const nextDaySeconds = 86_400
const nowUs = originUs + 7 * usPerDay

function at(
  seconds: number,
  source: string,
  session: string | null,
  payload: Json,
  resourceId = 'none',
): HookEvent {
  return createEvent({
    source,
    resourceId,
    payload,
    metadata: session === null ? {} : { session_id: session },
    createdAtUs: originUs + Math.round(seconds * usPerSecond),
  })
}

function use(outcome: string, score: number | null, agent: string | null = null): Json {
  return {
    success_classification: outcome,
    agent_detected: agent,
    ...(score === null ? {} : { quality_metrics: { quality_score: score } }),
  }
}

// Every expectation below is worked out by hand from these eighteen rows.
const events: readonly HookEvent[] = [
  at(0, 'SessionStart', 's-a', {}),
  at(10, 'UserPromptSubmit', 's-a', { agent_detected: 'reviewer' }),
  at(11, 'PreToolUse', 's-a', {}, 'Read'),
  at(12, 'PostToolUse', 's-a', use('full_success', 0.9), 'Read'),
  at(20, 'PostToolUse', 's-a', use('partial_success', 0.6), 'Bash'),
  at(30, 'PostToolUse', 's-a', use('failure', 0.3, 'builder'), 'Read'),
  at(40, 'UserPromptSubmit', 's-a', { agent_detected: null }),
  at(50, 'Stop', 's-a', { completion_status: 'completed' }),
  at(60, 'Stop', 's-a', { completion_status: 'interrupted' }),
  at(70, 'Stop', 's-a', { completion_status: 'completed' }),
  at(90.500001, 'SessionEnd', 's-a', {
    workflow_pattern: 'debugging',
    duration_seconds: 90,
    total_prompts: 2,
    total_tools: 3,
  }),
  at(nextDaySeconds, 'UserPromptSubmit', 's-b', { agent_detected: 'reviewer' }),
  at(nextDaySeconds + 1, 'PostToolUse', 's-b', use('full_success', 0.85), 'Read'),
  at(nextDaySeconds + 2, 'PostToolUse', 's-b', use('full_success', null), 'Read'),
  at(nextDaySeconds + 10, 'SessionEnd', 's-b', {
    workflow_pattern: 'exploration',
    duration_seconds: 11,
    total_prompts: 1,
    total_tools: 2,
  }),
  at(earlierSeconds, 'PostToolUse', null, use('full_success', 0.45), 'Read'),
  at(earlierSeconds + 5, 'SessionEnd', null, {
    workflow_pattern: 'debugging',
    duration_seconds: 33.5,
    total_tools: 4,
  }),
  at(earlierSeconds + 6, 'Notification', null, { agent_detected: 'reviewer' }),
]
const oracle = createOracle(events)

describe('the views', () => {
  test('session_intelligence_summary: a row a session, the rows without one left out', () => {
    expect(oracle.answer('session_intelligence_summary', [], nowUs)).toEqual([
      {
        session_id: 's-a',
        session_start: '2026-01-05T09:00:00.000000Z',
        session_end: '2026-01-05T09:01:30.500001Z',
        duration_seconds: '90.500001',
        total_prompts: '2',
        total_tools: '3',
        unique_tools: '2',
        successful_tools: '1',
        agents_used: ['builder', 'reviewer'],
        workflow_pattern: 'debugging',
      },
      {
        session_id: 's-b',
        session_start: '2026-01-06T09:00:00.000000Z',
        session_end: '2026-01-06T09:00:10.000000Z',
        duration_seconds: '10',
        total_prompts: '1',
        total_tools: '2',
        unique_tools: '1',
        successful_tools: '2',
        agents_used: ['reviewer'],
        workflow_pattern: 'exploration',
      },
    ])
  })

  test('tool_success_rates: Read 4 of 5, mean (0.9 + 0.3 + 0.85 + 0.45) ÷ 4', () => {
    expect(oracle.answer('tool_success_rates', [], nowUs)).toEqual([
      {
        tool_name: 'Read',
        total_uses: '5',
        successful_uses: '4',
        partial_success_uses: '0',
        failed_uses: '1',
        success_rate_pct: '80',
        avg_quality_score: '0.625',
        min_quality_score: '0.3',
        max_quality_score: '0.9',
        first_used: '2026-01-02T09:00:00.000000Z',
        last_used: '2026-01-06T09:00:02.000000Z',
      },
      {
        tool_name: 'Bash',
        total_uses: '1',
        successful_uses: '0',
        partial_success_uses: '1',
        failed_uses: '0',
        success_rate_pct: '0',
        avg_quality_score: '0.6',
        min_quality_score: '0.6',
        max_quality_score: '0.6',
        first_used: '2026-01-05T09:00:20.000000Z',
        last_used: '2026-01-05T09:00:20.000000Z',
      },
    ])
  })

  test('workflow_pattern_distribution: absent numbers left out, (90 + 33.5) ÷ 2 = 61.75 up to 61.8', () => {
    expect(oracle.answer('workflow_pattern_distribution', [], nowUs)).toEqual([
      {
        workflow_pattern: 'debugging',
        session_count: '2',
        avg_prompts_per_session: '2',
        avg_tools_per_session: '3.5',
        avg_duration_seconds: '61.8',
        percentage_of_total: '66.67',
        first_seen: '2026-01-02T09:00:05.000000Z',
        last_seen: '2026-01-05T09:01:30.500001Z',
      },
      {
        workflow_pattern: 'exploration',
        session_count: '1',
        avg_prompts_per_session: '1',
        avg_tools_per_session: '2',
        avg_duration_seconds: '11',
        percentage_of_total: '33.33',
        first_seen: '2026-01-06T09:00:10.000000Z',
        last_seen: '2026-01-06T09:00:10.000000Z',
      },
    ])
  })

  test('agent_usage_patterns: any source counts, sessions only where there is one', () => {
    expect(oracle.answer('agent_usage_patterns', [], nowUs)).toEqual([
      {
        agent_name: 'reviewer',
        detection_count: '3',
        unique_sessions: '2',
        detected_in_sources: ['Notification', 'UserPromptSubmit'],
        first_detected: '2026-01-02T09:00:06.000000Z',
        last_detected: '2026-01-06T09:00:00.000000Z',
        prompts_with_agent: '2',
        tools_with_agent: '0',
      },
      {
        agent_name: 'builder',
        detection_count: '1',
        unique_sessions: '1',
        detected_in_sources: ['PostToolUse'],
        first_detected: '2026-01-05T09:00:30.000000Z',
        last_detected: '2026-01-05T09:00:30.000000Z',
        prompts_with_agent: '0',
        tools_with_agent: '1',
      },
    ])
  })

  // Read: 0.3 0.45 0.85 0.9 · squared deviations sum to 0.2625, ÷ 3 = 0.0875, root 0.29580… · quarter places 0.75, 1.5
  // and 2.25: 0.3 + 0.75·0.15 = 0.4125, (0.45 + 0.85) ÷ 2 = 0.65, 0.85 + 0.25·0.05 = 0.8625, both halves up.
  test('quality_metrics_summary: only Read has three scores', () => {
    expect(oracle.answer('quality_metrics_summary', [], nowUs)).toEqual([
      {
        tool_name: 'Read',
        total_executions: '4',
        avg_quality: '0.625',
        stddev_quality: '0.296',
        median_quality: '0.65',
        p25_quality: '0.413',
        p75_quality: '0.863',
        high_quality_count: '2',
        low_quality_count: '2',
      },
    ])
  })

  test('columns come in the documented order', () => {
    const [row = {}] = oracle.answer('quality_metrics_summary', [], nowUs)
    expect(Object.keys(row)).toEqual([
      'tool_name',
      'total_executions',
      'avg_quality',
      'stddev_quality',
      'median_quality',
      'p25_quality',
      'p75_quality',
      'high_quality_count',
      'low_quality_count',
    ])
  })
})

describe('the functions', () => {
  test('get_session_stats', () => {
    expect(oracle.answer('get_session_stats', ['s-a'], nowUs)).toEqual([
      {
        prompts: '2',
        tools: '3',
        agents: ['builder', 'reviewer'],
        duration_seconds: '90.500001',
        workflow_pattern: 'debugging',
        success_rate: '33.33',
      },
    ])
    expect(oracle.answer('get_session_stats', ['s-b'], nowUs)).toEqual([
      {
        prompts: '1',
        tools: '2',
        agents: ['reviewer'],
        duration_seconds: '10',
        workflow_pattern: 'exploration',
        success_rate: '100',
      },
    ])
  })

  test('get_tool_performance: four in the last seven days, one in the seven before', () => {
    expect(oracle.answer('get_tool_performance', ['Read'], nowUs)).toEqual([
      {
        total_uses: '5',
        success_rate: '80',
        avg_quality: '0.625',
        last_7_days_uses: '4',
        trending: 'increasing',
      },
    ])
  })

  test('get_recent_workflow_patterns: seven days unless told otherwise, equal counts by name', () => {
    const exploration = {
      workflow_pattern: 'exploration',
      session_count: '1',
      avg_duration: '11',
      avg_prompts: '1',
      avg_tools: '2',
    }
    expect(oracle.answer('get_recent_workflow_patterns', [], nowUs)).toEqual([
      {
        workflow_pattern: 'debugging',
        session_count: '1',
        avg_duration: '90',
        avg_prompts: '2',
        avg_tools: '3',
      },
      exploration,
    ])
    expect(oracle.answer('get_recent_workflow_patterns', [30], nowUs)).toEqual([
      {
        workflow_pattern: 'debugging',
        session_count: '2',
        avg_duration: '61.8',
        avg_prompts: '2',
        avg_tools: '3.5',
      },
      exploration,
    ])
  })

  // s-a: 40·1/3 + 40·0.6 + 20·2/3 = 50.666… · s-b: 40·2/2 + 40·0.85 + no Stop = 74
  test.each([
    ['s-a', '50.67'],
    ['s-b', '74'],
    ['s-c', '0'],
    [null, '0'],
  ])('calculate_session_success_score of %s is %s', (session, score) => {
    expect(oracle.answer('calculate_session_success_score', [session], nowUs)).toEqual([
      { calculate_session_success_score: score },
    ])
  })
})
