import type { FillableColumn } from './table.ts'

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
export function valueOf(column: FillableColumn, row: number, style: Style): string {
  if (column.keySql !== null) return column.keySql.replace('$row', String(row))
  const named = style.named === 'none' ? [] : namedValues(column)
  const isOwn = style.named === 'all' || isText(column)
  const text = (isOwn ? named[row % named.length] : undefined) ?? plainValue(column, row + 1)
  return text === null ? 'null' : `${quote(text)}::${column.type}`
}

/** Literals in the constraints of a column: `= ANY (ARRAY['draft'::text, …])`, `>= 0`. */
function namedValues({ rules }: FillableColumn): readonly string[] {
  return rules.flatMap((rule) =>
    Array.from(rule.matchAll(/'((?:[^']|'')*)'|[<>=(] ?(-?\d+(?:\.\d+)?)\b/g), (match) =>
      (match[1] ?? match[2] ?? '').replaceAll("''", "'"),
    ),
  )
}

type PlainColumn = Pick<FillableColumn, 'name' | 'base' | 'isArray' | 'labels' | 'isKey' | 'length'>

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
  uuid: (row) => `00000000-0000-4000-8000-00000000000${row}`,
  date: (row) => `2026-01-0${row}`,
  timestamp: (row) => `2026-01-0${row} 12:00:00`,
  timestamptz: (row) => `2026-01-0${row} 12:00:00+00`,
  time: (row) => `0${row}:00`,
  timetz: (row) => `0${row}:00+00`,
  interval: (row) => `${row} days`,
  json: (row) => `{"row": ${row}}`,
  jsonb: (row) => `{"row": ${row}}`,
  bytea: (row) => String.raw`\x0${row}`,
  inet: (row) => `192.0.2.${row}`,
  cidr: (row) => `192.0.2.${row}/32`,
  macaddr: (row) => `00:00:5e:00:53:0${row}`,
  point: (row) => `(${row},${row})`,
  tsvector: (row) => `row${row}`,
  xml: (row) => `<row>${row}</row>`,
  int4range: (row) => `[${row},${row + 1})`,
  int8range: (row) => `[${row},${row + 1})`,
  numrange: (row) => `[${row},${row + 1})`,
  daterange: (row) => `[2026-01-0${row},2026-01-0${row + 1})`,
  tsrange: (row) => `[2026-01-0${row},2026-01-0${row + 1})`,
  tstzrange: (row) => `[2026-01-0${row},2026-01-0${row + 1})`,
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
  return `${lower.slice(0, (length ?? 64) - 2)}-${row}`
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
