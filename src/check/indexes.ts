import type { Database } from '../database/database.ts'
import { QueryError } from '../errors.ts'
import type { IndexContract } from '../migration/contract.ts'
import { findIndex } from '../migration/definition.ts'
import { type Check, type Outcome, compared, failed, passed } from './check.ts'
import { unexpectedObjects } from './created.ts'
import { type Subject, placeOf } from './subject.ts'

function describe(
  table: string,
  method: string,
  unique: boolean,
  keys: readonly string[],
  include: readonly string[],
  predicate: string | null,
): string {
  const parts = [`${unique ? 'unique ' : ''}${method} on ${table} (${keys.join(', ')})`]
  if (include.length > 0) parts.push(`include (${include.join(', ')})`)
  if (predicate !== null) parts.push(`where ${predicate}`)
  return parts.join(' ')
}

async function compareDefinition(subject: Subject, declared: IndexContract): Promise<Outcome> {
  const title = `${declared.name} is defined as declared`
  const expected = describe(
    declared.table,
    declared.method,
    declared.unique,
    declared.keys,
    declared.include,
    declared.predicate,
  )
  const place = await placeOf(subject, 'index', declared.name)
  const found = await findIndex(subject.database, declared.name)
  if (found === undefined) return failed(title, expected, 'no such index', place)
  const actual = describe(
    found.table_name,
    found.method,
    found.is_unique,
    found.keys,
    found.include,
    found.predicate,
  )
  return compared(title, expected, actual, place)
}

const definition: Check = {
  id: 'indexes/definition',
  title: 'Every declared index has its declared table, method, keys, predicate and uniqueness',
  owes: ({ contract }) => contract.indexes.length,
  run: (subject) =>
    Promise.all(subject.contract.indexes.map((declared) => compareDefinition(subject, declared))),
}

const validity: Check = {
  id: 'indexes/validity',
  title: 'Every declared index is valid and ready',
  owes: ({ contract }) => contract.indexes.length,
  async run(subject) {
    const outcomes: Outcome[] = []
    for (const { name } of subject.contract.indexes) {
      const title = `${name} is valid and ready`
      const found = await findIndex(subject.database, name)
      const actual =
        found === undefined ? 'no such index' : found.is_usable ? 'usable' : 'not usable'
      outcomes.push(compared(title, 'usable', actual, await placeOf(subject, 'index', name)))
    }
    return outcomes
  },
}

/**
 * Leaves the planner no sequential scan, then bitmaps only: an index that even then stays aside can't serve the query.
 * Which of two indexes is read in its order is close to a toss-up on few rows, and versions toss differently.
 */
async function canServe(database: Database, index: string, sql: string): Promise<boolean> {
  return database.transaction(async (transaction) => {
    for (const method of ['enable_seqscan', 'enable_indexscan']) {
      await transaction.query(`set local ${method} = off`)
      const [row] = await transaction.query<{ 'QUERY PLAN': unknown }>(
        `explain (format json, costs off) ${sql}`,
      )
      const plan = JSON.stringify(row?.['QUERY PLAN'])
      if (plan.includes(`"Index Name":${JSON.stringify(index)}`)) return true
    }
    return false
  })
}

async function judgeUse(subject: Subject, declared: IndexContract): Promise<Outcome> {
  const title = `${declared.name} can serve a declared query`
  const place = await placeOf(subject, 'index', declared.name)
  if (declared.waiver !== null) return passed(title, `waived: ${declared.waiver}`)
  const refusals: string[] = []
  for (const sql of declared.serves) {
    try {
      if (await canServe(subject.database, declared.name, sql)) return passed(title, sql)
      refusals.push(`not in the plan of: ${sql}`)
    } catch (error) {
      if (!(error instanceof QueryError)) throw error
      refusals.push(`${error.message}: ${sql}`)
    }
  }
  const actual =
    refusals.length === 0 ? 'the contract declares no query for it' : refusals.join('\n')
  return failed(title, 'the index in the plan of at least one query', actual, place)
}

const use: Check = {
  id: 'indexes/use',
  title: 'Every declared index can serve a query it exists for',
  owes: ({ contract }) => contract.indexes.length,
  async run(subject) {
    const outcomes: Outcome[] = []
    for (const declared of subject.contract.indexes)
      outcomes.push(await judgeUse(subject, declared))
    return outcomes
  },
}

const nothingElse: Check = {
  id: 'indexes/nothing-else',
  title: 'No index is created that the contract does not declare',
  owes: () => 1,
  run: (subject) => unexpectedObjects(subject, 'index', subject.contract.indexes),
}

export const indexChecks: readonly Check[] = [definition, validity, use, nothingElse]
