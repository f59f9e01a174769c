import type { OracleRow } from './cell.ts'
import { durationSeconds, meanOf, percentage, sortedOrNull } from './column.ts'
import { Exact } from './exact.ts'
import { Distribution } from './histogram.ts'
import { byWeightThenName, compareText } from './order.ts'
import type { Tally } from './tally.ts'
import { formatTimestamp } from './timestamp.ts'

const highScore = '0.8'
const lowScore = '0.5'
const leastScored = 3

/** `session_intelligence_summary`, by session id. */
export function summarizeSessions(tally: Tally): readonly OracleRow[] {
  return byWeightThenName(tally.sessions, () => 0).map(([id, session]) => ({
    session_id: id,
    session_start: formatTimestamp(session.firstUs),
    session_end: formatTimestamp(session.lastUs),
    duration_seconds: durationSeconds(session),
    total_prompts: String(session.prompts),
    total_tools: String(session.toolUses),
    unique_tools: String(session.tools.length),
    successful_tools: String(session.fullSuccesses),
    agents_used: sortedOrNull(session.agents),
    workflow_pattern: session.pattern,
  }))
}

/** `tool_success_rates`, most used first, then by name. */
export function rateTools(tally: Tally): readonly OracleRow[] {
  return byWeightThenName(tally.tools, (tool) => tool.times.length).map(([name, tool]) => {
    const scores = new Distribution(tool.scores)
    return {
      tool_name: name,
      total_uses: String(tool.times.length),
      successful_uses: String(tool.fullSuccesses),
      partial_success_uses: String(tool.partialSuccesses),
      failed_uses: String(tool.failures),
      success_rate_pct: percentage(tool.fullSuccesses, tool.times.length),
      avg_quality_score: scores.mean(3),
      min_quality_score: scores.quartile(0, 3),
      max_quality_score: scores.quartile(4, 3),
      first_used: formatTimestamp(tool.firstUs),
      last_used: formatTimestamp(tool.lastUs),
    }
  })
}

/** `workflow_pattern_distribution`, most frequent first, then by pattern. */
export function distributePatterns(tally: Tally): readonly OracleRow[] {
  const total = Array.from(tally.patterns.values()).reduce((sum, ends) => sum + ends.length, 0)
  return byWeightThenName(tally.patterns, (ends) => ends.length).map(([pattern, ends]) => ({
    workflow_pattern: pattern,
    session_count: String(ends.length),
    avg_prompts_per_session: meanOf(ends, (end) => end.prompts),
    avg_tools_per_session: meanOf(ends, (end) => end.tools),
    avg_duration_seconds: meanOf(ends, (end) => end.durationSeconds),
    percentage_of_total: percentage(ends.length, total),
    first_seen: formatTimestamp(ends.reduce((least, end) => Math.min(least, end.atUs), Infinity)),
    last_seen: formatTimestamp(ends.reduce((most, end) => Math.max(most, end.atUs), -Infinity)),
  }))
}

/** `agent_usage_patterns`, most detected first, then by name. */
export function profileAgents(tally: Tally): readonly OracleRow[] {
  return byWeightThenName(tally.agents, (agent) => agent.detections).map(([name, agent]) => ({
    agent_name: name,
    detection_count: String(agent.detections),
    unique_sessions: String(agent.sessions),
    detected_in_sources: sortedOrNull(agent.sources),
    first_detected: formatTimestamp(agent.firstUs),
    last_detected: formatTimestamp(agent.lastUs),
    prompts_with_agent: String(agent.prompts),
    tools_with_agent: String(agent.toolUses),
  }))
}

/** `quality_metrics_summary`: tools with at least three scores, best rounded average first, then by name. */
export function summarizeQuality(tally: Tally): readonly OracleRow[] {
  return Array.from(tally.tools)
    .map(([name, tool]) => ({ name, scores: new Distribution(tool.scores) }))
    .filter(({ scores }) => scores.count >= leastScored)
    .map(({ name, scores }) => ({ name, scores, mean: new Exact(scores.mean(3) ?? 0) }))
    .toSorted(
      (left, right) => right.mean.comparedTo(left.mean) || compareText(left.name, right.name),
    )
    .map(({ name, scores, mean }) => ({
      tool_name: name,
      total_executions: String(scores.count),
      avg_quality: mean.toString(),
      stddev_quality: scores.deviation(3),
      median_quality: scores.quartile(2, 3),
      p25_quality: scores.quartile(1, 3),
      p75_quality: scores.quartile(3, 3),
      high_quality_count: String(
        scores.countWhere((score) => score.greaterThanOrEqualTo(highScore)),
      ),
      low_quality_count: String(scores.countWhere((score) => score.lessThan(lowScore))),
    }))
}
