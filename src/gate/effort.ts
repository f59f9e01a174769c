import { HarnessError } from '../errors.ts'
import { blocksNeeded } from '../statistics/holm.ts'

export const effortNames = ['quick', 'standard', 'thorough'] as const
export type EffortName = (typeof effortNames)[number]

/** How much the gate times. */
export interface GateEffort {
  /** Fresh sets of instances that sort out what is plainly unchanged; none: everything is decided. */
  readonly triageSessions: number
  readonly triageBlocksPerSession: number
  /** Fresh sets of instances for a decision, and as many again for a repeated one and for a confirmation. */
  readonly sessions: number
  readonly blocksPerSession: number
  /** A sample is the fastest of as many executions as fill this. */
  readonly batchMs: number
  /** Executions for the claim about p95, on either arm. */
  readonly targetSamples: number
  /** What may be spent on them, a query. */
  readonly targetBudgetMs: number
}

export const gateEfforts: Readonly<Record<EffortName, GateEffort>> = {
  quick: {
    triageSessions: 4,
    triageBlocksPerSession: 2,
    sessions: 5,
    blocksPerSession: 4,
    batchMs: 10,
    targetSamples: 59,
    targetBudgetMs: 1_500,
  },
  standard: {
    triageSessions: 4,
    triageBlocksPerSession: 3,
    sessions: 6,
    blocksPerSession: 6,
    batchMs: 10,
    targetSamples: 59,
    targetBudgetMs: 10_000,
  },
  thorough: {
    triageSessions: 5,
    triageBlocksPerSession: 4,
    sessions: 8,
    blocksPerSession: 8,
    batchMs: 20,
    targetSamples: 120,
    targetBudgetMs: 60_000,
  },
}

/** Chance that the gate calls any one of unchanged queries slower, before the confirmation. */
export const alpha = 0.01
/** A slowdown of less than this is nobody's business, whatever the noise. */
export const leastShift = 0.05
/** Nor is one of less than this. */
export const leastShiftMs = 0.5

/** A round trip of `select 1`: no query is shorter. */
const shortestExecutionMs = 0.1

/**
 * Refuses a run that could not fail: with so few blocks no p survives Holm, one session shows nothing of how sessions differ, or
 * the clock is too coarse for δ.
 * @param resolutionMs The clock's smallest step.
 * @throws {HarnessError} E_GATE_TOOTHLESS
 */
export function refuseToothless(effort: GateEffort, tests: number, resolutionMs: number): void {
  const blocks = effort.sessions * effort.blocksPerSession
  const needed = blocksNeeded(tests, alpha)
  if (blocks < needed) {
    throw toothless(
      `${blocks} blocks for ${tests} tests at α = ${alpha}: not even a slowdown in every block would be significant, ${needed} blocks are needed`,
      'Raise --effort, or compare fewer --scale at a time.',
    )
  }
  if (effort.sessions < 2) {
    throw toothless(
      'one session, and how much sessions differ is seen from two on',
      'Raise --effort.',
    )
  }
  // Every execution of a batch is read off the clock by itself.
  const resolution = resolutionMs / shortestExecutionMs
  if (2 * resolution > leastShift) {
    throw toothless(
      `the clock steps by ${resolutionMs} ms, ${(100 * resolution).toFixed(1)} % of the shortest execution: δ = ${100 * leastShift} % must be at least twice that`,
      'Run it where performance.now() is finer.',
    )
  }
}

function toothless(found: string, hint: string): HarnessError {
  return new HarnessError('E_GATE_TOOTHLESS', `This gate could not fail: ${found}`, { hint })
}

/** The smallest step of the clock that was seen. */
export function measureResolution(): number {
  let smallest = Infinity
  for (let reading = 0; reading < 1_000; reading += 1) {
    const started = performance.now()
    let now = started
    while (now === started) now = performance.now()
    smallest = Math.min(smallest, now - started)
  }
  return smallest
}
