import { HarnessError } from './errors.ts'
import type { HookEvent } from './fixture/event.ts'
import type { OracleRow } from './oracle/cell.ts'
import {
  answerRecentPatterns,
  answerSessionStats,
  answerSuccessScore,
  answerToolPerformance,
} from './oracle/function.ts'
import { Tally, type TallyState } from './oracle/tally.ts'
import {
  distributePatterns,
  profileAgents,
  rateTools,
  summarizeQuality,
  summarizeSessions,
} from './oracle/view.ts'

export type { Cell, OracleRow } from './oracle/cell.ts'
export { tallyVersion, type TallyState } from './oracle/tally.ts'

/** What each view and function must answer, worked out from the events alone: no SQL, no connection. */
export interface Oracle {
  /** How many different session ids there are. */
  readonly sessions: number
  /**
   * The rows of a view, or of a function called with `args` (fewer than it has: its defaults), in the relation's
   * documented order. `nowUs` is the transaction's now(), in microseconds since 1970.
   * @throws {HarnessError} `E_ORACLE_RELATION` for a name it doesn't know, `E_ORACLE_ARGUMENT` for an argument of
   * another type than the function's.
   */
  answer(relation: string, args: readonly unknown[], nowUs: number): readonly OracleRow[]
}

/** Takes events one by one, in any order, and keeps only counts of them. */
export interface OracleBuilder {
  add(event: HookEvent): void
  /** The oracle of the events added until it is asked. */
  build(): Oracle
  /** What `restoreOracle` makes the same oracle from; plain data. */
  state(): TallyState
}

type Answer = (tally: Tally, args: readonly unknown[], nowUs: number) => readonly OracleRow[]

const answers: ReadonlyMap<string, Answer> = new Map<string, Answer>([
  ['session_intelligence_summary', summarizeSessions],
  ['tool_success_rates', rateTools],
  ['workflow_pattern_distribution', distributePatterns],
  ['agent_usage_patterns', profileAgents],
  ['quality_metrics_summary', summarizeQuality],
  ['get_session_stats', answerSessionStats],
  ['get_tool_performance', answerToolPerformance],
  ['get_recent_workflow_patterns', answerRecentPatterns],
  ['calculate_session_success_score', answerSuccessScore],
])

/** The views and functions that an oracle knows. */
export const oracleRelations: readonly string[] = Array.from(answers.keys())

/**
 * An oracle that is fed one event at a time. It keeps some 300 bytes for each session, the tools, agents, different scores
 * and SessionEnd events it met and 8 bytes for each PostToolUse; never a payload.
 */
export function buildOracle(): OracleBuilder {
  const tally = new Tally()
  return {
    add: (event) => {
      tally.add(event)
    },
    build: () => answerFrom(tally),
    state: () => tally.state(),
  }
}

/** The oracle whose builder was asked for its `state`, by this version of the tally. */
export function restoreOracle(state: TallyState): Oracle {
  return answerFrom(new Tally(state))
}

function answerFrom(tally: Tally): Oracle {
  return {
    get sessions() {
      return tally.sessions.size
    },
    answer: (relation, args, nowUs) => {
      const work = answers.get(relation)
      if (work === undefined) {
        throw new HarnessError(
          'E_ORACLE_RELATION',
          `'${relation}': expected a view or function that the oracle knows`,
          { hint: `It knows ${oracleRelations.join(', ')}.` },
        )
      }
      return work(tally, args, nowUs)
    },
  }
}

/** The oracle of all of `events`. */
export function createOracle(events: Iterable<HookEvent>): Oracle {
  const builder = buildOracle()
  for (const event of events) builder.add(event)
  return builder.build()
}
