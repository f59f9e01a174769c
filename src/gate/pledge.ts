import type { MutantFacts, Pledge, SelfTestDocument, SpinFacts } from './self-test-document.ts'

/** A promise of nine in ten is kept by eight in ten of few. */
const keptShare = 0.8
/** From here on a slowdown is found every time, promised or not. */
const alwaysFoundPercent = 50

/** What the gate promises of itself, and whether it was kept. */
export function listPledges({
  same,
  hog,
  gates,
  pilot,
  spins,
  mutants,
}: Pick<
  SelfTestDocument,
  'same' | 'hog' | 'gates' | 'pilot' | 'spins' | 'mutants'
>): readonly Pledge[] {
  const [runs, alarms] = [same.runs + pilot.runs, same.alarms + pilot.alarms]
  return [
    {
      title: 'arms that are the same are never called slower',
      state: stateOf(runs, alarms === 0),
      evidence: `${alarms} of ${runs} runs`,
    },
    {
      title:
        'nor by the whole gate, on new instances each time, and exact work finds nothing there',
      state: stateOf(gates.runs, gates.alarms + gates.exactAlarms === 0),
      evidence: `${gates.alarms} of ${gates.runs} runs by time, ${gates.exactAlarms} by exact work`,
    },
    {
      title: 'nor on a busy machine',
      state: stateOf(hog.runs, hog.alarms === 0),
      evidence: `${hog.alarms} of ${hog.runs} runs`,
    },
    ...spins.map(pledgeSpin),
    pledgeMutants(mutants),
  ]
}

function pledgeSpin({ percent, comparisons, found, promised, foundOfPromised }: SpinFacts): Pledge {
  const tries = comparisons.length
  const evidence = `found in ${found} of ${tries}; promised in ${promised}, found in ${foundOfPromised} of them`
  return percent >= alwaysFoundPercent
    ? { title: `+${percent} % is always found`, state: stateOf(tries, found === tries), evidence }
    : {
        title: `+${percent} % is found as often as promised`,
        state: stateOf(promised, foundOfPromised >= keptShare * promised),
        evidence,
      }
}

function pledgeMutants(mutants: readonly MutantFacts[]): Pledge {
  const caught = mutants.filter(({ isCaught, isNamed }) => isCaught && isNamed)
  const byWork = mutants.filter(({ isCaughtByWork }) => isCaughtByWork)
  return {
    title: 'layer 1 catches every mutant and names its object',
    state: stateOf(mutants.length, caught.length === mutants.length),
    evidence: `${caught.length} of ${mutants.length}, ${byWork.length} by work`,
  }
}

/** What was never tried, nobody has seen kept. */
function stateOf(tries: number, isKept: boolean): Pledge['state'] {
  if (tries === 0) return 'not shown'
  return isKept ? 'kept' : 'broken'
}
