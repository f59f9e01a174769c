import type { WritableColumn } from './table.ts'

/** One way to write a row. */
export interface Style {
  /** Every column, or only those that can't be left out. */
  readonly columns: 'all' | 'needed'
  /** Which columns take a value that a constraint names: one of `in ('draft', 'sent')`, the bound of a range. */
  readonly named: 'texts' | 'all' | 'none'
}

/** In the order in which they are tried. */
export const styles: readonly Style[] = (['all', 'needed'] as const).flatMap((columns) =>
  (['texts', 'all', 'none'] as const).map((named) => ({ columns, named })),
)

/** What a column gets in a row (from 0 on), as SQL. */
export function valueOf(column: WritableColumn, row: number, style: Style): string {
  if (column.keySql !== null) return column.keySql.replace('$row', String(row))
  const named = style.named === 'none' ? [] : namedValues(column)
  const isOwn = style.named === 'all' || isText(column)
  const text = (isOwn ? named[row % named.length] : undefined) ?? plainValue(column, row + 1)
  return text === null ? 'null' : `${literalOf(text)}::${column.type}`
}

/** Values at the edges of a type, which a schema may take that another does not: null, below zero, far away, long. */
export function extremesOf(column: WritableColumn): readonly string[] {
  const { type, base, length, labels, isArray, isKey } = column
  if (column.keySql !== null) return ['null']
  const numbers = greatest[base] === undefined ? [] : ['-1', greatest[base]]
  const times = base === 'date' || base.startsWith('timestamp') ? ['2100-01-01'] : []
  const texts = isText(column) ? ['', 'x'.repeat(length ?? longText)] : []
  const values = isArray ? [] : [...labels, ...numbers, ...times, ...texts]
  return [...(isKey ? [] : ['null']), ...values.map((value) => `${literalOf(value)}::${type}`)]
}

/** Longer than most limits, shorter than what an index takes. */
const longText = 300

const greatest: Readonly<Record<string, string>> = {
  int2: '32767',
  int4: '2147483647',
  int8: '9223372036854770000',
  numeric: '99999',
  float4: '99999',
  float8: '99999',
}

/** Literals in the constraints of a column: `= ANY (ARRAY['draft'::text, …])`, `>= 0`. */
function namedValues({ rules }: WritableColumn): readonly string[] {
  return rules.flatMap((rule) =>
    Array.from(rule.matchAll(/'((?:[^']|'')*)'|[<>=(] ?(-?\d+(?:\.\d+)?)\b/g), (match) =>
      (match[1] ?? match[2] ?? '').replaceAll("''", "'"),
    ),
  )
}

type PlainColumn = Pick<WritableColumn, 'name' | 'base' | 'isArray' | 'labels' | 'isKey' | 'length'>

const textTypes: ReadonlySet<string> = new Set(['text', 'varchar', 'bpchar', 'name', 'citext'])

function isText({ base }: PlainColumn): boolean {
  return textTypes.has(base)
}

/** Keys that nobody else uses: a migration may well insert 1, 2 and 3. */
const firstKeys: Readonly<Record<string, number>> = {
  int2: 9_000,
  int4: 9_000_000,
  int8: 9_000_000,
}

/** Values of the types that people use, by the number of the row: valid, different in each row, the same on every day. */
const plainValues: Readonly<Record<string, (row: number) => string>> = {
  numeric: String,
  float4: String,
  float8: String,
  money: String,
  bool: (row) => String(row % 2 === 1),
  uuid: (row) => `00000000-0000-4000-8000-${padded(row, 12)}`,
  date: dayOf,
  timestamp: (row) => `${dayOf(row)} 12:00:00`,
  timestamptz: (row) => `${dayOf(row)} 12:00:00+00`,
  time: (row) => `00:${padded(row % 60, 2)}`,
  timetz: (row) => `00:${padded(row % 60, 2)}+00`,
  interval: (row) => `${row} days`,
  json: (row) => `{"row": ${row}}`,
  jsonb: (row) => `{"row": ${row}}`,
  bytea: (row) => String.raw`\x${padded(row, 4)}`,
  inet: (row) => `192.0.2.${row}`,
  cidr: (row) => `192.0.2.${row}/32`,
  macaddr: (row) => `00:00:5e:00:${padded(row, 4).replace(/^../, '$&:')}`,
  point: (row) => `(${row},${row})`,
  tsvector: (row) => `row${row}`,
  xml: (row) => `<row>${row}</row>`,
  int4range: (row) => `[${row},${row + 1})`,
  int8range: (row) => `[${row},${row + 1})`,
  numrange: (row) => `[${row},${row + 1})`,
  daterange: (row) => `[${dayOf(row)},${dayOf(row + 1)})`,
  tsrange: (row) => `[${dayOf(row)},${dayOf(row + 1)})`,
  tstzrange: (row) => `[${dayOf(row)},${dayOf(row + 1)})`,
}

function padded(row: number, length: number): string {
  return String(row).padStart(length, '0')
}

function dayOf(row: number): string {
  return new Date(Date.UTC(2026, 0, row)).toISOString().slice(0, 10)
}

/** Null: no value of the type is known. */
export function plainValue(column: PlainColumn, row: number): string | null {
  const { base, isArray, labels, isKey } = column
  if (labels.length > 0) return labels[(row - 1) % labels.length] ?? null
  if (isArray) return '{}'
  if (isText(column)) return textOf(column, row)
  const first = firstKeys[base]
  if (first !== undefined) return String(isKey ? first + row : row)
  return plainValues[base]?.(row) ?? null
}

/** Shorter than this a name would be cut to the same letters in every row. */
const shortText = 12

function textOf({ name, length }: PlainColumn, row: number): string {
  if (length !== null && length < shortText) return `${'x'.repeat(length - 1)}${row}`
  const lower = name.toLowerCase()
  if (lower.includes('mail')) return `${row}@x.test`
  if (/ur[il]|link|href|site/.test(lower)) return `https://x.test/${row}`
  return `${lower.slice(0, (length ?? 64) - String(row).length - 1)}-${row}`
}

export function literalOf(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
