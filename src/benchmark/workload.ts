import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HarnessError, messageOf, usageError } from '../errors.ts'
import type { Oracle } from '../oracle.ts'
import type { OracleRow } from '../oracle/cell.ts'
import { type Condition, holds, parseCondition } from './condition.ts'

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
  /** Rows of the oracle's answer that the statement keeps; null: all. */
  readonly where: Condition | null
  /** The most rows the statement returns; null: no limit. */
  readonly limit: number | null
  /** Why it exists. */
  readonly reason: string
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
  const { id, relation, where, limit } = workload
  const answer = oracle.answer(relation, id.startsWith('function/') ? params : [], nowUs)
  const kept = where === null ? answer : answer.filter((row) => holds(where, row, params))
  return limit === null ? kept : kept.slice(0, limit)
}

const keys = ['id', 'title', 'relation', 'parameters', 'where', 'limit'] as const
type Key = (typeof keys)[number]

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
  const values = new Map<Key, { readonly value: string; readonly line: number }>()
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
  const required = (key: Key): { readonly value: string; readonly line: number } => {
    const found = values.get(key)
    if (found === undefined) throw complain(file, 1, `'-- ${key}: …' in the leading comment`)
    return found
  }
  const where = values.get('where')
  return {
    id: readId(required('id'), file),
    title: required('title').value,
    relation: required('relation').value,
    parametersSql: values.get('parameters')?.value ?? null,
    where: where === undefined ? null : readWhere(where, file),
    limit: readLimit(values.get('limit'), file),
  }
}

function readId(
  { value, line }: { readonly value: string; readonly line: number },
  file: string,
): Workload['id'] {
  if (!/^(?:view|function)\/[a-z\d]+(?:-[a-z\d]+)*$/.test(value)) {
    throw complain(file, line, `an id like 'view/kebab-name' or 'function/…', found '${value}'`)
  }
  return value as Workload['id']
}

function readWhere(
  { value, line }: { readonly value: string; readonly line: number },
  file: string,
): Condition {
  const condition = parseCondition(value)
  if (condition === undefined) {
    throw complain(file, line, `a condition like 'column >= 20' or 'column = $1', found '${value}'`)
  }
  return condition
}

function readLimit(
  found: { readonly value: string; readonly line: number } | undefined,
  file: string,
): number | null {
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
