import type { Cell, OracleRow } from '../oracle/cell.ts'
import { compareText } from '../oracle/order.ts'

/** One key of an ORDER BY. */
export interface OrderKey {
  readonly column: string
  readonly isDescending: boolean
}

/** Reads `column`, `column desc`, or several of them with commas between; `undefined` for anything else. */
export function parseOrder(text: string): readonly OrderKey[] | undefined {
  const matches = text.split(',').map((key) => /^([a-z_]\w*)( asc| desc)?$/.exec(key.trim()))
  const keys = matches.flatMap((match): readonly OrderKey[] =>
    match?.[1] === undefined ? [] : [{ column: match[1], isDescending: match[2] === ' desc' }],
  )
  return keys.length === matches.length ? keys : undefined
}

/**
 * The rows as ORDER BY puts them. A column whose values are all numbers is ordered as numbers, any other by code point, which
 * is right for times as well; nulls are greater than everything.
 */
export function orderRows(
  rows: readonly OracleRow[],
  keys: readonly OrderKey[],
): readonly OracleRow[] {
  const orders = keys.map(({ column, isDescending }) => {
    const isNumber = rows.every((row) => isNumeric(row[column] ?? null))
    const sign = isDescending ? -1 : 1
    return (one: OracleRow, other: OracleRow): number =>
      sign * compareCells(one[column] ?? null, other[column] ?? null, isNumber)
  })
  return rows.toSorted((one, other) => {
    for (const compare of orders) {
      const order = compare(one, other)
      if (order !== 0) return order
    }
    return 0
  })
}

function isNumeric(cell: Cell): boolean {
  return cell === null || (typeof cell === 'string' && /^-?\d+(?:\.\d+)?$/.test(cell))
}

function compareCells(one: Cell, other: Cell, isNumber: boolean): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null)
  return isNumber ? Number(one) - Number(other) : compareText(String(one), String(other))
}
