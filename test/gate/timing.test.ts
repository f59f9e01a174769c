import { describe, expect, test } from 'vitest'
import type { Database, Row, TimedRows } from '../../src/database/database.ts'
import { type GateEffort, gateEfforts } from '../../src/gate/effort.ts'
import { type ArmName, type Ground, type Instances, armNames } from '../../src/gate/ground.ts'
import type { Query } from '../../src/gate/query.ts'
import type { Block, TimedComparison } from '../../src/gate/result.ts'
import { type Timed, timeFields } from '../../src/gate/timing.ts'
import { buildOracle } from '../../src/oracle.ts'

const query: Query = {
  id: 'view/one',
  title: 'one',
  object: { kind: 'view', name: 'one' },
  sql: 'select',
  parametersSql: null,
  params: [],
  callee: null,
  compares: 'ordered',
}

const effort: GateEffort = { ...gateEfforts.quick, targetSamples: 20 }

/** One execution: which session, whose, and the how many-th there. */
interface Execution {
  readonly session: number
  readonly arm: ArmName
  readonly count: number
}

type Clock = (execution: Execution) => number | Pick<TimedRows, 'latencyMs' | 'ownMs'>

/** What was opened, executed and closed. */
interface Log {
  opened: number
  closed: number
  readonly executed: Execution[]
}

/** A clock in the place of a database: `time` says what the test says. */
class Scripted implements Database {
  readonly engine = { kind: 'pglite', version: '18', package: '0' } as const
  readonly #session: number
  readonly #arm: ArmName
  readonly #clock: Clock
  readonly #log: Log
  #count = 0

  constructor(session: number, arm: ArmName, clock: Clock, log: Log) {
    this.#session = session
    this.#arm = arm
    this.#clock = clock
    this.#log = log
  }

  async time<R extends Row>(): Promise<TimedRows<R>> {
    const execution = { session: this.#session, arm: this.#arm, count: this.#count }
    this.#count += 1
    this.#log.executed.push(execution)
    const taken = this.#clock(execution)
    return { rows: [], ...(typeof taken === 'number' ? { latencyMs: taken } : taken) }
  }

  query = refuse
  execute = refuse
  copyIn = refuse
  transaction = refuse

  async close(): Promise<void> {
    this.#log.closed += 1
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

function refuse(): Promise<never> {
  return Promise.reject(new Error('nothing but time is asked here'))
}

async function run(
  clock: Clock,
  rest: Partial<Parameters<typeof timeFields>[1]> = {},
): Promise<{ readonly timed: Timed; readonly one: TimedComparison; readonly log: Log }> {
  const log: Log = { opened: 0, closed: 0, executed: [] }
  const open = async (): Promise<Instances> => {
    log.opened += 1
    const make = (arm: ArmName): Database => new Scripted(log.opened, arm, clock, log)
    const databases = { base: make('base'), candidate: make('candidate'), control: make('control') }
    return {
      databases,
      [Symbol.asyncDispose]: async () => {
        for (const arm of armNames) await databases[arm].close()
      },
    }
  }
  const fixture = {
    name: 'canonical',
    seed: '1',
    payload: 'slim',
    generatorVersion: 1,
    events: 227,
    sessions: 3,
  } as const
  const ground: Ground = { scale: 227, fixture, oracle: buildOracle().build(), open }
  const timed = await timeFields([{ ground, queries: [query] }], {
    effort,
    seed: '1',
    onProgress: () => undefined,
    ...rest,
  })
  const [one] = timed.facts.comparisons
  if (one === undefined) throw new Error('nothing was concluded')
  return { timed, one, log }
}

/** A little noise that no two executions share, so that no two ratios are tied. */
function jitter({ session, arm, count }: Execution): number {
  const seed = Math.imul(session * 7919 + armNames.indexOf(arm) * 104_729 + count * 1_299_709, 31)
  return 1 + ((seed >>> 8) % 1_000) / 100_000
}

/** Sessions of triage come first, then those of each phase. */
function phaseOf(session: number): number {
  const { triageSessions, sessions } = effort
  return session <= triageSessions ? 0 : Math.ceil((session - triageSessions) / sessions)
}

function phasesOf({ blocks }: TimedComparison): readonly Block['phase'][] {
  return Array.from(new Set(blocks.map(({ phase }) => phase)))
}

describe('a block', () => {
  test('takes the arms in an order of its own and in its mirror image, each session others first', async () => {
    // Long enough to be executed once a batch.
    const { one, log } = await run((execution) => 200 * jitter(execution))
    expect(one.executionsPerBatch).toBe(1)
    const letters = { base: 'A', candidate: 'B', control: 'C' } as const
    const inSession = log.executed
      .filter(({ session }) => session === 1)
      .map(({ arm }) => letters[arm])
      .join('')
    const { triageBlocksPerSession } = effort
    const blocks = one.blocks.filter(({ session }) => session === 1)
    expect(blocks).toHaveLength(triageBlocksPerSession)
    const mirrored = blocks.map(({ order }) => order + Array.from(order).toReversed().join(''))
    // What comes before is the warm-up.
    expect(inSession.endsWith(mirrored.join(''))).toBe(true)
    const first = new Set(
      Array.from({ length: log.opened }, (_, index) =>
        log.executed.find(({ session }) => session === index + 1),
      ).map((execution) => execution?.arm),
    )
    expect(first.size).toBeGreaterThan(1)
    expect(new Set(one.blocks.map(({ order }) => order)).size).toBeGreaterThan(2)
  })

  test('is ½ of the sum of both differences of logarithms', async () => {
    const { one } = await run(({ arm, count }) => {
      if (arm !== 'candidate') return 200
      return count % 2 === 0 ? 400 : 1_600
    })
    expect(one.ratio).toBeCloseTo(4, 10)
  })

  test('is without what an execution waited for a processor', async () => {
    const { one, timed } = await run(({ count }) => {
      return { latencyMs: count % 3 === 0 ? 200 : 240, ownMs: 200 }
    })
    expect(new Set(one.blocks.flatMap(({ candidateMs }) => candidateMs))).toEqual(new Set([200]))
    // Those for the claim about p95 are what a caller waits.
    const [latencies] = timed.latencies.values()
    expect(new Set(latencies?.candidate)).toEqual(new Set([200, 240]))
  })

  test('keeps the fastest execution of a batch', async () => {
    const { one } = await run(({ count }) => (count % 2 === 0 ? 12 : 40))
    expect(one.executionsPerBatch).toBe(2)
    const all = one.blocks.flatMap(({ baseMs, candidateMs, controlMs }) =>
      [baseMs, candidateMs, controlMs].flat(),
    )
    expect(new Set(all)).toEqual(new Set([12]))
  })
})

describe('a session', () => {
  test('has instances of its own, which are closed when it ends', async () => {
    const { timed, log } = await run((execution) => 20 * jitter(execution))
    expect(log.opened).toBe(timed.facts.sessions)
    expect(log.closed).toBe(3 * log.opened)
  })

  test('may be instrumented, all of them', async () => {
    let instrumented = 0
    const { log } = await run((execution) => 20 * jitter(execution), {
      instrument: (instances) => {
        instrumented += 1
        return instances
      },
    })
    expect(instrumented).toBe(log.opened)
  })

  test('of triage leaves as many latencies of either arm as the claim about p95 needs', async () => {
    const { timed } = await run((execution) => 20 * jitter(execution))
    const [latencies] = timed.latencies.values()
    expect(latencies?.base.length).toBeGreaterThanOrEqual(effort.targetSamples)
    expect(latencies?.candidate.length).toBe(latencies?.base.length)
  })
})

describe('the phases', () => {
  test('end with triage where nothing changed', async () => {
    const { one } = await run((execution) => 50 * jitter(execution))
    expect(one).toMatchObject({ verdict: 'unchanged', adjustedP: null })
    expect(phasesOf(one)).toEqual(['triage'])
  })

  test('without triage decide everything', async () => {
    const { one } = await run((execution) => 50 * jitter(execution), {
      effort: { ...effort, triageSessions: 0 },
    })
    expect(one.verdict).toBe('unchanged')
    expect(phasesOf(one)).toEqual(['decision'])
  })

  test('decide and confirm a slowdown, each on sessions of its own', async () => {
    const { one, timed } = await run(
      (execution) => (execution.arm === 'candidate' ? 75 : 50) * jitter(execution),
    )
    expect(one.verdict).toBe('slower')
    expect(phasesOf(one)).toEqual(['triage', 'decision', 'confirmation'])
    expect(timed.facts.sessions).toBe(effort.triageSessions + 2 * effort.sessions)
    expect(one.ratio).toBeCloseTo(1.5, 1)
  })

  test('do not confirm what happens once', async () => {
    const { one } = await run((execution) => {
      const isSlow = execution.arm === 'candidate' && phaseOf(execution.session) < 2
      return (isSlow ? 75 : 50) * jitter(execution)
    })
    expect(one.verdict).toBe('inconclusive')
    expect(one.reason).toContain('slower at first, not confirmed on new instances')
    expect(phasesOf(one)).toEqual(['triage', 'decision', 'confirmation'])
  })

  test('repeat a contaminated confirmation, once', async () => {
    const { one } = await run((execution) => {
      const { arm, session } = execution
      if (arm === 'candidate') return 60 * jitter(execution)
      return (arm === 'control' && phaseOf(session) === 2 ? 53 : 50) * jitter(execution)
    })
    expect(one.verdict).toBe('slower')
    expect(phasesOf(one)).toEqual(['triage', 'decision', 'confirmation', 'repeated confirmation'])
  })

  test.each([
    ['only once, and believe the second', 2, 'unchanged'],
    ['not a third time', 9, 'contaminated'],
  ] as const)('repeat what is contaminated %s', async (_, until, verdict) => {
    const { one, timed } = await run((execution) => {
      const isMoved = execution.arm === 'control' && phaseOf(execution.session) < until
      return (isMoved ? 52 : 50) * jitter(execution)
    })
    expect(one.verdict).toBe(verdict)
    expect(phasesOf(one)).toEqual(['triage', 'decision', 'repeated decision'])
    expect(timed.facts.sessions).toBe(effort.triageSessions + 2 * effort.sessions)
  })
})
