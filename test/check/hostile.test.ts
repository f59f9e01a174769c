import { describe, expect, test } from 'vitest'
import type { Outcome, ScratchCheck } from '../../src/check/check.ts'
import { hostileRows } from '../../src/check/hostile-row.ts'
import { hostileWrites } from '../../src/check/hostile-write.ts'
import { metamorphic } from '../../src/check/metamorphic.ts'
import { randomHostileRows, randomSets } from '../../src/check/random-event.ts'
import type { Effort, Setting } from '../../src/check/subject.ts'
import { chooseFixture } from '../../src/fixture/source.ts'
import { loadMigrations } from '../../src/migration/migration.ts'
import { createOracle } from '../../src/oracle.ts'
import { someOfEach, isAll } from '../amount.ts'
import { type MigrationCopy, copyMigrations, files } from '../migration-copy.ts'
import { workbench } from './workbench.ts'

const { up } = files

async function settingOf(directory?: string, effort: Effort = 'standard'): Promise<Setting> {
  const migrations = await loadMigrations(directory)
  return {
    workbench,
    migrations,
    contract: migrations.contract,
    oracle: createOracle([]),
    fixture: chooseFixture({ endUs: 0 }),
    effort,
    seed: '1',
  }
}

async function judge(
  check: ScratchCheck,
  plant: (copy: MigrationCopy) => Promise<MigrationCopy>,
): Promise<readonly Extract<Outcome, { status: 'failed' }>[]> {
  await using copy = await copyMigrations()
  await plant(copy)
  const setting = await settingOf(copy.directory)
  const outcomes = await check.run(setting)
  expect(outcomes.length).toBeGreaterThanOrEqual(check.owes(setting))
  return outcomes.filter((outcome) => outcome.status === 'failed')
}

/** The rows of the INSERT that a finding prints. */
function countRows(actual: string): number {
  return actual.match(/^ {2}\('00000000-/gm)?.length ?? 0
}

interface Defect {
  readonly title: string
  readonly what: string | RegExp
  readonly by: string
  readonly check: ScratchCheck
  /** What a finding's title must say, and what else the findings must. */
  readonly says: readonly string[]
  /** The most rows that this finding shows. */
  readonly rows: number
}

const castScore = `(payload -> 'quality_metrics' ->> 'quality_score')::numeric`
const qualityIndex =
  /(create index idx_hook_events_quality on hook_events \(resource_id, )created_at desc\)/

const defects: readonly Defect[] = [
  {
    title: 'a view casts whatever is there: one row takes it down',
    what: /case when jsonb_typeof\(found\) = 'number' then\s+case when abs\(found::numeric\) <= 1\.7976931348623157e308 then found::numeric end\s+end as score/,
    by: 'found::numeric as score',
    check: hostileRows,
    says: ['tool_success_rates', 'cannot cast jsonb string to type numeric', '"N/A"'],
    rows: 1,
  },
  {
    title: 'an index casts: the migration stops at a row that was there before',
    what: qualityIndex,
    by: `$1(${castScore}))`,
    check: hostileRows,
    says: ['The migrations apply', 'invalid input syntax for type numeric', '"N/A"'],
    rows: 1,
  },
  {
    title: 'an index casts: a write that was accepted is refused',
    what: qualityIndex,
    by: `$1(${castScore}))`,
    check: hostileWrites,
    says: [
      'INSERT',
      'Without idx_hook_events_quality',
      'quality_score is "N/A": refused',
      'accepted',
    ],
    rows: 3,
  },
  {
    title: 'an index holds a text of any length',
    what: /left\(payload ->> 'agent_detected', 64\)\)/,
    by: `(payload ->> 'agent_detected'))`,
    check: hostileWrites,
    says: ['INSERT', 'Without idx_hook_events_agent', '3000 characters of noise', 'maximum'],
    rows: 3,
  },
  {
    title: 'an index holds a thousand characters, whatever they take',
    what: /left\(payload ->> 'agent_detected', 64\)\)/,
    by: `left(payload ->> 'agent_detected', 1000))`,
    check: hostileWrites,
    says: ['INSERT', 'Without idx_hook_events_agent', 'four bytes each', 'maximum'],
    rows: 3,
  },
  {
    title: 'an index holds three texts of 255 characters, whatever they take',
    what: 'on hook_events (source, created_at desc)',
    by: 'on hook_events (action, resource, resource_id)',
    check: hostileWrites,
    says: ['INSERT', 'Without idx_hook_events_created_source', 'every text of the row', 'maximum'],
    rows: 3,
  },
  {
    title: 'no days are so many that the end of time is recent',
    what: `and p_days is not null`,
    by: `and true`,
    check: hostileRows,
    says: ['get_recent_workflow_patterns', '(null)', 'a SessionEnd at infinity'],
    rows: 1,
  },
  {
    title: 'as many days as there can be do not reach back to the beginning of time',
    what: `when p_days > 2400000 then '-infinity'`,
    by: `when false then '-infinity'`,
    check: hostileRows,
    says: ['get_recent_workflow_patterns', '(2147483647)', 'a SessionEnd at -infinity'],
    rows: 1,
  },
  {
    title: 'what comes in more days than there can be comes today',
    what: `when p_days < -106000000 then 'infinity'`,
    by: `when false then 'infinity'`,
    check: hostileRows,
    says: ['get_recent_workflow_patterns', '(-2147483648)', 'a SessionEnd at 294276'],
    rows: 1,
  },
  {
    title: 'a number that is infinite counts',
    what: `case when abs(found_prompts::numeric) <= 1.7976931348623157e308`,
    by: `case when true`,
    check: randomHostileRows,
    says: ['workflow_pattern_distribution', 'seed 1, path', 'avg_prompts_per_session'],
    rows: 1,
  },
  {
    title: 'the week begins a microsecond late',
    what: `where created_at >= now() - interval '168 hours') as this_week`,
    by: `where created_at > now() - interval '168 hours') as this_week`,
    check: randomSets,
    says: ['get_tool_performance', 'last_7_days_uses', `interval '-604800000000 microseconds'`],
    rows: 1,
  },
  {
    title: 'the span of days begins a microsecond late',
    what: 'and created_at >= case',
    by: 'and created_at > case',
    check: randomSets,
    says: ['get_recent_workflow_patterns(0)', 'row 1: none', 'now()'],
    rows: 1,
  },
  {
    title: 'a percentile is one of the values',
    what: 'round(p25_below + (p25_above - p25_below) * ((total_executions - 1) * 0.25 % 1), 3)',
    by: 'round(p25_below, 3)',
    check: randomSets,
    says: ['quality_metrics_summary', 'p25_quality'],
    rows: 4,
  },
  {
    title: 'tools are counted twice',
    what: 'count(distinct used)',
    by: 'count(used)',
    check: randomSets,
    says: ['session_intelligence_summary', 'unique_tools = "1"', 'unique_tools = "2"'],
    rows: 2,
  },
  {
    title: 'a mean is rounded twice',
    what: 'round((sum(score) + 0e-30) / count(score), 3) as avg_quality_score',
    by: 'round(round((sum(score) + 0e-30) / count(score), 4), 3) as avg_quality_score',
    check: randomSets,
    says: ['tool_success_rates', 'avg_quality_score'],
    rows: 3,
  },
  {
    title: 'events without a session are a session',
    what: 'count(distinct session_id) as unique_sessions',
    by: `count(distinct coalesce(session_id, '')) as unique_sessions`,
    check: randomSets,
    says: ['agent_usage_patterns', 'unique_sessions = "0"', 'unique_sessions = "1"'],
    rows: 1,
  },
  {
    title: 'a list is in another order',
    what: 'array_agg(distinct source collate "C") collate "default"',
    by: 'array_agg(distinct source collate "C" order by source collate "C" desc) collate "default"',
    check: randomSets,
    says: ['agent_usage_patterns', 'detected_in_sources'],
    rows: 2,
  },
  {
    title: 'two relations are wrong: neither hides the other',
    what: /count\(\*\) as (total_uses|detection_count)/g,
    by: 'count(*) + 1 as $1',
    check: randomSets,
    says: ['tool_success_rates', 'agent_usage_patterns'],
    rows: 1,
  },
  {
    title: 'the first row wins',
    what: 'max(pattern)',
    by: '(array_agg(pattern) filter (where pattern is not null))[1]',
    check: metamorphic,
    says: ['the order in which rows were written', 'session_intelligence_summary'],
    rows: 4,
  },
  {
    title: 'another hook counts, too',
    what: /(\) as checked\s+)where source = 'PostToolUse'/,
    by: `$1where source in ('PostToolUse', 'PreToolUse')`,
    check: metamorphic,
    says: ['events of other hooks', 'tool_success_rates'],
    rows: 5,
  },
]

function plantDoubleCount(copy: MigrationCopy): Promise<MigrationCopy> {
  return copy.replace(up, 'count(distinct used)', 'count(used)')
}

describe('a planted defect is found, with the rows that show it', () => {
  test.each(someOfEach(defects, ({ check }) => check.id))(
    '$title',
    async ({ what, by, check, says, rows }) => {
      const failures = await judge(check, (copy) => copy.replace(up, what, by))
      const told = failures
        .map(({ title, expected, actual }) => `${title}\n${expected}\n${actual}`)
        .join('\n')
      for (const one of says) expect(told).toContain(one)
      expect(told).toContain('insert into hook_events (id, ')
      const named = failures.find((failure) => failure.title.includes(says[0] ?? ''))
      expect(countRows(named?.actual ?? '')).toBeLessThanOrEqual(rows)
      expect(failures.map(({ place }) => place?.file)).toContain(up)
    },
  )

  test('what a finding prints can be pasted and shows the same, and the seed finds it again', async () => {
    const failures = await judge(randomSets, plantDoubleCount)
    expect(await judge(randomSets, plantDoubleCount)).toEqual(failures)
    const [{ actual } = { actual: '' }] = failures
    const database = await workbench.database()
    await database.execute(actual.slice(actual.indexOf('insert into')))
    const [row] = await database.query('select unique_tools from session_intelligence_summary')
    expect(Number(row?.['unique_tools'])).toBe(2)
  })
})

const checks = [hostileRows, hostileWrites, randomHostileRows, randomSets, metamorphic]

test.runIf(isAll).each(checks.map((check) => [check.id, check] as const))(
  'our own migrations pass %s, and nothing stays',
  async (_, check) => {
    const setting = await settingOf()
    const outcomes = await check.run(setting)
    expect(outcomes.filter(({ status }) => status !== 'passed')).toEqual([])
    expect(outcomes).toHaveLength(check.owes(setting))
    const [row] = await (
      await workbench.database()
    ).query(
      `select count(*)::integer as statements, current_setting('plan_cache_mode') as mode
       from pg_prepared_statements where name like 'inquiry %'`,
    )
    expect(row).toEqual({ statements: 0, mode: 'auto' })
  },
)

test('where nobody knows the answers, nothing is owed', async () => {
  const setting = { ...(await settingOf()), oracle: null }
  for (const check of checks) {
    expect(check.owes(setting)).toBe(0)
    expect(await check.run(setting)).toEqual([])
  }
})
