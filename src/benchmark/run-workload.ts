import type { Database } from '../database/database.ts'
import { defined } from '../defined.ts'
import type { Oracle } from '../oracle.ts'
import { prepareWorkloads, isVoid } from './prepare.ts'
import type { Measured, Void } from './result.ts'
import { type Effort, runTasks, thoroughEffort } from './run.ts'
import { summarise } from './summary.ts'
import type { Workload } from './workload.ts'

export interface WorkloadOptions {
  /** Judges p95 against it; absent: no claim. */
  readonly targetMs?: number
  /** Absent: enough for a claim about p95 of whatever takes less than 100 ms. */
  readonly effort?: Effort
  readonly signal?: AbortSignal
}

/**
 * Times one workload on a migrated, loaded database. Its first answer is compared with the oracle's, and each sample's
 * number of rows; a wrong one voids the timing.
 * @throws {HarnessError} when the engine is gone, or the signal aborts.
 */
export async function runWorkload(
  database: Database,
  workload: Workload,
  oracle: Oracle,
  options: WorkloadOptions = {},
): Promise<Measured | Void> {
  const { targetMs = null, effort = thoroughEffort, signal } = options
  const [prepared] = await prepareWorkloads(database, oracle, [workload])
  if (prepared === undefined) throw new RangeError('One workload prepared gave none.')
  const { task } = prepared
  if (isVoid(task)) return task
  const taken = await runTasks(database, [task], {
    effort,
    seed: workload.id,
    ...defined({ signal }),
  })
  const outcome = taken.get(task.id)
  if (outcome === undefined) throw new RangeError(`Workload '${workload.id}' ran to no outcome.`)
  return outcome.state === 'void' ? outcome : summarise(outcome.samples, targetMs, null)
}
