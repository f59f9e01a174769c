import type { OracleRow } from '../oracle.ts'
import type { Answer, Answers, MetamorphicRelation } from './metamorphic-answer.ts'

/** A function that says what a view says: its columns by the view's names for them. */
interface Twin {
  readonly view: string
  /** The view's column that the argument names; null: the view's rows are the function's, for an endless span of time. */
  readonly name: string | null
  readonly columns: Readonly<Record<string, string>>
  /** What the function returns where the view has no row. */
  readonly none: OracleRow
}

const endlessDays = 2_147_483_647

const twins: Readonly<Record<string, Twin>> = {
  get_session_stats: {
    view: 'session_intelligence_summary',
    name: 'session_id',
    columns: {
      prompts: 'total_prompts',
      tools: 'total_tools',
      agents: 'agents_used',
      duration_seconds: 'duration_seconds',
      workflow_pattern: 'workflow_pattern',
    },
    none: {
      prompts: '0',
      tools: '0',
      agents: null,
      duration_seconds: null,
      workflow_pattern: null,
    },
  },
  get_tool_performance: {
    view: 'tool_success_rates',
    name: 'tool_name',
    columns: {
      total_uses: 'total_uses',
      success_rate: 'success_rate_pct',
      avg_quality: 'avg_quality_score',
    },
    none: { total_uses: '0', success_rate: null, avg_quality: null },
  },
  get_recent_workflow_patterns: {
    view: 'workflow_pattern_distribution',
    name: null,
    columns: {
      workflow_pattern: 'workflow_pattern',
      session_count: 'session_count',
      avg_duration: 'avg_duration_seconds',
      avg_prompts: 'avg_prompts_per_session',
      avg_tools: 'avg_tools_per_session',
    },
    none: {},
  },
}

function pick(row: OracleRow, columns: Readonly<Record<string, string>>): OracleRow {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, row[column] ?? null]),
  )
}

function fromView({ relation, key }: Answer, answers: Answers): readonly OracleRow[] | null {
  const twin = twins[relation]
  const rows = twin === undefined ? undefined : answers.get(twin.view)?.rows
  if (twin === undefined || rows === undefined) return null
  if (twin.name === null)
    return key === endlessDays ? rows.map((row) => pick(row, twin.columns)) : null
  const { name } = twin
  const row = rows.find((one) => one[name] === key)
  return [row === undefined ? twin.none : pick(row, twin.columns)]
}

/** A function and the view over the same rows say the same. */
export const consistent: MetamorphicRelation = {
  title: 'functions say what the views say',
  compare: async (events, ask) => {
    const answers = await ask(events)
    const expected = new Map<string, Answer>()
    const actual = new Map<string, Answer>()
    for (const [call, answer] of answers) {
      const rows = fromView(answer, answers)
      if (rows === null) continue
      const names = Object.keys(twins[answer.relation]?.columns ?? {})
      const same = Object.fromEntries(names.map((name) => [name, name]))
      expected.set(call, { ...answer, rows })
      actual.set(call, { ...answer, rows: answer.rows.map((row) => pick(row, same)) })
    }
    return { expected, actual }
  },
}
