import type { Database } from '../database/database.ts'
import { QueryError } from '../errors.ts'
import { type HostileCase, listHostileCases } from '../fixture/hostile-case.ts'
import { renderInsert } from '../fixture/insert.ts'
import { MigrationError } from '../migration/migration-error.ts'
import { applyScript } from '../migration/runner.ts'
import { type Disagreement, disagreementOf, judgeRelation, keysOf, refusalOf } from './agreement.ts'
import { type Outcome, type ScratchCheck, compared, failed, passed, skipped } from './check.ts'
import { type EventSetting, countRelations, isEventSetting, tableOf } from './event-setting.ts'
import { Inquiry } from './inquiry.ts'
import { placeInScripts } from './place-in-scripts.ts'

const applied = 'The migrations apply over rows of hostile JSON'
const unchanged = 'They leave every hostile row as it was'

/** The rows that the table takes, before there is any migration; they stay in it. */
async function loadAccepted(
  database: Database,
  table: string,
  cases: readonly HostileCase[],
): Promise<readonly HostileCase[]> {
  const accepted: HostileCase[] = []
  for (const one of cases) {
    try {
      await database.query(renderInsert(table, [one.row]))
      accepted.push(one)
    } catch (error) {
      if (!(error instanceof QueryError)) throw error
    }
  }
  return accepted
}

/** The first error of the migrations; null: they are applied. */
async function applyAll(
  database: Database,
  { migrations }: EventSetting,
): Promise<MigrationError | null> {
  try {
    for (const script of migrations.forward) await applyScript(database, script)
    return null
  } catch (error) {
    if (error instanceof MigrationError) return error
    throw error
  }
}

/** One row over which the migrations don't apply either: the last of the fewest that stop them. */
async function findCulprit(
  setting: EventSetting,
  table: string,
  cases: readonly HostileCase[],
): Promise<HostileCase | undefined> {
  const isStoppedBy = async (some: readonly HostileCase[]): Promise<boolean> => {
    const database = await setting.workbench.prepare(setting.migrations, { record: false })
    if (some.length > 0)
      await database.query(
        renderInsert(
          table,
          some.map(({ row }) => row),
        ),
      )
    return (await applyAll(database, setting)) !== null
  }
  if (await isStoppedBy([])) return undefined
  let [most, least] = [cases.length, 0]
  while (most - least > 1) {
    const middle = Math.floor((least + most) / 2)
    if (await isStoppedBy(cases.slice(0, middle))) most = middle
    else least = middle
  }
  return cases[most - 1]
}

async function judgeRefusal(
  setting: EventSetting,
  table: string,
  cases: readonly HostileCase[],
  error: MigrationError,
): Promise<readonly Outcome[]> {
  const culprit = await findCulprit(setting, table, cases)
  const row =
    culprit === undefined
      ? 'Without any row, too.'
      : `One such row: ${culprit.title}\n${renderInsert(table, [culprit.row])};`
  return [
    failed(applied, 'applied', `refused: ${error.message}\n${row}`, {
      file: error.file,
      line: error.line,
    }),
    skipped(unchanged, error.message),
    ...[...setting.contract.views, ...setting.contract.functions].map(({ name }) =>
      skipped(titleOf(name), error.message),
    ),
  ]
}

function titleOf(relation: string): string {
  return `${relation} answers over every hostile row`
}

async function digest(database: Database, table: string): Promise<string> {
  const [row] = await database.query<{ rows: number; digest: string }>(
    `select count(*)::integer as rows, md5(string_agg(md5(t::text), '' order by id)) as digest from ${table} as t`,
  )
  return `${row?.rows} rows, ${row?.digest}`
}

/** What each relation answers wrongly over all rows that are there, and the rows it takes to see it. */
async function readBack(
  database: Database,
  table: string,
  inquiry: Inquiry,
  cases: readonly HostileCase[],
): Promise<ReadonlyMap<string, Disagreement & { readonly origin: string }>> {
  const dated = cases.filter(({ isDated }) => isDated)
  const undated = cases.filter(({ isDated }) => !isDated)
  const found = new Map<string, Disagreement & { readonly origin: string }>()
  const add = async (some: readonly HostileCase[], judge: typeof disagreementOf): Promise<void> => {
    const events = some.map(({ event }) => event)
    const replies = await inquiry.ask(null, keysOf(events))
    for (const relation of inquiry.relations) {
      const wrong = found.has(relation) ? null : judge(relation, replies, events)
      if (wrong === null) continue
      const alone = await findAlone(database, table, inquiry, some, relation, judge)
      found.set(relation, alone ?? { ...wrong, origin: 'No row alone shows it.' })
    }
  }
  await add(cases, judgeEnds)
  await inquiry.atOnce(async () => {
    await database.query(`delete from ${table} where id = any ($1::uuid[])`, [
      undated.map(({ event }) => event.id),
    ])
    await add(dated, disagreementOf)
  })
  return found
}

/** Relations that say when something was, or how long it took. */
const timed: ReadonlySet<string> = new Set([
  'session_intelligence_summary',
  'tool_success_rates',
  'workflow_pattern_distribution',
  'agent_usage_patterns',
  'get_session_stats',
])

/** Between the last time that Postgres holds and the end of time, whatever is further away counts as that. */
const roundedDays: ReadonlySet<unknown> = new Set([2_400_001, -106_000_001])

/** For rows at the ends of time, which the oracle can't name but can tell from all others: an answer, and the right rows. */
const judgeEnds: typeof disagreementOf = (relation, { nowUs, relations }, events) => {
  const replies = relations.get(relation)
  if (replies === undefined || replies instanceof QueryError) return refusalOf(replies)
  if (timed.has(relation)) return null
  const exact = replies.filter(({ call }) => !roundedDays.has(call.args[0]))
  return disagreementOf(relation, { nowUs, relations: new Map([[relation, exact]]) }, events)
}

/** The first row that shows it by itself. */
async function findAlone(
  database: Database,
  table: string,
  inquiry: Inquiry,
  cases: readonly HostileCase[],
  relation: string,
  judge: typeof disagreementOf,
): Promise<(Disagreement & { readonly origin: string }) | undefined> {
  return inquiry.atOnce(async () => {
    await database.query(`truncate ${table}`)
    for (const { title, event, row } of cases) {
      const insert = renderInsert(table, [row])
      const wrong = judge(relation, await inquiry.ask(insert, keysOf([event])), [event])
      if (wrong !== null) return { ...wrong, origin: `${title}:\n${insert};` }
    }
    return undefined
  })
}

/** The fixed catalogue, there before the migrations come, and read back through everything they create. */
export const hostileRows: ScratchCheck = {
  id: 'integrity/hostile-rows',
  title: 'Rows of hostile JSON that were there before stop no migration, view or function',
  stage: 'scratch',
  owes: (setting) => (isEventSetting(setting) ? 2 + countRelations(setting) : 0),
  async run(setting) {
    if (!isEventSetting(setting)) return []
    const table = tableOf(setting)
    const database = await setting.workbench.prepare(setting.migrations, { record: false })
    const cases = await loadAccepted(database, table, listHostileCases())
    const before = await digest(database, table)
    const error = await applyAll(database, setting)
    if (error !== null) return judgeRefusal(setting, table, cases, error)
    const after = await digest(database, table)
    await using inquiry = await Inquiry.open(database, setting)
    const wrong = await readBack(database, table, inquiry, cases)
    const outcomes: Outcome[] = [
      passed(applied, `${cases.length} rows`),
      compared(
        unchanged,
        before,
        after,
        await placeInScripts(setting.migrations.forward, [table], 'rows'),
      ),
    ]
    for (const relation of inquiry.relations) {
      const found = wrong.get(relation)
      const title = titleOf(relation)
      outcomes.push(
        found === undefined
          ? passed(title, `${cases.length} rows`)
          : await judgeRelation(setting, relation, title, found),
      )
    }
    return outcomes
  },
}
