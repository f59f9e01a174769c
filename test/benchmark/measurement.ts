import type { BenchDocument, Measurement } from '../../src/benchmark/result.ts'
import type { Effort } from '../../src/benchmark/run.ts'

/** Hardly any samples: for what does not depend on them. */
export const leastEffort: Effort = {
  minimumSamples: 4,
  maximumSamples: 4,
  timeMs: 0,
  warmUpMs: 0,
  rounds: 2,
}

export function findMeasurement(document: BenchDocument, id: string): Measurement {
  const all = document.rungs.flatMap(({ measurements }) => measurements)
  const found = all.find(({ workloadId }) => workloadId === id)
  if (found === undefined) throw new Error(`no measurement of ${id}`)
  return found
}
