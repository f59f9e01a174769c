import type { Database, Row } from '../database/database.ts'
import { QueryError } from '../errors.ts'
import type { ColumnContract, FunctionContract, ViewContract } from '../migration/contract.ts'
import { quoteName } from '../migration/object-name.ts'
import type { Cell, Oracle, OracleRow } from '../oracle.ts'
import { canonicalCell } from './cell.ts'
import { type Outcome, failed, passed } from './check.ts'

/** How many differing rows a finding shows: the first tells what is wrong, the third that it is not alone. */
const shownRows = 3

/** A view, or a function called with arguments. */
export interface Call {
  readonly relation: string
  readonly columns: readonly ColumnContract[]
  readonly args: readonly unknown[]
}

export function callOfView(view: ViewContract): Call {
  return { relation: view.name, columns: view.columns, args: [] }
}

export function callOfFunction(declared: FunctionContract, args: readonly unknown[]): Call {
  return { relation: declared.name, columns: declared.columns, args }
}

/** `get_session_stats('S-1')`: how a call reads in a title. */
export function describeCall({ relation, args }: Call, isFunction: boolean): string {
  if (!isFunction) return relation
  const shown = args.map((arg) => (typeof arg === 'string' ? `'${arg}'` : String(arg)))
  return `${relation}(${shown.join(', ')})`
}

/** The statement that makes a call, with placeholders for its arguments. */
export function sqlOfCall({ relation, args }: Call, isFunction: boolean): string {
  if (!isFunction) return `select * from ${quoteName(relation)}`
  const placeholders = args.map((_, index) => `$${index + 1}`)
  return `select * from ${quoteName(relation)}(${placeholders.join(', ')})`
}

/**
 * Makes the call and compares every row, in order, with the oracle's. Both see the same now(): the transaction's. What the
 * server refuses is a wrong answer, not a failure to look.
 */
export async function compareWithOracle(
  database: Database,
  oracle: Oracle,
  call: Call,
  isFunction: boolean,
): Promise<Outcome> {
  const name = describeCall(call, isFunction)
  const title = `${name} answers as the events say`
  try {
    return await database.transaction(async (transaction) => {
      const [clock] = await transaction.query<{ now_us: number }>(
        `select (extract(epoch from now()) * 1000000)::bigint as now_us`,
      )
      const rows = await transaction.query(sqlOfCall(call, isFunction), call.args)
      const expected = oracle.answer(call.relation, call.args, clock?.now_us ?? 0)
      return compareRows(title, call.columns, expected, rows)
    })
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    return failed(title, 'an answer', `refused: ${error.message} (${error.sqlState})`)
  }
}

/** Every row, in order, with what was expected; only the rows and columns that differ are shown. */
export function compareRows(
  title: string,
  columns: readonly ColumnContract[],
  expected: readonly OracleRow[],
  rows: readonly Row[],
): Outcome {
  const actual = rows.map((row) => canonicalRow(row, columns))
  const length = Math.max(expected.length, actual.length)
  const wrong: { expected: string; actual: string }[] = []
  for (let index = 0; index < length; index += 1) {
    const [wanted, found] = [expected[index], actual[index]]
    if (JSON.stringify(wanted) === JSON.stringify(found)) continue
    wrong.push({
      expected: describeRow(index, wanted, found),
      actual: describeRow(index, found, wanted),
    })
  }
  if (wrong.length === 0) return passed(title, `${rows.length} rows, ${columns.length} columns`)
  const more = wrong.length > shownRows ? [`… ${wrong.length} of ${length} rows differ`] : []
  const shown = wrong.slice(0, shownRows)
  return failed(
    title,
    [...shown.map((row) => row.expected), ...more].join('\n'),
    [...shown.map((row) => row.actual), ...more].join('\n'),
  )
}

/** The declared columns, canonical; a column that is not there is undefined in JSON and so differs from any cell. */
export function canonicalRow(row: Row, columns: readonly ColumnContract[]): OracleRow {
  const cells: [string, Cell][] = columns
    .filter(({ name }) => row[name] !== undefined)
    .map(({ name, type }) => [name, canonicalCell(row[name], type)])
  return Object.fromEntries(cells)
}

/** The first column, which names the row, and the columns that differ from the other side. */
function describeRow(
  index: number,
  row: OracleRow | undefined,
  other: OracleRow | undefined,
): string {
  if (row === undefined) return `row ${index + 1}: none`
  const cells = Object.entries(row).filter(
    ([name, cell], column) =>
      column === 0 || other === undefined || JSON.stringify(cell) !== JSON.stringify(other[name]),
  )
  const text = cells.map(([name, cell]) => `${name} = ${JSON.stringify(cell)}`).join(', ')
  return `row ${index + 1}: ${text}`
}
