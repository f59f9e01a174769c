import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HarnessError, messageOf, usageError } from '../errors.ts'
import type { Oracle } from '../oracle.ts'
import type { OracleRow } from '../oracle/cell.ts'
import { type Condition, holds, parseConditions } from './condition.ts'
import { type OrderKey, orderRows, parseOrder } from './order.ts'

/** One query to time. */
export interface Workload {
  /** `view/…` reads a view; `function/…` calls a function with the parameters as its arguments. Never reused. */
  readonly id: `${'view' | 'function'}/${string}`
  /** What tables and charts call it: the object, and what is special about the query. */
  readonly title: string
  /** Its file, without the folder. */
  readonly file: string
  /** The view or function whose oracle answer says how many rows must come back. */
  readonly relation: string
  /** A query whose first row holds the parameters in their order; null: the statement has none. */
  readonly parametersSql: string | null
  /** What every row that the statement keeps of the oracle's answer fulfils. */
  readonly where: readonly Condition[]
  /** How the statement orders them; empty: as the relation does. */
  readonly order: readonly OrderKey[]
  /** The most rows the statement returns; null: no limit. */
  readonly limit: number | null
  /** The columns that it returns, in this order; null: all. */
  readonly columns: readonly string[] | null
  /** What its work should follow, where that are not all events; null: all. */
  readonly follows: Followed | null
  /** Why it exists. */
  readonly reason: string
  readonly sql: string
}

/** The events that a question is about, and how they are counted. */
export interface Followed {
  /** `events of the last 7 days`. */
  readonly title: string
  /** One row with their number; with the workload's own parameters where it has a `$1`. */
  readonly sql: string
}

/** The package's own `bench/workloads/`, seen from the sources as from the build: both lie two folders below the package. */
const workloadDirectory = fileURLToPath(new URL('../../bench/workloads', import.meta.url))

/** Reads every `*.sql` of a folder, in the order of their names. @throws {HarnessError} E_WORKLOAD */
export async function loadWorkloads(
  directory: string = workloadDirectory,
): Promise<readonly Workload[]> {
  const names = await readdir(directory).catch((error: unknown) => {
    throw unreadable(directory, error)
  })
  const files = names.filter((name) => name.endsWith('.sql')).toSorted()
  if (files.length === 0) {
    throw usageError('E_WORKLOAD', `Workloads '${directory}': found no file *.sql, expected some`)
  }
  const workloads = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(directory, file), 'utf8').catch((error: unknown) => {
        throw unreadable(join(directory, file), error)
      })
      return parseWorkload(text, file)
    }),
  )
  const seen = new Map<string, string>()
  for (const { id, file } of workloads) {
    const other = seen.get(id)
    if (other !== undefined) {
      throw usageError('E_WORKLOAD', `Workload '${file}': id '${id}' is taken by '${other}'`)
    }
    seen.set(id, file)
  }
  return workloads
}

/** The rows that a workload must return, as the events alone say. @throws {HarnessError} as `Oracle.answer` does. */
export function foretellRows(
  workload: Workload,
  oracle: Oracle,
  params: readonly unknown[],
  nowUs: number,
): readonly OracleRow[] {
  const { id, relation, where, order, limit, columns } = workload
  const answer = oracle.answer(relation, id.startsWith('function/') ? params : [], nowUs)
  const kept =
    where.length === 0
      ? answer
      : answer.filter((row) => where.every((one) => holds(one, row, { params, nowUs })))
  const ordered = order.length === 0 ? kept : orderRows(kept, order)
  const first = limit === null ? ordered : ordered.slice(0, limit)
  return columns === null ? first : first.map((row) => pick(row, columns))
}

/** A column that there is none of stays out, and the number of columns is then wrong. */
function pick(row: OracleRow, columns: readonly string[]): OracleRow {
  return Object.fromEntries(
    columns.flatMap((column) => {
      const cell = row[column]
      return cell === undefined ? [] : [[column, cell] as const]
    }),
  )
}

const keys = [
  'id',
  'title',
  'relation',
  'parameters',
  'where',
  'order',
  'limit',
  'columns',
  'follows',
  'counted',
] as const
type Key = (typeof keys)[number]

interface Found {
  readonly value: string
  readonly line: number
}

/**
 * Reads a workload: `-- key: value` lines, an empty comment line, a paragraph in comment lines, and one statement.
 * @throws {HarnessError} E_WORKLOAD with file, line, and what was expected there.
 */
export function parseWorkload(text: string, file: string): Workload {
  const lines = text.replaceAll('\r\n', '\n').split('\n')
  const end = lines.findIndex((line) => !line.startsWith('--'))
  const comment = (end === -1 ? lines : lines.slice(0, end)).map((line) => line.slice(2).trim())
  const blank = comment.indexOf('')
  const frontLines = blank === -1 ? comment : comment.slice(0, blank)
  const front = readFront(frontLines, file)
  const reason = comment
    .slice(frontLines.length)
    .filter((line) => line !== '')
    .join(' ')
  if (reason === '') {
    throw complain(file, frontLines.length + 1, 'a paragraph that says why the workload exists')
  }
  const sql = lines.slice(comment.length).join('\n').trim().replace(/;$/, '')
  if (sql === '') throw complain(file, lines.length, 'a statement after the comment, found none')
  return { ...front, file, reason, sql }
}

function readFront(
  lines: readonly string[],
  file: string,
): Omit<Workload, 'file' | 'reason' | 'sql'> {
  const values = collect(lines, file)
  const required = (key: Key): Found => {
    const found = values.get(key)
    if (found === undefined) throw complain(file, 1, `'-- ${key}: …' in the leading comment`)
    return found
  }
  return {
    id: readId(required('id'), file),
    title: required('title').value,
    relation: required('relation').value,
    parametersSql: values.get('parameters')?.value ?? null,
    where: readList(values.get('where'), file, parseConditions, {
      nothing: [],
      expected: "conditions like 'column >= 20 and column = $1'",
    }),
    order: readList(values.get('order'), file, parseOrder, {
      nothing: [],
      expected: "an order like 'column desc, column'",
    }),
    limit: readLimit(values.get('limit'), file),
    columns: readList(values.get('columns'), file, parseColumns, {
      nothing: null,
      expected: "columns like 'column, column'",
    }),
    follows: readFollowed(values.get('follows'), values.get('counted'), file),
  }
}

function collect(lines: readonly string[], file: string): ReadonlyMap<Key, Found> {
  const values = new Map<Key, Found>()
  for (const [index, text] of lines.entries()) {
    const line = index + 1
    const match = /^([a-z]+): *(.+)$/.exec(text)
    const key = keys.find((known) => known === match?.[1])
    const value = match?.[2]
    if (key === undefined || value === undefined) {
      throw complain(
        file,
        line,
        `'-- key: value' with a key of ${keys.join(', ')}, found '${text}'`,
      )
    }
    if (values.has(key)) throw complain(file, line, `'${key}' once, found it again`)
    values.set(key, { value, line })
  }
  return values
}

function readList<T, N>(
  found: Found | undefined,
  file: string,
  parse: (text: string) => T | undefined,
  { nothing, expected }: { readonly nothing: N; readonly expected: string },
): T | N {
  if (found === undefined) return nothing
  const parsed = parse(found.value)
  if (parsed !== undefined) return parsed
  throw complain(file, found.line, `${expected}, found '${found.value}'`)
}

function parseColumns(text: string): readonly string[] | undefined {
  const columns = text.split(',').map((column) => column.trim())
  return columns.every((column) => /^[a-z_]\w*$/.test(column)) ? columns : undefined
}

function readFollowed(
  title: Found | undefined,
  counted: Found | undefined,
  file: string,
): Followed | null {
  if (title === undefined && counted === undefined) return null
  if (title !== undefined && counted !== undefined) {
    return { title: title.value, sql: counted.value }
  }
  const { line } = title ?? counted ?? { line: 1 }
  throw complain(file, line, "'follows' and 'counted' together: what the work follows, and its SQL")
}

function readId({ value, line }: Found, file: string): Workload['id'] {
  if (!/^(?:view|function)\/[a-z\d]+(?:-[a-z\d]+)*$/.test(value)) {
    throw complain(file, line, `an id like 'view/kebab-name' or 'function/…', found '${value}'`)
  }
  return value as Workload['id']
}

function readLimit(found: Found | undefined, file: string): number | null {
  if (found === undefined) return null
  if (!/^[1-9]\d{0,8}$/.test(found.value)) {
    throw complain(file, found.line, `a whole number of rows, found '${found.value}'`)
  }
  return Number(found.value)
}

function complain(file: string, line: number, expected: string): HarnessError {
  return usageError('E_WORKLOAD', `Workload '${file}' line ${line}: expected ${expected}`)
}

function unreadable(path: string, cause: unknown): HarnessError {
  return new HarnessError('E_WORKLOAD', `Workload '${path}' can't be read: ${messageOf(cause)}`, {
    cause,
    fault: 'usage',
  })
}
