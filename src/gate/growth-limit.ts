import type { GateFinding } from './result.ts'

/** A finding that has not been placed in a file yet. */
export type Unplaced = Omit<GateFinding, 'place'>

/** Less than this share is no growth. */
const leastGrowth = 0.02

/** Whether an exact count grew by more than max(2 %, `floor`). */
export function isGrown(base: number, candidate: number, floor: number): boolean {
  return candidate - base > Math.max(base * leastGrowth, floor)
}

/** An unstable count is taken seriously again where it grew by so many times what two runs of the base differ by. */
const spreads = 10

/** Whether it did, and is more than twice as large: no such growth is an accident, whatever else it is. */
export function isFarGrown(
  base: number,
  control: number,
  candidate: number,
  floor: number,
): boolean {
  const larger = Math.max(base, control)
  const growth = candidate - larger
  return growth > Math.max(larger, spreads * Math.abs(base - control), floor)
}
