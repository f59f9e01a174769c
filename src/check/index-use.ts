import type { Database } from '../database/database.ts'
import { type Callee, explain, readPlan } from '../database/plan.ts'
import { rehearse } from '../database/rehearse.ts'
import { QueryError } from '../errors.ts'
import type { IndexContract } from '../migration/contract.ts'
import { parseName, quoteName } from '../migration/object-name.ts'
import { calleeOf } from './callee.ts'
import { type Check, type Outcome, failed, passed } from './check.ts'
import type { CoveragePoint } from './document.ts'
import { type Subject, placeOf } from './subject.ts'

/** What was found out about the use of an index. */
export type Usefulness =
  | { readonly isUseful: true; readonly evidence: string }
  | { readonly isUseful: false; readonly actual: string }

/** An unused index is a fault, unless the contract says why it is none; a waiver that nobody needs is worth saying. */
export function judgeUsefulness(
  title: string,
  expected: string,
  { waiver }: IndexContract,
  found: Usefulness,
  place: Awaited<ReturnType<typeof placeOf>>,
): Outcome {
  if (found.isUseful) {
    return passed(title, waiver === null ? found.evidence : `needs no waiver: ${found.evidence}`)
  }
  if (waiver !== null) return passed(title, `waived: ${waiver}`)
  return failed(title, expected, found.actual, place)
}

/**
 * Leaves the planner no sequential scan, then bitmaps only: an index that even then stays aside can't serve the query.
 * Which of two indexes is read in its order is close to a toss-up on few rows, and versions toss differently.
 */
const restrictions = [
  'set local enable_seqscan = off',
  'set local enable_seqscan = off; set local enable_indexscan = off',
] as const

/** On a few rows it is a toss-up between indexes, too: none but this one, and those that a constraint needs. */
async function restrictToOne(transaction: Database, index: string): Promise<string> {
  const others = await transaction.query<{ readonly name: string }>(
    `select other.indexrelid::regclass::text as name
       from pg_index own join pg_index other on other.indrelid = own.indrelid and other.indexrelid <> own.indexrelid
      where own.indexrelid = to_regclass($1)
        and not exists (select from pg_constraint where conindid = other.indexrelid)`,
    [quoteName(index)],
  )
  return [restrictions[0], ...others.map(({ name }) => `drop index ${name}`)].join('; ')
}

/** A query that an index is there for. */
interface Served {
  readonly sql: string
  /** The function that it calls: only by itself does the body show what it reads. */
  readonly callee: Callee | null
}

/** The indexes in the plan that is left; executed only where a function has to be. */
async function planIndexes(
  transaction: Database,
  restriction: string,
  { sql, callee }: Served,
): Promise<readonly string[]> {
  await transaction.execute(restriction)
  if (callee !== null) return (await explain(transaction, sql, [], callee)).indexes
  const [row] = await transaction.query(`explain (format json) ${sql}`)
  return readPlan(row?.['QUERY PLAN']).indexes
}

/** How the index serves a query, and what would serve it otherwise; null: it can't. */
async function serve(database: Database, index: string, served: Served): Promise<string | null> {
  return rehearse(database, async (transaction) => {
    const alone = await restrictToOne(transaction, index)
    for (const restriction of [...restrictions, alone]) {
      const plan = await rehearse(transaction, (inner) => planIndexes(inner, restriction, served))
      if (!plan.includes(parseName(index).name)) continue
      const isAlone = restriction === alone
      const rest = isAlone
        ? 'With the others there, one of them is taken on so few rows.'
        : await describeAbsence(transaction, index, restriction, served)
      const others = isAlone ? ' and other indexes gone' : ''
      return `in the plan once sequential scans are off${others}: ${served.sql}\n${rest}`
    }
    return null
  })
}

async function describeAbsence(
  transaction: Database,
  index: string,
  restriction: string,
  served: Served,
): Promise<string> {
  try {
    await transaction.query(`drop index ${quoteName(index)}`)
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    return `Something else needs it, too: ${error.message}.`
  }
  const others = await planIndexes(transaction, restriction, served)
  return others.length === 0
    ? 'Without it every row is read.'
    : `Without it ${others.join(', ')} would serve.`
}

/** Every query counts: one that has lost its index is not made up for by another that has not. */
async function findUse(
  { database, contract }: Pick<Subject, 'database' | 'contract'>,
  declared: IndexContract,
): Promise<Usefulness> {
  const evidence: string[] = []
  const refusals: string[] = []
  for (const sql of declared.serves) {
    try {
      const served = { sql, callee: await calleeOf(sql, contract) }
      const found = await serve(database, declared.name, served)
      if (found === null) refusals.push(`not in the plan of: ${sql}`)
      else evidence.push(found)
    } catch (error) {
      if (!(error instanceof QueryError)) throw error
      refusals.push(`${error.message}: ${sql}`)
    }
  }
  if (evidence.length > 0 && refusals.length === 0)
    return { isUseful: true, evidence: evidence.join('\n') }
  const actual =
    refusals.length === 0 ? 'the contract declares no query for it' : refusals.join('\n')
  return { isUseful: false, actual }
}

function pointOf({ name, serves }: IndexContract, found: Usefulness): CoveragePoint {
  const point = { kind: 'plan', text: name } as const
  if (found.isUseful) return { ...point, state: 'hit', detail: null }
  const state = serves.length === 0 ? 'not measured' : 'missed'
  return { ...point, state, detail: found.actual }
}

/**
 * Whether an index can be of use at all, on however few rows there are. That the planner takes it by itself, and that
 * somebody would miss it, takes rows: `indexes/choice` shows it.
 */
async function judgeUse(subject: Subject, declared: IndexContract): Promise<Outcome> {
  const found = await findUse(subject, declared)
  const points = [pointOf(declared, found)]
  subject.coverage.push({ kind: 'index', object: declared.name, points })
  return judgeUsefulness(
    `${declared.name} can serve every query it is declared for`,
    'the index in the plan of each of its queries',
    declared,
    found,
    await placeOf(subject, 'index', declared.name),
  )
}

export const indexUse: Check = {
  id: 'indexes/use',
  title: 'Every declared index can serve each query it exists for',
  owes: ({ contract }) => contract.indexes.length,
  async run(subject) {
    const outcomes: Outcome[] = []
    for (const declared of subject.contract.indexes)
      outcomes.push(await judgeUse(subject, declared))
    return outcomes
  },
}
