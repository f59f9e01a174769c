/**
 * How many times faster than the target an object is with 95 % confidence: target ÷ bound of p95. Below 1 it is slower;
 * without a bound there is nothing to say.
 */
export function formatSpeedup(target: {
  readonly targetMs: number
  readonly boundMs: number | null
}): string {
  const { targetMs, boundMs } = target
  if (boundMs === null || boundMs === 0) return '–'
  const ratio = targetMs / boundMs
  return `${ratio.toFixed(ratio >= 100 ? 0 : ratio >= 10 ? 1 : 2)}×`
}
