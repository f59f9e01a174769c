import { describe, expect, test } from 'vitest'
import type { HookEvent } from '../../src/fixture/event.ts'
import { column } from './answer.ts'
import { createEvent, createScore } from './event.ts'

const use = (tool: string): HookEvent =>
  createEvent({ source: 'PostToolUse', resourceId: tool, payload: { agent_detected: tool } })

const end = (pattern: string): HookEvent =>
  createEvent({ source: 'SessionEnd', payload: { workflow_pattern: pattern } })

const scores = (tool: string, values: readonly number[]): HookEvent[] =>
  values.map((value) => createScore(value, { resourceId: tool }))

describe('orders and ties', () => {
  // By code point: Z < a < é < U+FF5A < U+1D11E, though the last one's UTF-16 units are smaller than U+FF5A.
  const names = ['\u{1D11E}', '\uFF5A', 'é', 'a', 'Z', '']
  const sorted = ['', 'Z', 'a', 'é', '\uFF5A', '\u{1D11E}']

  test('equal counts are ordered by name, by code point; more comes first', () => {
    const uses = names.map(use)
    expect(column(uses, 'tool_success_rates', 'tool_name')).toEqual(sorted)
    expect(column(uses, 'agent_usage_patterns', 'agent_name')).toEqual(sorted)
    expect(column([...uses, use('é')], 'tool_success_rates', 'tool_name')[0]).toBe('é')
    expect(column([...uses, use('é')], 'agent_usage_patterns', 'agent_name')[0]).toBe('é')
    const ends = names.map(end)
    for (const relation of ['workflow_pattern_distribution', 'get_recent_workflow_patterns']) {
      expect(column(ends, relation, 'workflow_pattern')).toEqual(sorted)
      expect(column([...ends, end('a')], relation, 'workflow_pattern')[0]).toBe('a')
    }
  })

  test('sessions are ordered by id alone, and the empty id is one', () => {
    const events = names.map((name) => createEvent({ metadata: { session_id: name } }))
    expect(
      column([...events, ...events.slice(0, 2)], 'session_intelligence_summary', 'session_id'),
    ).toEqual(sorted)
  })

  test('agents and sources of a row are distinct and sorted by code point', () => {
    const events = [...names, ...names].map((name) =>
      createEvent({
        source: name,
        payload: { agent_detected: name },
        metadata: { session_id: 's' },
      }),
    )
    expect(column(events, 'session_intelligence_summary', 'agents_used')).toEqual([sorted])
    const sources = names.map((name) =>
      createEvent({ source: name, payload: { agent_detected: 'x' } }),
    )
    expect(column(sources, 'agent_usage_patterns', 'detected_in_sources')).toEqual([sorted])
  })

  test('the pattern of a session is the greatest, whichever came last', () => {
    const ends = ['\uFF5A', '\u{1D11E}', 'zz'].map((pattern) =>
      createEvent({
        source: 'SessionEnd',
        payload: { workflow_pattern: pattern },
        metadata: { session_id: 's' },
      }),
    )
    const stray = createEvent({
      payload: { workflow_pattern: '\u{1F600}' },
      metadata: { session_id: 's' },
    })
    expect(column([...ends, stray], 'session_intelligence_summary', 'workflow_pattern')).toEqual([
      '\u{1D11E}',
    ])
  })

  test('quality is ordered by the rounded average, then by name', () => {
    const events = [
      ...scores('b', [0.7, 0.7, 0.7004]),
      ...scores('a', [0.7, 0.7, 0.7001]),
      ...scores('c', [0.9, 0.9, 0.9]),
    ]
    expect(column(events, 'quality_metrics_summary', 'tool_name')).toEqual(['c', 'a', 'b'])
  })
})
