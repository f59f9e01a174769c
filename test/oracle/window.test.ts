import { describe, expect, test } from 'vitest'
import type { HookEvent } from '../../src/fixture/event.ts'
import { usPerDay } from '../../src/units.ts'
import { answer } from './answer.ts'
import { createEvent, createScore, originUs } from './event.ts'

const useAt = (us: number): HookEvent => createScore(0.5, { createdAtUs: us })

const end = (days: number, us = 0): HookEvent =>
  createEvent({
    source: 'SessionEnd',
    createdAtUs: originUs - days * usPerDay + us,
    payload: { workflow_pattern: 'p', total_tools: days },
  })

const recent = (...times: readonly number[]): unknown[] => {
  const [row] = answer(times.map(useAt), 'get_tool_performance', ['Read'])
  return [row?.['last_7_days_uses'], row?.['trending']]
}

describe('windows', () => {
  const week = originUs - 7 * usPerDay
  const fortnight = originUs - 14 * usPerDay

  test('the last seven days begin exactly seven days ago and have no end', () => {
    expect(recent(week)).toEqual(['1', 'increasing'])
    expect(recent(week - 1)).toEqual(['0', 'decreasing'])
    expect(recent(originUs + usPerDay)).toEqual(['1', 'increasing'])
  })

  test('the seven before begin exactly fourteen days ago and end where the last begin', () => {
    expect(recent(fortnight)).toEqual(['0', 'decreasing'])
    expect(recent(fortnight - 1)).toEqual(['0', 'stable'])
    expect(recent(week, week - 1)).toEqual(['1', 'stable'])
    expect(recent(week, week + 1, week - 1)).toEqual(['2', 'increasing'])
    expect(recent(week, week - 1, fortnight)).toEqual(['1', 'decreasing'])
  })

  test('many uses are counted as exactly as one', () => {
    const times = Array.from({ length: 100 }, (_, index) => week + index - 40)
    expect(recent(...times)).toEqual(['60', 'increasing'])
  })

  test.each([
    [[], '2'],
    [[7], '2'],
    [[6], '1'],
    [[0], '1'],
    [[2_147_483_647], '3'],
    [[-1], undefined],
    [[-2_147_483_648], undefined],
    [[null], undefined],
  ])('of ends now, 7 days ago and 1 µs before that, %j days see %s', (args, count) => {
    const rows = answer([end(7), end(7, -1), end(0)], 'get_recent_workflow_patterns', args)
    expect(rows).toHaveLength(count === undefined ? 0 : 1)
    expect(rows[0]?.['session_count']).toBe(count)
  })
})
