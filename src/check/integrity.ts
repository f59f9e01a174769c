import { QueryError } from '../errors.ts'
import type { Contract, ViewContract } from '../migration/contract.ts'
import { declaredName } from '../migration/object-name.ts'
import { compareLedgers, listChangedTables } from '../migration/ledger.ts'
import type { Script } from '../migration/script.ts'
import { type Check, type Outcome, compared, failed, passed } from './check.ts'
import { placeInScripts, placeOfWriting } from './place-in-scripts.ts'
import { type Subject, placeOf } from './subject.ts'
import type { Walk } from './walk.ts'

async function judgeTotal(
  subject: Subject,
  view: ViewContract,
  total: ViewContract['totals'][number],
): Promise<Outcome> {
  const title = `${view.name}: ${total.title}`
  const place = await placeOf(subject, 'view', view.name)
  try {
    const [row] = await subject.database.query<{ expected: unknown; actual: unknown }>(total.sql)
    return row === undefined
      ? failed(title, 'one row of expected and actual', 'no row', place)
      : compared(title, String(row.expected), String(row.actual), place)
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    return failed(title, 'a total', `refused: ${error.message} (${error.sqlState})`, place)
  }
}

const totals: Check = {
  id: 'integrity/totals',
  title: 'The views count every event and session of the base table once',
  owes: ({ contract }) => contract.views.reduce((sum, view) => sum + view.totals.length, 0),
  async run(subject) {
    const outcomes: Outcome[] = []
    for (const view of subject.contract.views) {
      for (const total of view.totals) outcomes.push(await judgeTotal(subject, view, total))
    }
    return outcomes
  },
}

/** The ledger after a leg against the one before it; `write` legs change it on purpose. */
async function judgeLedger(
  walk: Walk,
  leg: number,
  title: string,
  scripts: readonly Script[],
): Promise<Outcome> {
  const [before, after] = [walk.stages[leg], walk.stages[leg + 1]]
  if (before === undefined || after === undefined) return notReached(title, walk)
  const differences = compareLedgers(before.ledger, after.ledger)
  const count = before.ledger.reduce((sum, entry) => sum + entry.rows, 0)
  if (differences.length === 0)
    return passed(title, `${count} rows in ${before.ledger.length} tables`)
  const tables = listChangedTables(before.ledger, after.ledger)
  const place =
    placeOfWriting(walk.writings, scripts, tables) ??
    (await placeInScripts(scripts, tables, 'rows'))
  return failed(title, 'every row of every table as before', differences.join('\n'), place)
}

/** A stage that a refused script kept the walk from: the finding of that script says why. */
export function notReached(title: string, { stopped }: Walk): Outcome {
  const expected = 'the walk to get this far'
  if (stopped === null) return failed(title, expected, 'the walk has no such stage')
  const { message, file, line } = stopped.error
  return failed(title, expected, message, { file, line })
}

const rows: Check = {
  id: 'integrity/rows',
  title: 'No row of any table is changed, lost or added, but for what is declared to change',
  owes: ({ contract }) => 4 + rowChanges(contract).length,
  run: async ({ walks, contract, migrations: { forward, backward } }) => {
    const declared = rowChanges(contract)
    const changing = declared.map(({ identity }) => identity)
    const ofRecord = contract.record === null ? [] : [contract.record.table]
    const main = withoutTables(walks.main, changing)
    const back = withoutTables(onlyEarlier(walks.main), [...changing, ...ofRecord])
    const recorded = withoutTables(onlyEarlier(walks.recorded), [...changing, ...ofRecord])
    const judged = await Promise.all([
      judgeLedger(main, 0, 'Migrations and patches leave every row as it was', forward),
      judgeLedger(
        main,
        2,
        'Applied again after the rollback, they leave every row as it was',
        forward,
      ),
      judgeLedger(back, 1, 'The rollback leaves every row as it was', backward),
      judgeLedger(
        recorded,
        2,
        'The rollback keeps rows that were written after the migration',
        backward,
      ),
    ])
    return [...judged, ...declared.map((change) => judgeRowChange(walks.main, change))]
  },
}

function rowChanges({ changes }: Contract): Contract['changes'] {
  return changes.filter(({ kind }) => kind === 'rows')
}

/** A declared change that does not happen is a contract that says what is not so. */
function judgeRowChange(walk: Walk, { identity, reason }: Contract['changes'][number]): Outcome {
  const title = `Rows of ${identity} change`
  const [before, after] = walk.stages
  if (before === undefined || after === undefined) return notReached(title, walk)
  const differs = listChangedTables(before.ledger, after.ledger).includes(identity)
  return differs ? passed(title, reason) : failed(title, `a change: ${reason}`, 'no change')
}

/** Tables that were there at the start: those that a migration makes go with its rollback. */
function onlyEarlier(walk: Walk): Walk {
  const earlier = new Set(walk.stages[0]?.ledger.map(({ table }) => table))
  const stages = walk.stages.map((stage) => ({
    ...stage,
    ledger: stage.ledger.filter(({ table }) => earlier.has(table)),
  }))
  return { ...walk, stages }
}

/** The record's rows come and go with the migrations: other checks look at them. */
function withoutTables(walk: Walk, names: readonly string[]): Walk {
  const stages = walk.stages.map((stage) => ({
    ...stage,
    ledger: stage.ledger.filter(
      ({ table }) => !names.some((name) => table === name || table.endsWith(`.${name}`)),
    ),
  }))
  return { ...walk, stages }
}

const vocabulary: Check = {
  id: 'integrity/vocabulary',
  title: 'No row says what the views do not understand',
  owes: ({ contract }) => contract.vocabulary.length,
  async run({ database, contract }) {
    const outcomes: Outcome[] = []
    for (const { title, sql } of contract.vocabulary) {
      const outside = await database.query<{ value: string | null; rows: number }>(sql)
      const found = outside.map(
        ({ value, rows: count }) => `${JSON.stringify(value)}: ${count} rows`,
      )
      outcomes.push(
        found.length === 0
          ? passed(title)
          : failed(title, 'no row outside of the vocabulary', found.join('\n')),
      )
    }
    return outcomes
  },
}

const loaded: Check = {
  id: 'integrity/loaded',
  title: 'The tables that existed before hold rows that can be lost',
  owes: ({ contract }) => (contract.fixture === null && contract.tables.length === 0 ? 0 : 1),
  async run(subject) {
    const { database, contract, fixture, walks } = subject
    if (contract.fixture === null) return judgeFilled(subject)
    const { events } = fixture.facts
    const [table] = contract.tables
    if (table === undefined) return []
    const entry = walks.main.stages[0]?.ledger.find((one) => one.table.endsWith(`.${table}`))
    const [row] = await database.query<{ name: string | null }>(
      'select to_regclass($1)::text as name',
      [table],
    )
    const title = `${table} holds every row that was sent`
    if (row?.name == null || entry === undefined)
      return [failed(title, `${events} rows`, 'no such table')]
    return events === 0
      ? [failed(title, 'at least one row: no check says anything about an empty table', '0 rows')]
      : [compared(title, `${events} rows`, `${entry.rows} rows`)]
  },
}

/** A migration that loses every row of an empty table is as green as one that loses none. */
function judgeFilled({ contract, walks, workbench, migrations }: Subject): readonly Outcome[] {
  if (contract.tables.length === 0) return []
  const title = 'Tables that existed before hold rows that can be lost'
  const ledger = walks.main.stages[0]?.ledger
  if (ledger === undefined) return [notReached(title, walks.main)]
  const names = new Set(ledger.map(({ table }) => declaredName({ identity: table })))
  const absent = contract.tables.filter((table) => !names.has(table))
  if (absent.length > 0)
    return [
      failed(title, 'every table that the contract says was there', `none: ${absent.join(', ')}`),
    ]
  const full = ledger.filter((entry) => entry.rows > 0)
  const count = full.reduce((sum, entry) => sum + entry.rows, 0)
  const empty = workbench
    .emptyTables(migrations)
    .map(({ table, reason }) => `${table} is empty: ${reason}`)
  const found = [`${count} rows in ${full.length} tables`, ...empty].join('\n')
  return [
    count > 0 ? passed(title, found) : failed(title, 'rows that a base script inserts', found),
  ]
}

export const integrityChecks: readonly Check[] = [loaded, totals, rows, vocabulary]
