import { LosslessNumber } from 'lossless-json'
import { describe, expect, test } from 'vitest'
import type { HookEvent, Json } from '../../src/fixture/event.ts'
import { answer, column } from './answer.ts'
import { createEvent, createScore } from './event.ts'

const lossless = (text: string): Json => new LosslessNumber(text)

const meanOf = (...scores: readonly Json[]): unknown =>
  column(
    scores.map((score) => createScore(score)),
    'tool_success_rates',
    'avg_quality_score',
  )[0]

const named = (value: Json): HookEvent =>
  createEvent({
    source: 'SessionEnd',
    payload: { agent_detected: value, workflow_pattern: value },
    metadata: { session_id: value },
  })

describe('hostile values', () => {
  test.each([
    ['text', '0.85'],
    ['N/A', 'N/A'],
    ['empty text', ''],
    ['NaN as text', 'NaN'],
    ['NaN, which JSON writes as null', NaN],
    ['true', true],
    ['null', null],
    ['an array', [0.85]],
    ['an object', { quality_score: 0.85 }],
    ['an object that looks like a number', { value: '0.85', isLosslessNumber: true }],
    ['1e400', lossless('1e400')],
    ['−1e400', lossless('-1e400')],
    ['just above the largest double', lossless('1.7976931348623157000000001e308')],
  ])('%s is no score', (_, value) => {
    expect(meanOf(value)).toBeNull()
    expect(meanOf(value, 0.5)).toBe('0.5')
  })

  test('the largest double is a score, and digits no double holds are kept', () => {
    expect(meanOf(lossless('1.7976931348623157e308'))).toBe(`17976931348623157${'0'.repeat(292)}`)
    expect(meanOf(lossless('0.10000000000000000001'), lossless('0.0009999999999999999'))).toBe(
      '0.05',
    )
    // (0.001 + 10⁻²⁰) ÷ 2 lies above the half, (0.001 − 10⁻²⁰) ÷ 2 below it; in doubles both are the half itself.
    expect(meanOf(lossless('0.00100000000000000001'), 0)).toBe('0.001')
    expect(meanOf(lossless('0.00099999999999999999'), 0)).toBe('0')
  })

  test('0.5, 0.50 and 5e-1 are the same score', () => {
    const events = [0.5, lossless('0.50'), lossless('5e-1')].map((score) => createScore(score))
    expect(column(events, 'quality_metrics_summary', 'stddev_quality')).toEqual(['0'])
    expect(column(events, 'quality_metrics_summary', 'total_executions')).toEqual(['3'])
  })

  test.each([
    ['an array', [{ session_id: 's' }]],
    ['text', 's'],
    ['a number', 5],
    ['a number with digits', lossless('5.0')],
    ['null', null],
  ])('a document that is %s holds no key', (_, document) => {
    const event = createEvent({ source: 'PostToolUse', payload: document, metadata: document })
    expect(answer([event], 'session_intelligence_summary')).toEqual([])
    expect(answer([event], 'agent_usage_patterns')).toEqual([])
    expect(column([event], 'tool_success_rates', 'avg_quality_score')).toEqual([null])
  })

  test.each([
    ['text', 'good'],
    ['an array', [{ quality_score: 0.5 }]],
    ['null', null],
  ])('quality_metrics that is %s holds no score', (_, metrics) => {
    const event = createScore(null, { payload: { quality_metrics: metrics } })
    expect(column([event], 'tool_success_rates', 'avg_quality_score')).toEqual([null])
  })

  test('what an object inherits is not in it', () => {
    const inherited = Object.create({ agent_detected: 'ghost' }) as Json
    expect(answer([createEvent({ payload: inherited })], 'agent_usage_patterns')).toEqual([])
  })

  test('a name that is not text counts under the text that jsonb prints', () => {
    const events = [named(lossless('1.50')), named('1.50'), named(true), named({ b: 1, a: [] })]
    const names = ['1.50', 'true', '{"a": [], "b": 1}']
    expect(column(events, 'agent_usage_patterns', 'agent_name')).toEqual(names)
    expect(column(events, 'workflow_pattern_distribution', 'workflow_pattern')).toEqual(names)
    expect(column(events, 'session_intelligence_summary', 'session_id')).toEqual(names.toSorted())
    expect(column(events, 'agent_usage_patterns', 'detection_count')).toEqual(['2', '1', '1'])
  })

  test('patterns with no number at all have no averages', () => {
    const event = createEvent({
      source: 'SessionEnd',
      payload: {
        workflow_pattern: '',
        duration_seconds: 'long',
        total_prompts: [],
        total_tools: lossless('1e309'),
      },
    })
    expect(answer([event], 'get_recent_workflow_patterns')).toEqual([
      {
        workflow_pattern: '',
        session_count: '1',
        avg_duration: null,
        avg_prompts: null,
        avg_tools: null,
      },
    ])
  })

  test('words outside the vocabulary are uses, but neither success, partial nor failure', () => {
    const events = ['failed', 'FULL_SUCCESS', 'partial'].map((outcome) =>
      createScore(null, { payload: { success_classification: outcome } }),
    )
    expect(answer(events, 'tool_success_rates')[0]).toMatchObject({
      total_uses: '3',
      successful_uses: '0',
      partial_success_uses: '0',
      failed_uses: '0',
    })
  })

  test('what belongs into the payload counts only there', () => {
    const event = createEvent({
      source: 'PostToolUse',
      metadata: {
        success_classification: 'full_success',
        quality_metrics: { quality_score: 0.9 },
        agent_detected: 'x',
      },
      payload: { session_id: 's' },
    })
    expect(answer([event], 'tool_success_rates')[0]).toMatchObject({
      successful_uses: '0',
      avg_quality_score: null,
    })
    expect(answer([event], 'agent_usage_patterns')).toEqual([])
    expect(answer([event], 'session_intelligence_summary')).toEqual([])
  })
})
