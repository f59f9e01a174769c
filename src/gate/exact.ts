import { createHash } from 'node:crypto'
import type { Database, Row } from '../database/database.ts'
import { explain } from '../database/plan.ts'
import { rehearse } from '../database/rehearse.ts'
import { QueryError } from '../errors.ts'
import { type ArmName, type Instances, armNames } from './ground.ts'
import { outlinePlan } from './outline.ts'
import type { Query } from './query.ts'
import type { Execution } from './result.ts'

/** What one arm said to one query: its work, or why there is none. */
export type Seen = Execution | { readonly failed: string }

/** One pass over all queries: each arm's answers, all of them as of the same instant. */
export type Round = Readonly<Record<ArmName, readonly Seen[]>>

/** Two, so that what happens once (a row leaving a window of time between two arms) is not taken for a difference. */
const enoughRounds = 2

/**
 * Executes every query on every arm, in turn. The first execution of a query in a backend reads catalogs that later ones
 * don't, and is not looked at.
 */
export async function measureExact(
  { databases }: Instances,
  queries: readonly Query[],
  rounds: number = enoughRounds,
): Promise<readonly Round[]> {
  const measured: Round[] = []
  for (let round = 0; round <= rounds; round += 1) {
    measured.push(await measureRound(databases, queries))
  }
  return measured.slice(1)
}

/** now() is the transaction's: begun one right after the other, the arms agree on the time to some milliseconds. */
function measureRound(
  { base, candidate, control }: Instances['databases'],
  queries: readonly Query[],
): Promise<Round> {
  return base.transaction((first) =>
    candidate.transaction((second) =>
      control.transaction(async (third) => {
        const seen: Record<ArmName, Seen[]> = { base: [], candidate: [], control: [] }
        const arms = { base: first, candidate: second, control: third }
        for (const query of queries) {
          for (const arm of armNames) seen[arm].push(await look(arms[arm], query))
        }
        return seen
      }),
    ),
  )
}

async function look(database: Database, query: Query): Promise<Seen> {
  const { sql, params, callee } = query
  try {
    const rows = await rehearse(database, (rehearsal) => rehearsal.query(sql, params))
    const plan = await explain(database, sql, params, callee ?? undefined)
    const { blocks, tempBlocks, tuples, tuplesRemoved, heapFetches } = plan
    return {
      work: { blocks, tempBlocks, tuples, tuplesRemoved, heapFetches },
      rows: rows.length,
      answer: hashRows(rows, query.compares),
      fingerprint: plan.fingerprint,
      plan: outlinePlan(plan),
      indexes: plan.indexes,
    }
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    return { failed: error.message }
  }
}

function hashRows(rows: readonly Row[], compares: Query['compares']): string | null {
  if (compares === 'count') return null
  const texts = rows.map((row) => JSON.stringify(Object.entries(row)))
  const inOrder = compares === 'ordered' ? texts : texts.toSorted()
  return createHash('sha256').update(inOrder.join('\n')).digest('hex').slice(0, 16)
}
