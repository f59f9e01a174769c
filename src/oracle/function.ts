import { HarnessError } from '../errors.ts'
import { usPerDay } from '../units.ts'
import type { OracleRow } from './cell.ts'
import { durationSeconds, meanOf, percentage, sortedOrNull } from './column.ts'
import { Exact, roundQuotient } from './exact.ts'
import { Distribution } from './histogram.ts'
import { byWeightThenName } from './order.ts'
import { totalOf } from './sum.ts'
import type { SessionTally, Tally } from './tally.ts'

/** The arguments of a call, as they would be bound to a statement. */
type CallArguments = readonly unknown[]

const defaultDays = 7

/** The argument as text; null, as SQL compares it, equals nothing. */
function textArgument(args: CallArguments): string | null {
  const [value] = args
  if (typeof value === 'string' || value === null) return value
  throw new HarnessError(
    'E_ORACLE_ARGUMENT',
    `Argument ${JSON.stringify(args)}: expected one text or null`,
  )
}

function daysArgument(args: CallArguments): number | null {
  const value = args.length === 0 ? defaultDays : args[0]
  if (value === null || Number.isInteger(value)) return value as number | null
  throw new HarnessError(
    'E_ORACLE_ARGUMENT',
    `Argument ${JSON.stringify(args)}: expected a whole number of days or null`,
  )
}

function find<V>(map: ReadonlyMap<string, V>, key: string | null): V | undefined {
  return key === null ? undefined : map.get(key)
}

const unknownSession: OracleRow = {
  prompts: '0',
  tools: '0',
  agents: null,
  duration_seconds: null,
  workflow_pattern: null,
  success_rate: null,
}

function describeSession(session: SessionTally): OracleRow {
  return {
    prompts: String(session.prompts),
    tools: String(session.toolUses),
    agents: sortedOrNull(session.agents),
    duration_seconds: durationSeconds(session),
    workflow_pattern: session.pattern,
    success_rate: percentage(session.fullSuccesses, session.toolUses),
  }
}

/** `get_session_stats(p_session_id)`: one row. */
export function answerSessionStats(tally: Tally, args: CallArguments): readonly OracleRow[] {
  const session = find(tally.sessions, textArgument(args))
  return [session === undefined ? unknownSession : describeSession(session)]
}

/** More or less than before; equal, nothing at all included, is stable. */
function describeTrend(recent: number, before: number): string {
  if (recent === before) return 'stable'
  return recent > before ? 'increasing' : 'decreasing'
}

/** `get_tool_performance(p_tool_name)`: one row; a week is 7 · 24 hours before now, its start included. */
export function answerToolPerformance(
  tally: Tally,
  args: CallArguments,
  nowUs: number,
): readonly OracleRow[] {
  const tool = find(tally.tools, textArgument(args))
  const weekAgoUs = nowUs - 7 * usPerDay
  const recent = tool?.times.countBetween(weekAgoUs, Infinity) ?? 0
  const before = tool?.times.countBetween(nowUs - 14 * usPerDay, weekAgoUs) ?? 0
  const uses = tool?.times.length ?? 0
  return [
    {
      total_uses: String(uses),
      success_rate: percentage(tool?.fullSuccesses ?? 0, uses),
      avg_quality: tool === undefined ? null : new Distribution(tool.scores).mean(3),
      last_7_days_uses: String(recent),
      trending: describeTrend(recent, before),
    },
  ]
}

/** `get_recent_workflow_patterns(p_days)`: the SessionEnd events not older than `p_days` · 24 hours, none for null. */
export function answerRecentPatterns(
  tally: Tally,
  args: CallArguments,
  nowUs: number,
): readonly OracleRow[] {
  const days = daysArgument(args)
  if (days === null) return []
  const fromUs = nowUs - days * usPerDay
  const recent = Array.from(
    tally.patterns,
    ([pattern, ends]) => [pattern, ends.filter((end) => end.atUs >= fromUs)] as const,
  ).filter(([, ends]) => ends.length > 0)
  return byWeightThenName(recent, (ends) => ends.length).map(([pattern, ends]) => ({
    workflow_pattern: pattern,
    session_count: String(ends.length),
    avg_duration: meanOf(ends, (end) => end.durationSeconds),
    avg_prompts: meanOf(ends, (end) => end.prompts),
    avg_tools: meanOf(ends, (end) => end.tools),
  }))
}

/**
 * 40 · successes ÷ tool uses + 40 · Σ score ÷ scores + 20 · completed ÷ stops, a part without data 0, rounded once to
 * two decimals and kept within 0 to 100. One fraction over a common denominator: no part is rounded by itself.
 */
function scoreSession(session: SessionTally): string {
  const uses = new Exact(Math.max(session.toolUses, 1))
  const scored = new Exact(Math.max(session.scores.count, 1))
  const stops = new Exact(Math.max(session.stops, 1))
  const success = scored.times(stops).times(session.fullSuccesses).times(40)
  const quality = uses.times(stops).times(totalOf(session.scores)).times(40)
  const completion = uses.times(scored).times(session.completedStops).times(20)
  const score = roundQuotient(
    success.plus(quality).plus(completion),
    uses.times(scored).times(stops),
    2,
  )
  return Exact.max(0, Exact.min(100, score)).toString()
}

/** `calculate_session_success_score(p_session_id)`: one row of one number, 0 for an unknown session. */
export function answerSuccessScore(tally: Tally, args: CallArguments): readonly OracleRow[] {
  const session = find(tally.sessions, textArgument(args))
  return [{ calculate_session_success_score: session === undefined ? '0' : scoreSession(session) }]
}
