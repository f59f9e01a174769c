import { QueryError } from '../errors.ts'
import type { ViewContract } from '../migration/contract.ts'
import { declaredName } from '../migration/object-name.ts'
import { type Check, type Outcome, compared, failed, passed } from './check.ts'
import { notReached } from './not-reached.ts'
import { rows } from './rows.ts'
import { sequences } from './sequences.ts'
import { type Subject, placeOf } from './subject.ts'

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

export const integrityChecks: readonly Check[] = [loaded, totals, rows, sequences, vocabulary]
