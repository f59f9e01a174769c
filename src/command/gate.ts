import { appendFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import { defined } from '../defined.ts'
import { usageError } from '../errors.ts'
import type { PayloadShape } from '../fixture/tool-output.ts'
import { type EffortName, effortNames } from '../gate/effort.ts'
import type { GateDocument } from '../gate/result.ts'
import type { SelfTestDocument } from '../gate/self-test-document.ts'
import { renderGate } from '../report/gate/gate.ts'
import { renderSelfTest } from '../report/gate/self-test.ts'
import type { Format, RenderOptions } from '../report/report.ts'
import { formatRows } from '../units.ts'
import { type Context, type ExitCode, exitCodeOf } from './context.ts'
import { type EmitOptions, checkOutput, emitText } from './emit.ts'
import { addReportOptions, endsNamed, timeoutOption } from './flags.ts'
import { readPayload, readScales } from './option.ts'
import { type Progress, startProgress } from './progress.ts'

interface GateFlags extends EmitOptions {
  readonly base?: string
  readonly candidate?: string
  readonly baseline?: string
  readonly update?: boolean
  readonly selfTest?: boolean
  readonly summary?: string
  readonly scale: readonly number[]
  readonly effort: EffortName
  readonly seed?: string
  readonly payload?: PayloadShape
  readonly strict?: boolean
  readonly accept: readonly string[]
  readonly timeout: number
}

export function addGate(
  program: Command,
  done: (work: Promise<ExitCode>) => Promise<void>,
  context: Context,
): void {
  const command = program
    .command('gate')
    .description('hold migrations against others: exact work first, then paired time')
    .option('--base <ref or folder>', 'a folder, or a git ref to read the candidate folder at')
    .option('--candidate <folder>', "the folder to judge (default: the package's own)")
    .option('--baseline <file>', 'instead of a base: compare exact work with this file')
    .option('--update', 'write the baseline file, unless the comparison with it is red')
    .option('--self-test', 'judge the gate itself: false alarms, known slowdowns, known mutants')
    .addOption(
      new Option('--scale <numbers>', 'events, ascending: 10k,100k')
        .argParser(readScales)
        .default([10_000], '10k'),
    )
    .addOption(
      new Option('--effort <name>', 'how long to time').choices(effortNames).default('quick'),
    )
    .option('--seed <text>', 'seed of generated rows and of the order of batches')
    .option('--payload <shape>', 'slim or recorded payloads (default: slim)', readPayload)
    .option('--strict', 'leave the gate unjudged where time is inconclusive')
    .addOption(
      new Option(
        '--accept <object>',
        'a table, view, function or index that is meant to go, to change or to cost more; may be repeated',
      )
        .argParser((name: string, names: readonly string[]) => [...names, name])
        .default([], 'none'),
    )
    .addOption(timeoutOption(endsNamed, 2))
  addReportOptions(command)
    .option('--summary <file>', 'append the Markdown report to this file, too: a job summary')
    .action((flags: GateFlags) => done(runGate(flags, context)))
}

async function runGate(flags: GateFlags, context: Context): Promise<ExitCode> {
  checkFlags(flags)
  await checkOutput(flags.output)
  await checkOutput(flags.summary)
  const progress = await startProgress(context)
  if (flags.selfTest === true) {
    const result = await testItself(flags, context, progress).finally(() => progress.stop())
    return report(flags, context, result.status, (format, options) =>
      renderSelfTest(result, format, options),
    )
  }
  const document = await judge(flags, context, progress).finally(() => progress.stop())
  return report(flags, context, document.status, (format, options) =>
    renderGate(document, format, options),
  )
}

async function report(
  flags: GateFlags,
  context: Context,
  status: GateDocument['status'],
  renderAs: (format: Format, options: RenderOptions) => string,
): Promise<ExitCode> {
  await emitText(context, flags, (options) => renderAs(flags.format, options))
  if (flags.summary !== undefined) {
    const options = { color: false, width: 80, verbose: false }
    await appendFile(flags.summary, renderAs('markdown', options))
  }
  return exitCodeOf(status)
}

function checkFlags({ base, baseline, update, selfTest, strict }: GateFlags): void {
  const found = [
    ...(base === undefined ? [] : ['--base']),
    ...(baseline === undefined ? [] : ['--baseline']),
    ...(selfTest === true ? ['--self-test'] : []),
  ]
  if (found.length !== 1) {
    throw usageError(
      'E_GATE_FLAGS',
      `Flags: found ${found.join(' and ') || 'none'}, expected one of --base, --baseline and --self-test`,
      'Name what to compare with: --base main, --base <folder>, or --baseline <file>.',
    )
  }
  if (update === true && baseline === undefined) {
    throw usageError('E_GATE_FLAGS', 'Flag --update: found no --baseline that it could write')
  }
  if (strict === true && base === undefined) {
    throw usageError('E_GATE_FLAGS', 'Flag --strict: found no --base, and without one no time')
  }
}

async function judge(
  flags: GateFlags,
  context: Context,
  progress: Progress,
): Promise<GateDocument> {
  const { base, baseline, seed, payload, scale: scales, effort, timeout, strict, accept } = flags
  const [{ loadBase, loadCandidate }, { gate }, { gateBaseline }] = await Promise.all([
    import('../gate/arm.ts'),
    import('../gate/gate.ts'),
    import('../gate/baseline.ts'),
  ])
  const candidate = await loadCandidate(flags.candidate)
  const shared = {
    candidate,
    scales,
    effort,
    ...defined({ seed, payload }),
    isStrict: strict ?? false,
    accepted: accept,
    command: describeCommand(flags),
    statementTimeoutMs: timeout,
    signal: context.signal,
    onProgress: (at: { scale: number; phase: string; done: number; total: number }) =>
      progress.show(at.done, at.total, `${formatRows(at.scale)} events: ${at.phase}`),
  }
  if (baseline !== undefined) {
    return gateBaseline({ ...shared, file: baseline, isUpdate: flags.update ?? false })
  }
  return gate({ ...shared, base: await loadBase(base ?? '', flags.candidate) })
}

async function testItself(
  flags: GateFlags,
  context: Context,
  progress: Progress,
): Promise<SelfTestDocument> {
  const [{ loadCandidate }, { testGate }, { selfTestAmounts }] = await Promise.all([
    import('../gate/arm.ts'),
    import('../gate/self-test.ts'),
    import('../gate/self-test-amount.ts'),
  ])
  return testGate({
    arm: await loadCandidate(flags.candidate),
    amount: selfTestAmounts[flags.effort],
    seed: flags.seed ?? '1',
    command: describeCommand(flags),
    statementTimeoutMs: flags.timeout,
    signal: context.signal,
    onProgress: (label, done, total) => progress.show(done, total, label),
  })
}

/** The flags that decide the result, as a shell takes them. */
function describeCommand(flags: GateFlags): string {
  const words = [
    'hook-harness gate',
    ...(flags.base === undefined ? [] : [`--base ${quote(flags.base)}`]),
    ...(flags.baseline === undefined ? [] : [`--baseline ${quote(flags.baseline)}`]),
    ...(flags.candidate === undefined ? [] : [`--candidate ${quote(flags.candidate)}`]),
    flags.selfTest === true ? '--self-test' : `--scale ${flags.scale.map(formatRows).join(',')}`,
    `--effort ${flags.effort}`,
    ...(flags.seed === undefined ? [] : [`--seed ${quote(flags.seed)}`]),
    ...(flags.payload === undefined ? [] : [`--payload ${flags.payload}`]),
    ...(flags.strict === true ? ['--strict'] : []),
    ...flags.accept.map((name) => `--accept ${quote(name)}`),
  ]
  return words.join(' ')
}

function quote(word: string): string {
  return /^[\w./:@~^+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
