import { describe, expect, test } from 'vitest'
import { listPledges } from '../../src/gate/pledge.ts'
import type { SameFacts, SpinComparison, SpinFacts } from '../../src/gate/self-test-document.ts'

type Facts = Parameters<typeof listPledges>[0]

const same: SameFacts = {
  scale: 227,
  runs: 10,
  alarms: 0,
  verdicts: { slower: 0, contaminated: 1, inconclusive: 2, faster: 0, unchanged: 7 },
  noise: 0.02,
}

function spin(percent: number, rest: Partial<SpinFacts> = {}): SpinFacts {
  const comparisons = Array.from({ length: 10 }, () => ({}) as SpinComparison)
  const found = { found: 10, promised: 10, foundOfPromised: 10 }
  return { scale: 227, percent, noise: 0.02, comparisons, ...found, ...rest }
}

const mutant = {
  title: 'index idx dropped',
  object: 'idx',
  isCaught: true,
  isNamed: true,
  isCaughtByWork: true,
  findings: [],
}

const kept: Facts = {
  same,
  hog: same,
  gates: { ...same, exactAlarms: 0, exactFindings: [] },
  pilot: { ...same, comparisons: [] },
  spins: [spin(20), spin(50)],
  mutants: [mutant],
}

function states(change: Partial<Facts> = {}): readonly string[] {
  return listPledges({ ...kept, ...change }).map(({ state }) => state)
}

/** All kept but for one. */
function only(index: number, state: string): readonly string[] {
  return states().map((each, at) => (at === index ? state : each))
}

describe('a pledge', () => {
  test('is kept where all went well', () => {
    expect(new Set(states())).toEqual(new Set(['kept']))
    expect(states()).toHaveLength(6)
  })

  const alarmed = { ...same, alarms: 1 }
  test.each<readonly [string, number, Partial<Facts>]>([
    ['a false alarm of time alone', 0, { same: alarmed }],
    ['a false alarm before a slowdown', 0, { pilot: { ...kept.pilot, alarms: 1 } }],
    ['a false alarm of the whole gate', 1, { gates: { ...kept.gates, alarms: 1 } }],
    ['a false alarm of exact work', 1, { gates: { ...kept.gates, exactAlarms: 1 } }],
    ['a false alarm on a busy machine', 2, { hog: alarmed }],
    [
      'a promise that is kept too seldom',
      3,
      { spins: [spin(20, { foundOfPromised: 7 }), spin(50)] },
    ],
    [
      'a single +50 % that was missed, promised or not',
      4,
      { spins: [spin(20), spin(50, { found: 9, promised: 0, foundOfPromised: 0 })] },
    ],
    ['a mutant that lives', 5, { mutants: [mutant, { ...mutant, isCaught: false }] }],
    ['a mutant that has no name', 5, { mutants: [{ ...mutant, isNamed: false }] }],
  ])('is broken by %s, and no other is', (_, index, change) => {
    expect(states(change)).toEqual(only(index, 'broken'))
  })

  test.each<readonly [string, number, Partial<Facts>]>([
    ['runs', 1, { gates: { ...kept.gates, runs: 0 } }],
    ['promises', 3, { spins: [spin(20, { found: 3, promised: 0, foundOfPromised: 0 }), spin(50)] }],
    ['slowdowns', 4, { spins: [spin(20), spin(50, { comparisons: [], found: 0 })] }],
    ['mutants', 5, { mutants: [] }],
  ])('is not shown without %s', (_, index, change) => {
    expect(states(change)).toEqual(only(index, 'not shown'))
  })

  test('says how many', () => {
    const [first] = listPledges({ ...kept, same: { ...same, alarms: 2 } })
    expect(first?.evidence).toBe('2 of 20 runs')
  })
})
