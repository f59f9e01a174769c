import { type EffortName, type GateEffort, gateEfforts } from './effort.ts'

/** How much of everything. */
export interface SelfTestAmount {
  /** Many runs on few rows, where a run is short. */
  readonly sameScale: number
  readonly sameRuns: number
  readonly hogRuns: number
  /** The longest queries of that scale. */
  readonly sameQueries: number
  readonly sameEffort: GateEffort
  /** Runs of the whole gate, with every query. */
  readonly gateScale: number
  readonly gateRuns: number
  readonly gateEffort: GateEffort
  /** Few runs on many rows, where a share of the time is more than half a millisecond. */
  readonly spinScale: number
  readonly spinRuns: number
  readonly spinPercents: readonly number[]
  /** The longest queries of that scale. */
  readonly spinQueries: number
  readonly spinEffort: GateEffort
  readonly mutantScale: number
  /** Sets of instances that sessions draw from. */
  readonly poolSets: number
}

/** As `quick`, with shorter batches: on few rows most of a batch of 10 ms is repetition. */
const shortEffort: GateEffort = { ...gateEfforts.quick, batchMs: 3, targetSamples: 0 }

const wholeEffort: GateEffort = { ...gateEfforts.quick, targetSamples: 0 }

/** `thorough` is the one whose result is committed. */
export const selfTestAmounts: Readonly<Record<EffortName, SelfTestAmount>> = {
  quick: {
    sameScale: 227,
    sameRuns: 3,
    hogRuns: 1,
    sameQueries: 4,
    sameEffort: { ...shortEffort, batchMs: 1 },
    gateScale: 227,
    gateRuns: 1,
    gateEffort: shortEffort,
    spinScale: 10_000,
    spinRuns: 1,
    spinPercents: [50],
    spinQueries: 2,
    spinEffort: wholeEffort,
    mutantScale: 2_000,
    poolSets: 2,
  },
  standard: {
    sameScale: 227,
    sameRuns: 20,
    hogRuns: 3,
    sameQueries: 4,
    sameEffort: shortEffort,
    gateScale: 2_000,
    gateRuns: 4,
    gateEffort: wholeEffort,
    spinScale: 10_000,
    spinRuns: 3,
    spinPercents: [10, 20, 50],
    spinQueries: 3,
    spinEffort: { ...gateEfforts.standard, targetSamples: 0 },
    mutantScale: 10_000,
    poolSets: 3,
  },
  thorough: {
    sameScale: 2_000,
    sameRuns: 70,
    hogRuns: 4,
    sameQueries: 3,
    sameEffort: shortEffort,
    gateScale: 10_000,
    gateRuns: 30,
    gateEffort: wholeEffort,
    spinScale: 10_000,
    spinRuns: 5,
    spinPercents: [10, 20, 50],
    spinQueries: 2,
    spinEffort: { ...gateEfforts.thorough, targetSamples: 0 },
    mutantScale: 10_000,
    poolSets: 4,
  },
}
