import type { Database } from '../database/database.ts'
import { QueryError } from '../errors.ts'
import type { Oracle } from '../oracle.ts'
import { judgeAnswer } from './answer.ts'
import { blame } from './engine-loss.ts'
import type { Void } from './result.ts'
import type { Task } from './run.ts'
import { type Workload, foretellRows } from './workload.ts'

/** A workload with its parameters taken from the data and its answer found right, or why it can't be timed. */
export interface Prepared {
  readonly workload: Workload
  readonly task: Task | Void
}

/** @throws {HarnessError} when the engine is gone. */
export async function prepareWorkloads(
  database: Database,
  oracle: Oracle,
  workloads: readonly Workload[],
): Promise<readonly Prepared[]> {
  const known = new Map<string, readonly unknown[] | Void>()
  const prepared: Prepared[] = []
  for (const workload of workloads) {
    const { parametersSql } = workload
    // The same question to the data, asked by several workloads, can take seconds.
    const task = await blame(workload.id, async () => {
      const params =
        parametersSql === null
          ? []
          : (known.get(parametersSql) ?? (await takeParameters(database, parametersSql)))
      if (parametersSql !== null) known.set(parametersSql, params)
      return isVoid(params) ? params : rehearse(database, oracle, workload, params)
    })
    prepared.push({ workload, task })
  }
  return prepared
}

export function isVoid(value: object): value is Void {
  return 'state' in value && value.state === 'void'
}

async function takeParameters(database: Database, sql: string): Promise<readonly unknown[] | Void> {
  try {
    const [row] = await database.query(sql)
    return row === undefined
      ? refuse('its parameters query found no row in the data')
      : Object.values(row)
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    return refuse(`its parameters query failed: ${error.message}`)
  }
}

/** Executes it once, what it must answer and what it does answer as of the same instant: now() is the transaction's. */
async function rehearse(
  database: Database,
  oracle: Oracle,
  workload: Workload,
  params: readonly unknown[],
): Promise<Task | Void> {
  const { id, sql } = workload
  try {
    return await database.transaction(async (transaction) => {
      const [clock] = await transaction.query<{ readonly now_us: number }>(
        'select (extract(epoch from now()) * 1000000)::bigint as now_us',
      )
      const expected = foretellRows(workload, oracle, params, Number(clock?.now_us))
      const actual = await transaction.query(sql, params)
      return judgeAnswer(expected, actual) ?? { id, sql, params, expectedRows: expected.length }
    })
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    return refuse(error.message)
  }
}

function refuse(reason: string): Void {
  return { state: 'void', fault: 'error', reason }
}
