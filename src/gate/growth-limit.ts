import type { GateFinding } from './result.ts'

/** A finding that has not been placed in a file yet. */
export type Unplaced = Omit<GateFinding, 'place'>

/** Less than this share is no growth. */
const leastGrowth = 0.02

/** Whether an exact count grew by more than max(2 %, `floor`). */
export function isGrown(base: number, candidate: number, floor: number): boolean {
  return candidate - base > Math.max(base * leastGrowth, floor)
}
