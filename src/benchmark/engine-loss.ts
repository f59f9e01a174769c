import { HarnessError } from '../errors.ts'

/** One workload took the engine with it: by running out of its time, or by a crash. The others need a new one. */
export class EngineLoss extends HarnessError {
  readonly workloadId: string

  constructor(workloadId: string, cause: HarnessError) {
    super(cause.code, cause.message, {
      cause,
      ...(cause.hint === undefined ? {} : { hint: cause.hint }),
    })
    this.workloadId = workloadId
  }
}

/** Runs what a workload asks for; if the engine is gone after it, says whose doing that was. @throws {EngineLoss} */
export async function blame<T>(workloadId: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const isLoss =
      error instanceof HarnessError &&
      (error.code === 'E_TIMEOUT' || error.code === 'E_ENGINE_CRASH')
    throw isLoss ? new EngineLoss(workloadId, error) : error
  }
}
