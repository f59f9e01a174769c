import type { Database } from '../database/database.ts'
import { type HookEvent, eventColumns } from '../fixture/event.ts'
import { numberId, plainEvent } from '../fixture/event-set.ts'
import { listHostileCases } from '../fixture/hostile-case.ts'
import { hostileEvent } from '../fixture/hostile-event.ts'
import { renderInsert, renderRow, renderUpdate } from '../fixture/insert.ts'
import { blameIndex } from './blame.ts'
import { type Outcome, type Place, type ScratchCheck, failed, passed } from './check.ts'
import { type EventSetting, isEventSetting, onMigrated, tableOf } from './event-setting.ts'
import { findCounterexample } from './property.ts'
import { type Effort, placeOf } from './subject.ts'

const title =
  'Every write of hostile data is accepted after the migrations as before, value for value'

/** Rows that are drawn by chance, besides the fixed catalogue. */
const randomRows: Readonly<Record<Effort, number>> = { quick: 0, standard: 100, thorough: 2_000 }

/** How many rows a finding shows. */
const shownRows = 3

/** Where a copy of the table stands, as it was before the migrations. */
const schema = 'hook_harness_before'

/**
 * Runs a statement that returns one text, and takes back what it did. Left to itself a refused statement would end the
 * transaction; each in a savepoint of its own would be four trips instead of one for hundreds.
 */
const attemptSql = `
create function ${schema}.attempt(statement text) returns text language plpgsql as $$
declare
  stored text;
begin
  execute statement into stored;
  raise exception using errcode = 'HH000', message = coalesce('accepted, stored as ' || stored, 'no row');
exception
  when sqlstate 'HH000' then return sqlerrm;
  when others then return 'refused: ' || sqlerrm || ' (' || sqlstate || ')';
end
$$`

/** The row that an UPDATE turns into a hostile one; no row of the catalogue has its id. */
const plain = plainEvent()

/** A write, to be tried on the table as it was and as it is. */
interface Write {
  readonly title: string
  render(table: string): string
}

interface Refusal {
  readonly write: Write
  readonly before: string
  readonly after: string
}

/** Both tables, side by side. */
class Pair {
  readonly #database: Database
  readonly #before: string
  readonly table: string

  private constructor(database: Database, table: string) {
    this.#database = database
    this.table = table
    this.#before = `${schema}.${table}`
  }

  /** Keeps the table as it is now. Called before the migrations. */
  static async keep(database: Database, table: string): Promise<void> {
    await database.execute(`
      create schema ${schema};
      create table ${schema}.${table} (like ${table} including all)`)
  }

  static async open(database: Database, table: string): Promise<Pair> {
    const pair = new Pair(database, table)
    await database.execute(attemptSql)
    for (const one of [pair.#before, pair.table])
      await database.query(renderInsert(one, [renderRow(plain)]))
    return pair
  }

  /** Those that end otherwise than before. */
  async compare(writes: readonly Write[]): Promise<readonly Refusal[]> {
    const before = await this.#attempt(writes.map((write) => write.render(this.#before)))
    const after = await this.#attempt(writes.map((write) => write.render(this.table)))
    return writes.flatMap((write, index) => {
      const [was = 'nothing', is = 'nothing'] = [before[index], after[index]]
      // A refusal may be worded anew, and names other constraints.
      const isSame = was === is || (was.startsWith('refused') && is.startsWith('refused'))
      return isSame ? [] : [{ write, before: was, after: is }]
    })
  }

  /** The index without which a write ends as it did before. */
  async blame({ write, before }: Refusal): Promise<string | undefined> {
    const indexes = await this.#database.query<{ name: string }>(
      'select indexrelid::regclass::text as name from pg_index where indrelid = $1::regclass and not indisprimary',
      [this.table],
    )
    return blameIndex(
      this.#database,
      indexes.map(({ name }) => name),
      async () => (await this.#attempt([write.render(this.table)]))[0] === before,
    )
  }

  async #attempt(statements: readonly string[]): Promise<readonly string[]> {
    const rows = await this.#database.query<{ outcome: string }>(
      `select ${schema}.attempt(statement) as outcome
       from unnest($1::text[]) with ordinality as statements (statement, place) order by place`,
      [statements.map((statement) => `${statement}\n${storedSql}`)],
    )
    return rows.map(({ outcome }) => outcome)
  }
}

const storedSql = `returning md5(row(${eventColumns.join(', ')})::text)`

/** As a new row, and as the change of one. */
function writesOf(ofTitle: string, row: string): readonly [insert: Write, update: Write] {
  return [
    { title: ofTitle, render: (table) => renderInsert(table, [row]) },
    { title: ofTitle, render: (table) => renderUpdate(table, plain.id, row) },
  ]
}

async function judge(
  setting: EventSetting,
  pair: Pair,
  ofTitle: string,
  refusals: readonly Refusal[],
  looked: number,
  origin?: string,
): Promise<Outcome> {
  const [first] = refusals
  if (first === undefined) return passed(ofTitle, `${looked} rows`)
  const shown = refusals.slice(0, shownRows)
  const index = await pair.blame(first)
  const place: Place | undefined =
    index === undefined ? undefined : await placeOf(setting, 'index', index)
  const because = index === undefined ? [] : [`Without ${index} it ends as before.`]
  const from = origin === undefined ? [] : [`${origin}:`]
  const statements = shown.map(({ write }) => `-- ${write.title}\n${write.render(pair.table)};`)
  const rest = refusals.length - shown.length
  const more = rest === 0 ? [] : [`… and ${rest} more`]
  return failed(
    ofTitle,
    shown.map(({ write, before }) => `${write.title}: ${before}`).join('\n'),
    [
      ...shown.map(({ write, after }) => `${write.title}: ${after}`),
      ...because,
      ...from,
      ...statements,
      ...more,
    ].join('\n'),
    place,
  )
}

async function judgeCatalogue(setting: EventSetting, pair: Pair): Promise<readonly Outcome[]> {
  const cases = listHostileCases()
  const writes = cases.map((one) => writesOf(one.title, one.row))
  const outcomes: Outcome[] = []
  for (const [kind, verb] of ['INSERT', 'UPDATE'].entries()) {
    const refusals = await pair.compare(writes.flatMap((both) => both.slice(kind, kind + 1)))
    outcomes.push(
      await judge(
        setting,
        pair,
        `${verb} of every hostile row ends as before`,
        refusals,
        cases.length,
      ),
    )
  }
  return outcomes
}

async function judgeRandom(setting: EventSetting, pair: Pair): Promise<Outcome> {
  const runs = randomRows[setting.effort]
  const ofTitle = `INSERT and UPDATE of ${runs} rows drawn by chance end as before`
  const compare = (event: HookEvent): Promise<readonly Refusal[]> =>
    pair.compare(writesOf('drawn by chance', renderRow({ ...event, id: numberId(1) })))
  const found = await findCounterexample({
    values: hostileEvent,
    runs,
    seed: setting.seed,
    isVerdictEnough: setting.isVerdictEnough ?? false,
    holds: async (event) => (await compare(event)).length === 0,
  })
  if (found === null) return passed(ofTitle)
  return judge(setting, pair, ofTitle, await compare(found.value), runs, found.origin)
}

/** The catalogue and rows drawn by chance, as INSERT and as UPDATE, on the table as it was and as it is. */
export const hostileWrites: ScratchCheck = {
  id: 'compatibility/hostile-writes',
  title,
  stage: 'scratch',
  owes: (setting) => {
    if (!isEventSetting(setting)) return 0
    return randomRows[setting.effort] === 0 ? 2 : 3
  },
  async run(setting) {
    if (!isEventSetting(setting)) return []
    const table = tableOf(setting)
    return onMigrated(
      setting,
      async (database) => {
        const pair = await Pair.open(database, table)
        const outcomes = await judgeCatalogue(setting, pair)
        return randomRows[setting.effort] === 0
          ? outcomes
          : [...outcomes, await judgeRandom(setting, pair)]
      },
      { owes: this.owes(setting), title, prepare: (database) => Pair.keep(database, table) },
    )
  },
}
