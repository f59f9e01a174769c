import { setMaxListeners } from 'node:events'
import { Worker } from 'node:worker_threads'
import { prepareWorkloads } from '../benchmark/prepare.ts'
import type { Workload } from '../benchmark/workload.ts'
import type { OpenOptions } from '../database/pglite.ts'
import { pgliteVersion } from '../database/postgres-version.ts'
import { captureProvenance } from '../provenance.ts'
import type { Arm } from './arm.ts'
import { listMutants, tryMutant } from './mutant.ts'
import { listPledges } from './pledge.ts'
import { listQueries } from './query.ts'
import { runGates, runSame } from './same.ts'
import type { SelfTestAmount } from './self-test-amount.ts'
import type { MutantFacts, Pledge, SelfTestDocument } from './self-test-document.ts'
import { borrow, chooseWorkloads, layOne, openSite } from './site.ts'
import { runSpins } from './spin.ts'

export interface SelfTestOptions extends Pick<OpenOptions, 'statementTimeoutMs' | 'signal'> {
  readonly arm: Arm
  readonly amount: SelfTestAmount
  readonly seed: string
  readonly command: string
  readonly workloads?: readonly Workload[]
  readonly onProgress?: (label: string, done: number, total: number) => void
}

/**
 * Judges the gate: arms that are the same, arms slowed down by known shares, migrations made worse, and a busy machine.
 * @throws {HarnessError} as `gate` does.
 */
export async function testGate(options: SelfTestOptions): Promise<SelfTestDocument> {
  const started = performance.now()
  const { amount, command, seed, signal } = options
  // Every instance of every pool listens to it.
  if (signal !== undefined) setMaxListeners(0, signal)
  const provenance = captureProvenance({ kind: 'pglite', version: '', package: pgliteVersion() })
  const mutants = await tryMutants(options)
  const gates = await runGates(options)
  await using small = await openSite(amount.sameScale, options)
  const same = await runSame(small, amount.sameRuns, 'arms that are the same', options)
  const hog = await besideHogs(provenance.cores, () =>
    runSame(small, amount.hogRuns, 'arms that are the same, busy machine', options),
  )
  await using large =
    amount.spinScale === amount.sameScale
      ? borrow(small)
      : await openSite(amount.spinScale, options)
  const { pilot, spins } = await runSpins(large, options)
  const pledges = listPledges({ same, hog, gates, pilot, spins, mutants })
  return {
    schema: 'hook-harness/gate-self-test',
    schemaVersion: 2,
    status: statusOf(pledges),
    provenance: { ...provenance, engine: large.engine },
    command,
    seed,
    fixtures: [small.ground.fixture, large.ground.fixture],
    same,
    hog,
    gates,
    pilot,
    spins,
    mutants,
    pledges,
    durationMs: performance.now() - started,
  }
}

function statusOf(pledges: readonly Pledge[]): SelfTestDocument['status'] {
  const states = new Set(pledges.map(({ state }) => state))
  if (states.has('broken')) return 'failed'
  return states.has('not shown') ? 'unjudged' : 'passed'
}

/** On instances of their own: what is planted and taken out again leaves dead rows in the catalog. */
async function tryMutants(options: SelfTestOptions): Promise<readonly MutantFacts[]> {
  const { arm, amount, onProgress } = options
  const ground = await layOne(amount.mutantScale, options)
  await using instances = await ground.open()
  const { base } = instances.databases
  const prepared = await prepareWorkloads(base, ground.oracle, await chooseWorkloads(options))
  const queries = listQueries(arm.set, prepared)
  const planned = listMutants(arm.set)
  const facts: MutantFacts[] = []
  for (const mutant of planned) {
    facts.push(await tryMutant(instances, queries, ground.scale, mutant))
    onProgress?.('mutants', facts.length, planned.length)
  }
  return facts
}

/** Keeps every core busy while `work` runs. */
async function besideHogs<T>(cores: number, work: () => Promise<T>): Promise<T> {
  const hogs = Array.from({ length: cores }, () => new Worker('for (;;);', { eval: true }))
  try {
    return await work()
  } finally {
    for (const hog of hogs) await hog.terminate()
  }
}
