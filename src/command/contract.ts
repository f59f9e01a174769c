import type { Command } from 'commander'
import { relative } from 'node:path'
import process from 'node:process'
import { type Context, type ExitCode, exitCodes } from './context.ts'
import { checkOutput, writeText } from './emit.ts'
import { timeoutOption } from './flags.ts'
import { readVersion } from './option.ts'

interface InitFlags {
  readonly migrations: string
  readonly title?: string
  readonly output?: string
  readonly from?: number
  readonly force?: boolean
  readonly timeout: number
}

export function addContract(
  program: Command,
  done: (work: Promise<ExitCode>) => Promise<void>,
  context: Context,
): void {
  program
    .command('contract')
    .description('what a folder of migrations must create')
    .command('init')
    .description('apply the migrations to an empty database and write down what they create')
    .requiredOption('--migrations <folder>', 'the folder of migrations')
    .option('--title <text>', 'what the migrations are about (default: the name of the folder)')
    .option('--output <file>', 'where to write it (default: contract.json in the folder)')
    .option(
      '--from <version>',
      'the first migration to judge; those before it make the base schema',
      readVersion,
    )
    .option('--force', 'overwrite a contract that is there')
    .addOption(timeoutOption('end a statement that takes longer', 2))
    .action((flags: InitFlags) => done(init(flags, context)))
}

async function init(flags: InitFlags, context: Context): Promise<ExitCode> {
  const { writeDraft } = await import('../migration/write-draft.ts')
  await checkOutput(flags.output)
  const { path, gaps } = await writeDraft({
    directory: flags.migrations,
    title: flags.title,
    output: flags.output,
    from: flags.from,
    force: flags.force ?? false,
    signal: context.signal,
    statementTimeoutMs: flags.timeout,
  })
  await writeText(context.stdout, `${relative(process.cwd(), path) || path}\n`)
  const list = gaps.map((gap) => `  - ${gap}\n`).join('')
  await writeText(context.stderr, gaps.length === 0 ? '' : `Only you can fill in:\n${list}`)
  return exitCodes.green
}
