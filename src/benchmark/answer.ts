import type { Row } from '../database/database.ts'
import type { Cell, OracleRow } from '../oracle.ts'
import { Exact } from '../oracle/exact.ts'
import type { Void } from './result.ts'

/** Compares an answer with the oracle's, rows in order and columns by place. `undefined`: they are the same. */
export function judgeAnswer(
  expected: readonly OracleRow[],
  actual: readonly Row[],
): Void | undefined {
  if (actual.length !== expected.length) {
    return {
      state: 'void',
      fault: 'wrong',
      reason: `returned ${actual.length} rows, expected ${expected.length}`,
      mismatch: { expectedRows: expected.length, actualRows: actual.length },
    }
  }
  for (const [index, row] of actual.entries()) {
    const reason = compareRows(expected[index] ?? {}, row)
    if (reason !== undefined) {
      return { state: 'void', fault: 'wrong', reason: `row ${index + 1}: ${reason}` }
    }
  }
  return undefined
}

function compareRows(expected: OracleRow, actual: Row): string | undefined {
  const cells = Object.entries(expected)
  const values = Object.values(actual)
  if (values.length !== cells.length) {
    return `found ${values.length} columns, expected ${cells.length}`
  }
  for (const [index, [column, cell]] of cells.entries()) {
    if (isSame(cell, values[index])) continue
    return `'${column}' is ${JSON.stringify(values[index])}, expected ${JSON.stringify(cell)}`
  }
  return undefined
}

/** A value as the database returned it: text as printed, or a number where a double holds it. */
function isSame(cell: Cell, value: unknown): boolean {
  if (cell === null || value === null) return cell === value
  if (Array.isArray(value)) {
    return (
      typeof cell !== 'string' &&
      cell.length === value.length &&
      cell.every((item, index) => isSame(item, value[index]))
    )
  }
  if (typeof value !== 'string' && typeof value !== 'number') return false
  const text = String(value)
  return text === cell || canonicalTime(text) === cell || canonicalNumber(text) === cell
}

/** The server's time zone is UTC; what is no time stays as it is. */
function canonicalTime(text: string): string {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\+00$/.exec(text)
  const [, date, time, fraction = ''] = match ?? []
  return match === null ? text : `${date}T${time}.${fraction.padEnd(6, '0')}Z`
}

function canonicalNumber(text: string): string {
  return /^-?\d+(?:\.\d+)?$/.test(text) ? new Exact(text).toString() : text
}
