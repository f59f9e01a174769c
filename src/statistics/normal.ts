import type { Random } from '../random.ts'

/** Standard normal numbers, by Box and Muller (A Note on the Generation of Random Normal Deviates, 1958). */
export function createNormal(random: Random): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
}
