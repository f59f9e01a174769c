import type { TargetClaim } from '../benchmark/result.ts'

/** `met`, `missed`, or what keeps either from being shown. */
export function describeClaim({ claim, reason }: TargetClaim): string {
  if (claim !== 'not-shown') return claim
  return reason === 'too-close' ? 'not shown: too close' : 'not shown: too few samples'
}
