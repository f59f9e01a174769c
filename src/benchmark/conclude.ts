import type { Database } from '../database/database.ts'
import { type Plan, explain } from '../database/plan.ts'
import { QueryError } from '../errors.ts'
import type { Contract } from '../migration/contract.ts'
import { blame } from './engine-loss.ts'
import { type Prepared, isVoid } from './prepare.ts'
import type { FollowedRows, Measurement, Subject, Void } from './result.ts'
import type { Taken, Task } from './run.ts'
import { countToast } from './storage.ts'
import { summarise } from './summary.ts'
import type { Workload } from './workload.ts'

const unexecuted: Void = { state: 'void', fault: 'error', reason: 'was not executed' }

/** Brings samples and work together: what EXPLAIN counts, what of it is TOAST, and how many rows the question is about. */
export async function conclude(
  database: Database,
  { workload, task }: Prepared,
  taken: ReadonlyMap<string, Taken>,
  contract: Contract,
  scale: number,
): Promise<Measurement> {
  const { id, title, relation } = workload
  const subject: Subject = { workloadId: id, title, object: relation, scale }
  if (isVoid(task)) return { ...subject, ...task }
  const result = taken.get(task.id) ?? unexecuted
  if (result.state === 'void') return { ...subject, ...result }
  try {
    return await blame(id, async () => ({
      ...subject,
      ...summarise(result.samples, contract.targetMs, await explainTask(database, workload, task)),
      toastBlocks: await countToast(database, contract, () =>
        database.query(task.sql, task.params),
      ),
      followed: await countFollowed(database, workload, task),
    }))
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    return { ...subject, state: 'void', fault: 'error', reason: `EXPLAIN failed: ${error.message}` }
  }
}

function explainTask(
  database: Database,
  { id, relation }: Workload,
  { sql, params }: Task,
): Promise<Plan> {
  return id.startsWith('function/')
    ? explain(database, sql, params, { name: relation, args: params })
    : explain(database, sql, params)
}

async function countFollowed(
  database: Database,
  { follows }: Workload,
  { params }: Task,
): Promise<FollowedRows | null> {
  if (follows === null) return null
  const [row] = await database.query(follows.sql, follows.sql.includes('$1') ? params : [])
  return { title: follows.title, rows: Number(Object.values(row ?? {})[0] ?? 0) }
}
