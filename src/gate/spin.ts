import { measureResolution, refuseToothless } from './effort.ts'
import type { Query } from './query.ts'
import type { Block, TimedComparison } from './result.ts'
import { describeRuns, measureNoise } from './same.ts'
import type {
  SelfTestDocument,
  SpinSession,
  SpinComparison,
  SpinFacts,
} from './self-test-document.ts'
import type { SelfTestOptions } from './self-test.ts'
import { type Site, chooseLongest } from './site.ts'
import { slowCandidate } from './slowed.ts'
import { logRatio, timeFields } from './timing.ts'

/** What was promised to whom: query by query, a record a run. */
type Promises = readonly ReadonlyMap<string, number | null>[]

/**
 * Slows a candidate down by known shares. What may be expected is asked before each time, of arms that are the same: blocks that
 * were lucky enough to find something promise more than others.
 */
export async function runSpins(
  site: Site,
  options: SelfTestOptions,
): Promise<Pick<SelfTestDocument, 'pilot' | 'spins'>> {
  const { amount } = options
  const queries = await chooseLongest(site, amount.spinQueries)
  refuseToothless(amount.spinEffort, queries.length, measureResolution())
  const pilot: (readonly TimedComparison[])[] = []
  const slowed = amount.spinPercents.map((): (readonly TimedComparison[])[] => [])
  for (let run = 0; run < amount.spinRuns; run += 1) {
    pilot.push(await runOne(site, queries, run, 0, options))
    for (const [index, percent] of amount.spinPercents.entries()) {
      slowed[index]?.push(await runOne(site, queries, run, percent, options))
    }
    options.onProgress?.('slowed down', run + 1, amount.spinRuns)
  }
  const promises = pilot.map(
    (run) => new Map(run.map(({ id, detectable }) => [id, detectable.ratio])),
  )
  const { scale } = site.ground
  return {
    pilot: { ...describeRuns(scale, pilot), comparisons: describeAll(pilot, promises) },
    spins: amount.spinPercents.map((percent, index) =>
      describeSpin(scale, percent, slowed[index] ?? [], promises),
    ),
  }
}

async function runOne(
  { ground }: Site,
  queries: readonly Query[],
  run: number,
  percent: number,
  { amount, seed }: SelfTestOptions,
): Promise<readonly TimedComparison[]> {
  const { spinEffort } = amount
  const isPilot = percent === 0
  const { facts } = await timeFields([{ ground, queries }], {
    // What triage settles has few blocks to tell the noise from.
    effort: isPilot ? { ...spinEffort, triageSessions: 0 } : spinEffort,
    seed: `${seed} spin ${percent} ${run}`,
    instrument: (instances) => (isPilot ? instances : slowCandidate(instances, percent / 100)),
    onProgress: () => undefined,
  })
  return facts.comparisons
}

function describeSpin(
  scale: number,
  percent: number,
  runs: readonly (readonly TimedComparison[])[],
  promises: Promises,
): SpinFacts {
  const comparisons = describeAll(runs, promises)
  const promised = comparisons.filter(
    ({ promisedRatio }) => promisedRatio !== null && promisedRatio <= 1 + percent / 100,
  )
  return {
    scale,
    percent,
    found: comparisons.filter(isFound).length,
    promised: promised.length,
    foundOfPromised: promised.filter(isFound).length,
    noise: measureNoise(runs.flat()),
    comparisons,
  }
}

function isFound({ verdict }: SpinComparison): boolean {
  return verdict === 'slower'
}

function describeAll(
  runs: readonly (readonly TimedComparison[])[],
  promises: Promises,
): readonly SpinComparison[] {
  return runs.flatMap((run, index) =>
    run.map((timed): SpinComparison => ({
      run: index + 1,
      id: timed.id,
      verdict: timed.verdict,
      reason: timed.reason,
      baseMedianMs: timed.baseMedianMs,
      ratio: timed.ratio,
      ratioInterval: timed.ratioInterval,
      limitRatio: timed.limitRatio,
      controlRatio: timed.controlRatio,
      designEffect: timed.designEffect,
      promisedRatio: promises[index]?.get(timed.id) ?? null,
      sessions: describeSessions(timed.blocks),
    })),
  )
}

function describeSessions(blocks: readonly Block[]): readonly SpinSession[] {
  return Array.from(new Set(blocks.map(({ session }) => session)), (session) => {
    const own = blocks.filter((block) => block.session === session)
    return {
      phase: own[0]?.phase ?? 'decision',
      session,
      candidate: own.map((block) => rounded(logRatio(block, block.candidateMs))),
      control: own.map((block) => rounded(logRatio(block, block.controlMs))),
    }
  })
}

/** To ten-thousandths: finer than any of them is known. */
function rounded(ratio: number): number {
  return Math.round(ratio * 10_000) / 10_000
}
