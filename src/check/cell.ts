import { HarnessError } from '../errors.ts'
import type { Cell } from '../oracle/cell.ts'
import { Exact } from '../oracle/exact.ts'

const numberTypes: ReadonlySet<string> = new Set([
  'smallint',
  'integer',
  'bigint',
  'numeric',
  'real',
  'double precision',
])
const timestampPattern =
  /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?$/

/** `numeric(10,2)` → `numeric`. */
function withoutModifier(type: string): string {
  return type.replace(/\([\d, -]+\)/, '')
}

/** Whether values of the type compare as numbers, by its name as `format_type` prints it. */
export function isNumberType(type: string): boolean {
  return numberTypes.has(withoutModifier(type))
}

function refuse(value: unknown, type: string, expected: string): HarnessError {
  return new HarnessError(
    'E_CELL_VALUE',
    `Column of type '${type}': expected ${expected}, found ${typeof value}`,
    { hint: 'Read the column as the text that Postgres prints.' },
  )
}

function textOf(value: unknown, type: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
    return String(value)
  }
  throw refuse(value, type, 'text, a number or a boolean')
}

function canonicalNumber(text: string): string {
  const number = new Exact(text)
  return number.isFinite() ? number.toString() : text
}

/** What is no date of the years 1 to 9999 (`infinity`, years BC) stays as it is printed, and equals no answer. */
function canonicalTimestamp(text: string): string {
  const match = timestampPattern.exec(text)
  if (match === null) return text
  const [, date, time, fraction = '', sign, hours = '0', minutes = '0', seconds = '0'] = match
  const offsetSeconds = Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)
  const localMs = Date.parse(`${date}T${time}Z`)
  const utcMs = localMs - (sign === '-' ? -offsetSeconds : offsetSeconds) * 1_000
  return `${new Date(utcMs).toISOString().slice(0, -5)}.${fraction.padEnd(6, '0')}Z`
}

/**
 * A value as the database returned it, in the oracle's canonical text. `type` is the column's type as `format_type`
 * prints it; a type it doesn't know keeps its text.
 * @throws {HarnessError} `E_CELL_VALUE` for a value whose text is already lost, such as a Date (microseconds) or a
 * parsed document (scale of numbers, order of keys).
 */
export function canonicalCell(value: unknown, type: string): Cell {
  if (value === null) return null
  if (type.endsWith('[]')) {
    if (!Array.isArray(value)) throw refuse(value, type, 'an array')
    // An array of arrays has the same type as an array: dimensions are no part of it.
    return value.map((item: unknown) =>
      canonicalCell(item, Array.isArray(item) ? type : type.slice(0, -2)),
    )
  }
  const text = textOf(value, type)
  if (isNumberType(type)) return canonicalNumber(text)
  return withoutModifier(type) === 'timestamp with time zone' ? canonicalTimestamp(text) : text
}
