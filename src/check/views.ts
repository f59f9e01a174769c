import type { Row } from '../database/database.ts'
import { QueryError } from '../errors.ts'
import type { ColumnContract, ViewContract } from '../migration/contract.ts'
import { findColumns } from '../migration/definition.ts'
import { Exact } from '../oracle/exact.ts'
import type { Cell } from '../oracle.ts'
import { compareText } from '../oracle/order.ts'
import { callOfView, compareWithOracle, sqlOfCall } from './answer.ts'
import { canonicalCell, isNumberType } from './cell.ts'
import { type Check, type Outcome, compared, failed, passed } from './check.ts'
import { unexpectedObjects } from './created.ts'
import { type Subject, placeOf } from './subject.ts'

function describeColumns(columns: readonly ColumnContract[]): string {
  return columns.map(({ name, type }) => `${name} ${type}`).join('\n')
}

const definition: Check = {
  id: 'views/columns',
  title: 'Every declared view has its declared columns, in order, of the declared types',
  owes: ({ contract }) => contract.views.length,
  async run(subject) {
    const outcomes: Outcome[] = []
    for (const view of subject.contract.views) {
      const found = await findColumns(subject.database, view.name)
      const place = await placeOf(subject, 'view', view.name)
      outcomes.push(
        compared(
          `${view.name} has its declared columns`,
          describeColumns(view.columns),
          describeColumns(found) || 'no such view',
          place,
        ),
      )
    }
    return outcomes
  },
}

const answers: Check = {
  id: 'views/answers',
  title: 'Every view answers, row by row, what the events alone say',
  owes: ({ contract, oracle }) => (oracle === null ? 0 : contract.views.length),
  async run(subject) {
    const { oracle } = subject
    if (oracle === null) return []
    const outcomes: Outcome[] = []
    for (const view of subject.contract.views) {
      const outcome = await compareWithOracle(subject.database, oracle, callOfView(view), false)
      const place = await placeOf(subject, 'view', view.name)
      outcomes.push(place === undefined ? outcome : { ...outcome, place })
    }
    return outcomes
  },
}

const order: Check = {
  id: 'views/order',
  title: 'Every view returns its rows in its declared order, which is total',
  owes: ({ contract }) => contract.views.filter((view) => view.order.length > 0).length,
  async run(subject) {
    const outcomes: Outcome[] = []
    for (const view of subject.contract.views) {
      if (view.order.length > 0) outcomes.push(await judgeOrder(subject, view))
    }
    return outcomes
  },
}

async function judgeOrder(subject: Subject, view: ViewContract): Promise<Outcome> {
  const keys = view.order.map(({ column, descending }) => `${column}${descending ? ' desc' : ''}`)
  const title = `${view.name} is ordered by ${keys.join(', ')}`
  const place = await placeOf(subject, 'view', view.name)
  let rows: readonly Row[]
  try {
    rows = await subject.database.query(sqlOfCall(callOfView(view), false))
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    return failed(title, 'rows in order', `refused: ${error.message} (${error.sqlState})`, place)
  }
  for (let index = 1; index < rows.length; index += 1) {
    const [before, after] = [rows[index - 1], rows[index]]
    if (before === undefined || after === undefined) continue
    const sign = compareKeys(view, before, after)
    if (sign < 0) continue
    const [above, below] = [describeKeys(view, before), describeKeys(view, after)]
    const fault = sign === 0 ? 'ties with' : 'comes before'
    return failed(
      title,
      'each row strictly before the next',
      `row ${index} (${above}) ${fault} row ${index + 1} (${below})`,
      place,
    )
  }
  return passed(title, `${rows.length} rows`)
}

function cellOf(view: ViewContract, row: Row, column: string): Cell {
  const type = view.columns.find(({ name }) => name === column)?.type ?? 'text'
  return canonicalCell(row[column] ?? null, type)
}

function compareKeys(view: ViewContract, before: Row, after: Row): number {
  for (const { column, descending } of view.order) {
    const type = view.columns.find(({ name }) => name === column)?.type ?? 'text'
    const sign = compareCells(cellOf(view, before, column), cellOf(view, after, column), type)
    if (sign !== 0) return descending ? -sign : sign
  }
  return 0
}

/** As Postgres sorts: null behind everything. */
function compareCells(left: Cell, right: Cell, type: string): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null)
  if (isNumberType(type)) return new Exact(String(left)).comparedTo(new Exact(String(right)))
  return compareText(String(left), String(right))
}

function describeKeys(view: ViewContract, row: Row): string {
  return view.order.map(({ column }) => JSON.stringify(cellOf(view, row, column))).join(', ')
}

const nothingElse: Check = {
  id: 'views/nothing-else',
  title: 'No view is created that the contract does not declare',
  owes: () => 1,
  run: (subject) => unexpectedObjects(subject, 'view', subject.contract.views),
}

export const viewChecks: readonly Check[] = [definition, answers, order, nothingElse]
