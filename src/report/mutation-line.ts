import type { MutateDocument } from '../mutation/document.ts'
import { formatMs } from '../units.ts'
import { countOf, verdicts } from './closing-line.ts'

/** `PASSED 214/214 mutants killed (100 %), 12 equivalent, 40 invalid, 5m`: verdict first. */
export function closingLineOfMutation(document: MutateDocument): string {
  const { counts, sample, status, refuted, durationMs } = document
  const killed = counts.killed + counts.timedOut + counts.costlier
  return [
    `${verdicts[status]} ${killed}/${countOf(killed + counts.survived, 'mutant')} killed (${describeScore(document)})`,
    ...(counts.costlier > 0 ? [`${counts.costlier} of them by the work they take`] : []),
    `${counts.survived} survived`,
    `${counts.equivalent} equivalent`,
    `${counts.invalid} invalid`,
    ...(refuted.length > 0 ? [`${countOf(refuted.length, 'argument')} refuted`] : []),
    ...(counts.unjudged > 0 ? [`${counts.unjudged} unjudged`] : []),
    ...(sample === null
      ? []
      : [`${sample.mutants} drawn of ${counts.generated}, seed ${sample.seed}`]),
    formatMs(durationMs),
  ].join(', ')
}

/** Rounded down: 99.96 % is not 100. */
function describeScore({ scorePercent }: MutateDocument): string {
  return scorePercent === null ? 'no score' : `${Math.floor(scorePercent * 10) / 10} %`
}
