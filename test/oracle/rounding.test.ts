import { describe, expect, test } from 'vitest'
import type { Json } from '../../src/fixture/event.ts'
import type { OracleRow } from '../../src/oracle.ts'
import { answer, column } from './answer.ts'
import { createEvent, createScore } from './event.ts'

const quality = (values: readonly Json[]): readonly OracleRow[] =>
  answer(
    values.map((value) => createScore(value)),
    'quality_metrics_summary',
  )

const rounded = (values: readonly number[]): readonly unknown[] =>
  column(
    values.map((value) => createScore(value)),
    'tool_success_rates',
    'avg_quality_score',
  )

const rate = (full: number, other: number): unknown =>
  column(
    [
      ...Array.from({ length: full }, () => 'full_success'),
      ...Array.from({ length: other }, () => 'full success'),
    ].map((outcome) => createScore(null, { payload: { success_classification: outcome } })),
    'tool_success_rates',
    'success_rate_pct',
  )[0]

describe('rounding and percentiles', () => {
  test('two scored events are too few, unscored ones do not help; three are enough', () => {
    expect(quality([0.5, 0.7])).toEqual([])
    expect(quality([0.5, 0.7, null, 'N/A'])).toEqual([])
    // Deviations −0.2, 0, 0.2: 0.08 ÷ 2 = 0.04. Quarter places 0.5 and 1.5.
    expect(quality([0.9, 0.5, 0.7, null])).toEqual([
      {
        tool_name: 'Read',
        total_executions: '3',
        avg_quality: '0.7',
        stddev_quality: '0.2',
        median_quality: '0.7',
        p25_quality: '0.6',
        p75_quality: '0.8',
        high_quality_count: '1',
        low_quality_count: '0',
      },
    ])
  })

  test('0.8 is high, 0.5 is not low, and neither is rounded first', () => {
    const [row] = quality([0.8, 0.7999, 0.5, 0.4999])
    expect(row).toMatchObject({ high_quality_count: '1', low_quality_count: '1' })
  })

  test('halves go away from zero, below zero too', () => {
    expect(rounded([0.0005])).toEqual(['0.001'])
    expect(rounded([-0.0005])).toEqual(['-0.001'])
    expect(rounded([-0.0004])).toEqual(['0'])
    // 1.005 as a double is a little less; as the decimal it was written, half of 2.01 is exactly 1.005.
    expect(rounded([1.0045, 1.0046])).toEqual(['1.005'])
    expect(rounded([0.0004, 0.0005])).toEqual(['0'])
  })

  test('least and greatest are rounded too', () => {
    const events = [0.12345, 0.98765].map((value) => createScore(value))
    expect(column(events, 'tool_success_rates', 'min_quality_score')).toEqual(['0.123'])
    expect(column(events, 'tool_success_rates', 'max_quality_score')).toEqual(['0.988'])
  })

  test('percentages have two decimals: 1 of 8 is 12.5, 1 of 3 is 33.33, 2 of 3 is 66.67', () => {
    expect([rate(1, 7), rate(1, 2), rate(2, 1)]).toEqual(['12.5', '33.33', '66.67'])
  })

  test('the success score is rounded once, not part by part', () => {
    // 40·1/9 + 40·0.1111 + 20·1/9 = 11.11066… ; the parts rounded first, 4.44 + 4.44 + 2.22, give 11.1.
    const metadata = { session_id: 's' }
    const uses = Array.from({ length: 9 }, (_, index) =>
      createEvent({
        source: 'PostToolUse',
        metadata,
        payload: {
          success_classification: index === 0 ? 'full_success' : 'failure',
          quality_metrics: { quality_score: 0.1111 },
        },
      }),
    )
    const stops = Array.from({ length: 9 }, (_, index) =>
      createEvent({
        source: 'Stop',
        metadata,
        payload: { completion_status: index === 0 ? 'completed' : 'complete' },
      }),
    )
    expect(answer([...uses, ...stops], 'calculate_session_success_score', ['s'])).toEqual([
      { calculate_session_success_score: '11.11' },
    ])
  })

  test.each([
    [10, '100'],
    [-10, '0'],
    [1, '40'],
  ])('a session with the only score %d is kept within 0 to 100: %s', (score, expected) => {
    const events = [createScore(score, { metadata: { session_id: 's' } })]
    expect(answer(events, 'calculate_session_success_score', ['s'])).toEqual([
      { calculate_session_success_score: expected },
    ])
  })
})
