import type { TargetFacts } from '../check/document.ts'

/** What to add where targets were timed in baseline code, which is slower: what it meets is met. Empty where none was. */
export function describeCodeTier(targets: readonly TargetFacts[]): string {
  const baseline = targets.filter(({ codeTier }) => codeTier === 'baseline').length
  if (baseline === 0) return ''
  return baseline === targets.length
    ? ', in baseline code'
    : `, ${baseline} of them in baseline code`
}
