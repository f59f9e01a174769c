import { createRandom } from '../../src/random.ts'
import { createNormal as createNormalFrom } from '../../src/statistics/normal.ts'
import { nonEmpty, type Samples } from '../../src/statistics/samples.ts'

/** Standard normal numbers from a seed. */
export function createNormal(seed: string): () => number {
  return createNormalFrom(createRandom(seed))
}

export function draw(n: number, one: () => number): Samples {
  return nonEmpty(Array.from({ length: n }, one))
}

/** How often `event` happens in `rounds` tries. */
export function shareOf(rounds: number, event: () => boolean): number {
  let count = 0
  for (let round = 0; round < rounds; round += 1) if (event()) count += 1
  return count / rounds
}

/** Three standard errors of a simulated share. */
export function simulationError(share: number, rounds: number): number {
  return 3 * Math.sqrt((share * (1 - share)) / rounds)
}
