import type { Database } from '../database/database.ts'
import { QueryError } from '../errors.ts'
import type { Contract } from './contract.ts'
import type { Snapshot } from './snapshot.ts'

type Query = Contract['preserved']['queries'][number]

/** A query, and what it answered; null: it was refused. */
export interface AskedQuery {
  readonly query: Query
  readonly answer: string | null
}

const mostRows = 1_000

/** Asks for every column that a table had `before` and still has, by name: what a program that knows only them reads. */
export async function askTables(
  database: Database,
  before: Snapshot,
  after: Snapshot,
): Promise<readonly AskedQuery[]> {
  const asked: AskedQuery[] = []
  const left = new Set(
    after.objects.filter(({ kind }) => kind === 'column').map(({ identity }) => identity),
  )
  for (const { kind, identity, facts } of before.objects) {
    if (kind !== 'table' || facts['partition_bound'] !== null) continue
    const columns = before.objects
      .filter((one) => one.kind === 'column' && one.identity.startsWith(`${identity}.`))
      .filter((column) => left.has(column.identity))
      .toSorted((a, b) => Number(a.facts['position']) - Number(b.facts['position']))
      .map((column) => column.identity.slice(identity.length + 1))
    if (columns.length === 0) continue
    const order = columns.map((column) => `${column}::text`).join(', ')
    const sql = `select ${columns.join(', ')} from ${identity} order by row(${order}) limit ${mostRows}`
    const query = { title: `Rows of ${identity} read by the columns it had`, sql }
    asked.push({ query, answer: await answerOf(database, sql) })
  }
  return asked
}

/** Those that are answered the same on this database: rows that migrations change on purpose are declared as a change. */
export async function listUnchanged(
  database: Database,
  asked: readonly AskedQuery[],
): Promise<readonly Query[]> {
  const unchanged: Query[] = []
  for (const { query, answer } of asked)
    if (answer !== null && (await answerOf(database, query.sql)) === answer) unchanged.push(query)
  return unchanged
}

async function answerOf(database: Database, sql: string): Promise<string | null> {
  try {
    return JSON.stringify(await database.query(sql))
  } catch (error) {
    if (error instanceof QueryError) return null
    throw error
  }
}
