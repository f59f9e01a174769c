import { type Command, Option } from 'commander'
import { canonicalSize } from '../fixture/canonical.ts'
import { type Format, formats } from '../fixture/encode.ts'
import type { PayloadShape } from '../fixture/tool-output.ts'
import { type Context, type ExitCode, exitCodes } from './context.ts'
import { checkOutput, writeText } from './emit.ts'
import { readEvents, readPayload } from './option.ts'
import { startProgress } from './progress.ts'

interface GenerateFlags {
  readonly events: number
  readonly seed: string
  readonly payload: PayloadShape
  readonly format: Format
  readonly output?: string
}

export function addFixtures(
  program: Command,
  done: (work: Promise<ExitCode>) => Promise<void>,
  context: Context,
): void {
  const fixtures = program.command('fixtures').description('make data')
  fixtures
    .command('generate')
    .description('stream hook events of any number: the same seed gives the same bytes')
    .option('--events <number>', 'how many: 227, 10k, 1m', readEvents, canonicalSize.events)
    .option('--seed <text>', 'what the generator starts from', '1')
    .option('--payload <shape>', 'slim or recorded', readPayload, 'slim')
    .addOption(
      new Option('--format <format>', 'how to write them').choices(formats).default('ndjson'),
    )
    .option('--output <file>', 'write to a file, whole or not at all')
    .action((flags: GenerateFlags) => done(generate(flags, context)))
  fixtures
    .command('pools')
    .description('rebuild the frozen files of fixtures/ from their seeds')
    .action(() => done(rebuild(context)))
}

async function generate(flags: GenerateFlags, context: Context): Promise<ExitCode> {
  const { events, seed, payload, format, output } = flags
  await checkOutput(output)
  const [{ generateEvents }, { writeEvents }] = await Promise.all([
    import('../fixture/generate.ts'),
    import('../fixture/write.ts'),
  ])
  const progress = await startProgress(context)
  try {
    await writeEvents(generateEvents({ events, seed, payload }), format, output ?? context.stdout, {
      signal: context.signal,
      onProgress: (rows) => progress.show(rows, events, 'events'),
    })
  } finally {
    progress.stop()
  }
  return exitCodes.green
}

async function rebuild(context: Context): Promise<ExitCode> {
  const { rebuildFixtures } = await import('../fixture/rebuild.ts')
  const files = await rebuildFixtures()
  await writeText(context.stdout, `${files.join('\n')}\n`)
  return exitCodes.green
}
