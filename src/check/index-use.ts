import type { Database } from '../database/database.ts'
import { readPlan } from '../database/plan.ts'
import { rehearse } from '../database/rehearse.ts'
import { QueryError } from '../errors.ts'
import type { IndexContract } from '../migration/contract.ts'
import { parseName, quoteName } from '../migration/object-name.ts'
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

/** The indexes in the plan that is left, without executing it. */
async function planIndexes(
  transaction: Database,
  restriction: string,
  sql: string,
): Promise<readonly string[]> {
  await transaction.execute(restriction)
  const [row] = await transaction.query(`explain (format json) ${sql}`)
  return readPlan(row?.['QUERY PLAN']).indexes
}

/** How the index serves a query, and what would serve it otherwise; null: it can't. */
async function serve(database: Database, index: string, sql: string): Promise<string | null> {
  return rehearse(database, async (transaction) => {
    for (const restriction of restrictions) {
      const plan = await rehearse(transaction, (inner) => planIndexes(inner, restriction, sql))
      if (!plan.includes(parseName(index).name)) continue
      const rest = await describeAbsence(transaction, index, restriction, sql)
      return `in the plan once sequential scans are off: ${sql}\n${rest}`
    }
    return null
  })
}

async function describeAbsence(
  transaction: Database,
  index: string,
  restriction: string,
  sql: string,
): Promise<string> {
  try {
    await transaction.query(`drop index ${quoteName(index)}`)
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    return `Something else needs it, too: ${error.message}.`
  }
  const others = await planIndexes(transaction, restriction, sql)
  return others.length === 0
    ? 'Without it every row is read.'
    : `Without it ${others.join(', ')} would serve.`
}

async function findUse(database: Database, declared: IndexContract): Promise<Usefulness> {
  const refusals: string[] = []
  for (const sql of declared.serves) {
    try {
      const evidence = await serve(database, declared.name, sql)
      if (evidence !== null) return { isUseful: true, evidence }
      refusals.push(`not in the plan of: ${sql}`)
    } catch (error) {
      if (!(error instanceof QueryError)) throw error
      refusals.push(`${error.message}: ${sql}`)
    }
  }
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
  const found = await findUse(subject.database, declared)
  const points = [pointOf(declared, found)]
  subject.coverage.push({ kind: 'index', object: declared.name, points })
  return judgeUsefulness(
    `${declared.name} can serve a declared query`,
    'the index in the plan of at least one query',
    declared,
    found,
    await placeOf(subject, 'index', declared.name),
  )
}

export const indexUse: Check = {
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
