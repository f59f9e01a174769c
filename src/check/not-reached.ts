import { type Outcome, failed } from './check.ts'
import type { Walk } from './walk.ts'

/** A stage that a refused script kept the walk from: the finding of that script says why. */
export function notReached(title: string, { stopped }: Walk): Outcome {
  const expected = 'the walk to get this far'
  if (stopped === null) return failed(title, expected, 'the walk has no such stage')
  const { message, file, line } = stopped.error
  return failed(title, expected, message, { file, line })
}
