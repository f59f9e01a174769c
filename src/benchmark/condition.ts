import type { OracleRow } from '../oracle/cell.ts'
import { compareText } from '../oracle/order.ts'
import { formatTimestamp } from '../oracle/timestamp.ts'
import { usPerDay } from '../units.ts'

const operators = ['=', '>=', '<=', '>', '<'] as const
type Operator = (typeof operators)[number]

/** One comparison of a column, as a WHERE clause has it: the oracle's rows are kept or dropped by it. */
export interface Condition {
  readonly column: string
  readonly operator: Operator
  /** A number, a text, the 1-based place of a parameter, or so many days before now. */
  readonly operand:
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'text'; readonly value: string }
    | { readonly kind: 'parameter'; readonly place: number }
    | { readonly kind: 'ago'; readonly days: number }
}

/** What a condition's operand may refer to. */
export interface Asked {
  readonly params: readonly unknown[]
  /** The transaction's now(), in microseconds since 1970. */
  readonly nowUs: number
}

const conditionPattern =
  /^([a-z_]\w*) *(=|>=|<=|>|<) *(?:(-?\d+(?:\.\d+)?)|'([^']*)'|\$(\d)|now\(\) - interval '(\d+) days')(?: +and +|$)/

/**
 * Reads `column = 'text'`, `column >= 20`, `column < $1`, `column >= now() - interval '7 days'`, or several of them with
 * `and` between; `undefined` for anything else.
 */
export function parseConditions(text: string): readonly Condition[] | undefined {
  const conditions: Condition[] = []
  let rest = text
  do {
    const match = conditionPattern.exec(rest)
    const condition = match === null ? undefined : readCondition(match)
    if (match === null || condition === undefined) return undefined
    conditions.push(condition)
    rest = rest.slice(match[0].length)
    // An `and` that nothing follows.
    if (rest === '' && /and +$/.test(match[0])) return undefined
  } while (rest !== '')
  return conditions
}

function readCondition(match: RegExpExecArray): Condition | undefined {
  const [, column, found, number, literal, place, days] = match
  const operator = operators.find((known) => known === found)
  if (column === undefined || operator === undefined) return undefined
  if (number !== undefined) {
    return { column, operator, operand: { kind: 'number', value: Number(number) } }
  }
  if (days !== undefined) return { column, operator, operand: { kind: 'ago', days: Number(days) } }
  return place === undefined
    ? { column, operator, operand: { kind: 'text', value: literal ?? '' } }
    : { column, operator, operand: { kind: 'parameter', place: Number(place) } }
}

/**
 * Whether the row passes, as SQL decides it: a null never does. Numbers compare as numbers; text, and times in their canonical
 * form, in the order of code points.
 */
export function holds(
  { column, operator, operand }: Condition,
  row: OracleRow,
  asked: Asked,
): boolean {
  const cell = row[column]
  const bound = bindOperand(operand, asked)
  if (typeof cell !== 'string') return false
  if (typeof bound === 'number') return accepts(operator, Math.sign(Number(cell) - bound))
  return typeof bound === 'string' && accepts(operator, Math.sign(compareText(cell, bound)))
}

function bindOperand(operand: Condition['operand'], { params, nowUs }: Asked): unknown {
  if (operand.kind === 'parameter') return params[operand.place - 1]
  return operand.kind === 'ago' ? formatTimestamp(nowUs - operand.days * usPerDay) : operand.value
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
