/**
 * Holm's step-down adjustment (A Simple Sequentially Rejective Multiple Test Procedure, 1979), in the order given: reject where
 * the adjusted p is at most alpha, and the chance of even one false rejection is at most alpha, however the tests depend.
 */
export function adjustHolm(pValues: readonly number[]): readonly number[] {
  const order = pValues.map((p, index) => ({ p, index })).toSorted((one, other) => one.p - other.p)
  const adjusted = Array<number>(pValues.length).fill(1)
  let floor = 0
  for (const [step, { p, index }] of order.entries()) {
    floor = Math.max(floor, Math.min(1, p * (pValues.length - step)))
    adjusted[index] = floor
  }
  return adjusted
}

/** The smallest one-sided p that a signed-rank test of `blocks` differences can reach: all of one sign. */
export function smallestP(blocks: number): number {
  return 2 ** -blocks
}

/** Below this many blocks no test of `tests` can be significant at `alpha` after Holm: 13 for 80 tests at 0.01. */
export function blocksNeeded(tests: number, alpha: number): number {
  let blocks = 1
  while (smallestP(blocks) * tests > alpha) blocks += 1
  return blocks
}
