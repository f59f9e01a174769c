import { defined } from '../defined.ts'
import { noiseScale } from '../statistics/power.ts'
import { median, nonEmpty } from '../statistics/samples.ts'
import { measureResolution, refuseToothless } from './effort.ts'
import { gate } from './gate.ts'
import type { Block, TimedComparison, VerdictName } from './result.ts'
import type { GateFacts, SameFacts, VerdictCounts } from './self-test-document.ts'
import type { SelfTestOptions } from './self-test.ts'
import { type Site, chooseLongest } from './site.ts'
import { logRatio, timeFields } from './timing.ts'

/** Times arms that are the same `runs` times over. */
export async function runSame(
  site: Site,
  runs: number,
  label: string,
  { amount, seed, onProgress }: SelfTestOptions,
): Promise<SameFacts> {
  const { ground } = site
  const queries = await chooseLongest(site, amount.sameQueries)
  refuseToothless(amount.sameEffort, queries.length, measureResolution())
  const all: (readonly TimedComparison[])[] = []
  for (let run = 0; run < runs; run += 1) {
    const { facts } = await timeFields([{ ground, queries }], {
      effort: amount.sameEffort,
      seed: `${seed} ${label} ${run}`,
      onProgress: () => undefined,
    })
    all.push(facts.comparisons)
    onProgress?.(label, run + 1, runs)
  }
  return describeRuns(ground.scale, all)
}

/** The whole gate on migrations against themselves: nothing is used twice, and each run has rows of its own. */
export async function runGates(options: SelfTestOptions): Promise<GateFacts> {
  const { arm, amount, seed, workloads, statementTimeoutMs, signal, onProgress } = options
  const all: (readonly TimedComparison[])[] = []
  const found: (readonly string[])[] = []
  for (let run = 0; run < amount.gateRuns; run += 1) {
    const { findings, timing } = await gate({
      base: arm,
      candidate: arm,
      scales: [amount.gateScale],
      effort: 'quick',
      amount: amount.gateEffort,
      seed: `${seed} gate ${run}`,
      command: options.command,
      ...defined({ workloads, statementTimeoutMs, signal }),
    })
    all.push(timing?.comparisons ?? [])
    found.push(findings.map(({ severity, title }) => `run ${run + 1}, ${severity}: ${title}`))
    onProgress?.('whole gates', run + 1, amount.gateRuns)
  }
  return {
    ...describeRuns(amount.gateScale, all),
    exactAlarms: found.filter((findings) => findings.length > 0).length,
    exactFindings: found.flat(),
  }
}

export function describeRuns(
  scale: number,
  runs: readonly (readonly TimedComparison[])[],
): SameFacts {
  const all = runs.flat()
  return {
    scale,
    runs: runs.length,
    alarms: runs.filter((run) => run.some(({ verdict }) => verdict === 'slower')).length,
    verdicts: countVerdicts(all),
    noise: measureNoise(all),
  }
}

/** Standard deviation of a block's log ratio: the median of all comparisons. */
export function measureNoise(all: readonly TimedComparison[]): number {
  if (all.length === 0) return 0
  const noises = all.flatMap(({ blocks }) => noiseScale(nonEmpty(blocks.map(ratioOf))) ?? [])
  return median(nonEmpty(noises))
}

function ratioOf(block: Block): number {
  return logRatio(block, block.candidateMs)
}

function countVerdicts(all: readonly TimedComparison[]): VerdictCounts {
  const countOf = (name: VerdictName): number =>
    all.filter(({ verdict }) => verdict === name).length
  return {
    slower: countOf('slower'),
    contaminated: countOf('contaminated'),
    inconclusive: countOf('inconclusive'),
    faster: countOf('faster'),
    unchanged: countOf('unchanged'),
  }
}
