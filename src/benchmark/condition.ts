import type { OracleRow } from '../oracle/cell.ts'

const operators = ['=', '>=', '<=', '>', '<'] as const
type Operator = (typeof operators)[number]

/** One comparison of a column, as a WHERE clause has it: the oracle's rows are kept or dropped by it. */
export interface Condition {
  readonly column: string
  readonly operator: Operator
  /** A number, a text, or the 1-based place of a parameter. */
  readonly operand:
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'text'; readonly value: string }
    | { readonly kind: 'parameter'; readonly place: number }
}

/** Reads `column = 'text'`, `column >= 20`, `column < $1`; `undefined` for anything else. */
export function parseCondition(text: string): Condition | undefined {
  const match = /^([a-z_]\w*) *(=|>=|<=|>|<) *(?:(-?\d+(?:\.\d+)?)|'([^']*)'|\$(\d))$/.exec(text)
  const [, column, found, number, literal, place] = match ?? []
  const operator = operators.find((known) => known === found)
  if (column === undefined || operator === undefined) return undefined
  if (number !== undefined) {
    return { column, operator, operand: { kind: 'number', value: Number(number) } }
  }
  return place === undefined
    ? { column, operator, operand: { kind: 'text', value: literal ?? '' } }
    : { column, operator, operand: { kind: 'parameter', place: Number(place) } }
}

/**
 * Whether the row passes, as SQL decides it: a null never does. Numbers compare as numbers; text, and times in their canonical
 * form, in the order of code units.
 */
export function holds(
  { column, operator, operand }: Condition,
  row: OracleRow,
  params: readonly unknown[],
): boolean {
  const cell = row[column]
  const bound = operand.kind === 'parameter' ? params[operand.place - 1] : operand.value
  if (typeof cell !== 'string') return false
  if (typeof bound === 'number') return accepts(operator, Math.sign(Number(cell) - bound))
  return typeof bound === 'string' && accepts(operator, compareText(cell, bound))
}

function compareText(left: string, right: string): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}

function accepts(operator: Operator, order: number): boolean {
  switch (operator) {
    case '=':
      return order === 0
    case '>=':
      return order >= 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '<':
      return order < 0
  }
}
