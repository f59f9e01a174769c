import { type Command, InvalidArgumentError, Option } from 'commander'
import { defined } from '../defined.ts'
import { loadMigrations } from '../migration/migration.ts'
import { type MutationFormat, mutationFormats, renderMutation } from '../report/mutation.ts'
import { type Context, type ExitCode, exitCodeOf } from './context.ts'
import { checkOutput, emitText } from './emit.ts'
import { timeoutOption } from './flags.ts'
import { startProgress } from './progress.ts'

interface MutateFlags {
  readonly migrations?: string
  readonly sample?: number
  readonly seed?: string
  readonly operator?: readonly string[]
  readonly jobs: number
  readonly timeout: number
  readonly allCategories?: boolean
  readonly format: MutationFormat
  readonly output?: string
  readonly verbose?: boolean
}

export function addMutate(
  program: Command,
  done: (work: Promise<ExitCode>) => Promise<void>,
  context: Context,
): void {
  program
    .command('mutate')
    .description('break the migrations in one place after the other: do the checks notice each?')
    .option('--migrations <folder>', "the folder of migrations (default: the package's own)")
    .option(
      '--sample <number>',
      'judge this many mutants, drawn by chance (default: all)',
      readCount,
    )
    .option('--seed <text>', 'what the draw starts from (default: 1)')
    .option('--operator <id...>', 'only mutants of these operators')
    .option('--jobs <number>', 'engines at work side by side', readCount, 2)
    .addOption(timeoutOption('end a statement of a mutant that takes longer', 1))
    .option('--all-categories', 'let every category judge a mutant that one has noticed already')
    .addOption(
      new Option('--format <format>', 'how to report').choices(mutationFormats).default('terminal'),
    )
    .option('--output <file>', 'write the report to a file, whole or not at all')
    .option('--verbose', 'list every mutant, not only those that nobody noticed')
    .action((flags: MutateFlags) => done(runMutate(flags, context)))
}

async function runMutate(flags: MutateFlags, context: Context): Promise<ExitCode> {
  await checkOutput(flags.output)
  const { sample, seed, operator, jobs, timeout, allCategories } = flags
  const [{ mutate }, migrations] = await Promise.all([
    import('../mutation/mutate.ts'),
    loadMigrations(flags.migrations),
  ])
  const progress = await startProgress(context)
  const document = await mutate({
    migrations,
    jobs,
    statementTimeoutMs: timeout,
    ...defined({ sample, seed, operators: operator, everyCategory: allCategories }),
    signal: context.signal,
    onMutant: (finished, total, name) => progress.show(finished, total, name),
  }).finally(() => progress.stop())
  await emitText(context, flags, (options) => renderMutation(document, flags.format, options))
  return exitCodeOf(document.status)
}

function readCount(text: string): number {
  const count = Number(text)
  if (Number.isSafeInteger(count) && count > 0) return count
  throw new InvalidArgumentError('Expected a whole number above 0.')
}
