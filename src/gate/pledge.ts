import type { MutantFacts, Pledge, SameFacts, SpinFacts } from './self-test-document.ts'

/** A promise of nine in ten is kept by eight in ten of few. */
const keptShare = 0.8

/** What the gate promises of itself, and whether it was kept. */
export function listPledges(
  same: SameFacts,
  hog: SameFacts,
  spins: readonly SpinFacts[],
  mutants: readonly MutantFacts[],
): readonly Pledge[] {
  const missed = mutants.filter(({ isCaught, isNamed }) => !isCaught || !isNamed)
  return [
    {
      title: 'arms that are the same are never called slower',
      state: stateOf(same.runs, same.alarms === 0),
      evidence: `${same.alarms} of ${same.runs} runs`,
    },
    {
      title: 'nor on a busy machine',
      state: stateOf(hog.runs, hog.alarms === 0),
      evidence: `${hog.alarms} of ${hog.runs} runs`,
    },
    ...spins.map(({ percent, comparisons, found, promised, foundOfPromised }) => ({
      title: `+${percent} % is found as often as promised`,
      state: stateOf(promised, foundOfPromised >= keptShare * promised),
      evidence: `found in ${found} of ${comparisons}; promised in ${promised}, found in ${foundOfPromised} of them`,
    })),
    {
      title: 'layer 1 catches every mutant and names its object',
      state: stateOf(mutants.length, missed.length === 0),
      evidence: `${mutants.length - missed.length} of ${mutants.length}, ${mutants.filter(({ isCaughtByWork }) => isCaughtByWork).length} by work`,
    },
  ]
}

/** What was never tried, nobody has seen kept. */
function stateOf(tries: number, isKept: boolean): Pledge['state'] {
  if (tries === 0) return 'not shown'
  return isKept ? 'kept' : 'broken'
}
