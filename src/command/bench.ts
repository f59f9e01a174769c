import { defined } from '../defined.ts'
import type { Command } from 'commander'
import type { BenchProgress } from '../benchmark/bench.ts'
import { leaveOutPlans } from '../benchmark/plan-json.ts'
import type { BenchDocument } from '../benchmark/result.ts'
import type { PayloadShape } from '../fixture/tool-output.ts'
import { loadMigrations } from '../migration/migration.ts'
import { formatRows } from '../units.ts'
import { type Context, type ExitCode, exitCodeOf } from './context.ts'
import { type EmitOptions, checkOutput, emit } from './emit.ts'
import { addMigrationOptions, addReportOptions } from './flags.ts'
import { readDuration, readPayload, readScales } from './option.ts'
import { type Progress, startProgress } from './progress.ts'

export interface BenchFlags extends EmitOptions {
  readonly migrations?: string
  readonly scale?: readonly number[]
  readonly seed?: string
  readonly payload?: PayloadShape
  readonly timeout?: number
  readonly budget?: number
  readonly workloads?: string
  readonly withoutPlans?: boolean
}

export function addBench(
  program: Command,
  done: (work: Promise<ExitCode>) => Promise<void>,
  context: Context,
): void {
  const command = program
    .command('bench')
    .description(
      'time the views, the functions and the migrations themselves, at one size or several',
    )
    .option(
      '--scale <numbers>',
      'events, ascending: 227,10k,100k (default: the canonical 227)',
      readScales,
    )
    .option('--seed <text>', 'seed of generated rows and of the order of tasks')
    .option('--payload <shape>', 'slim or recorded payloads (default: slim)', readPayload)
    .option(
      '--budget <time>',
      'leave out the sizes, and then the samples, that would take longer: 2m',
      readDuration,
    )
    .option('--workloads <folder>', "the queries to time (default: the package's own)")
    .option(
      '--without-plans',
      "leave EXPLAIN's own JSON out of the document; fingerprints and figures stay",
    )
  addReportOptions(addMigrationOptions(command)).action((flags: BenchFlags) =>
    done(runBench(flags, context)),
  )
}

async function runBench(flags: BenchFlags, context: Context): Promise<ExitCode> {
  await checkOutput(flags.output)
  const progress = await startProgress(context)
  const document = await measure(flags, context, progress).finally(() => progress.stop())
  await emit(context, flags.withoutPlans === true ? leaveOutPlans(document) : document, flags)
  return exitCodeOf(document.status)
}

/** Measures what the flags name. */
export async function measure(
  flags: BenchFlags,
  context: Context,
  progress: Progress,
): Promise<BenchDocument> {
  const { seed, payload, timeout } = flags
  const [{ bench }, { loadWorkloads }, migrations] = await Promise.all([
    import('../benchmark/bench.ts'),
    import('../benchmark/workload.ts'),
    loadMigrations(flags.migrations),
  ])
  const workloads = await loadWorkloads(flags.workloads)
  const label = labelPhases()
  return bench({
    migrations,
    workloads,
    ...defined({
      scales: flags.scale,
      seed,
      payload,
      statementTimeoutMs: timeout,
      budgetMs: flags.budget,
      command: context.words === undefined ? undefined : quoteCommand(context.words),
    }),
    signal: context.signal,
    onProgress: (at) => progress.show(at.done, at.total, label(at)),
  })
}

/** As a shell takes it. */
function quoteCommand(words: readonly string[]): string {
  const quoted = words.map((word) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`,
  )
  return ['hook-harness', ...quoted].join(' ')
}

/** What can be counted, by phase, as a rate: of what, and how much of it is one. */
const rates: Partial<Record<BenchProgress['phase'], readonly [string, number]>> = {
  load: ['rows', 1],
  copy: ['MB', 1e6],
  measure: ['samples', 1],
}

const names: Readonly<Record<BenchProgress['phase'], string>> = {
  load: 'make and load rows',
  index: 'build the indexes that were there',
  analyse: 'freeze and analyse',
  copy: 'copy the database',
  migrate: 'migrate',
  check: 'check the answers',
  measure: 'measure',
  plan: 'explain',
  cold: 'measure cold',
  'roll back': 'roll back and migrate again',
  write: 'measure writes',
}

/** Says what is done at which size and, where it can be counted, how fast since that began. */
function labelPhases(): (at: BenchProgress) => string {
  let began = { phase: '', atMs: 0 }
  return ({ scale, phase, done, total }) => {
    const text = `${formatRows(scale)} events: ${names[phase]}`
    if (began.phase !== text) began = { phase: text, atMs: performance.now() }
    const seconds = (performance.now() - began.atMs) / 1_000
    const rate = rates[phase]
    if (rate === undefined || total === 0 || seconds < 0.5) return text
    const [unit, one] = rate
    return `${text}, ${Math.round(done / one / seconds)} ${unit}/s`
  }
}
