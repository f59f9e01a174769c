import type { Command } from 'commander'
import { listTemplates, pruneTemplates, templateDirectory } from '../benchmark/template.ts'
import { formatBytes, formatRows } from '../units.ts'
import { type Context, type ExitCode, exitCodes } from './context.ts'
import { writeText } from './emit.ts'
import { readBytes } from './option.ts'

export function addCache(
  program: Command,
  done: (work: Promise<ExitCode>) => Promise<void>,
  context: Context,
): void {
  const command = program
    .command('cache')
    .description('the databases kept between benchmarks, which are safe to delete')
  command
    .command('list')
    .description('list them, the one used last first')
    .action(() => done(list(context)))
  command
    .command('prune')
    .description('remove those used longest ago, and what is not whole')
    .option('--keep <size>', 'keep so much of what was used last: 500m, 2g', readBytes, 0)
    .action(({ keep }: { readonly keep: number }) => done(prune(keep, context)))
}

type Entry = Awaited<ReturnType<typeof listTemplates>>[number]

async function list({ stdout }: Context): Promise<ExitCode> {
  const entries = await listTemplates()
  const total = `${formatBytes(totalOf(entries))} in ${entries.length} databases in ${templateDirectory()}`
  await writeText(stdout, `${[...entries.map(describeEntry), total].join('\n')}\n`)
  return exitCodes.green
}

async function prune(keepBytes: number, { stdout }: Context): Promise<ExitCode> {
  const removed = await pruneTemplates(keepBytes)
  const total = `${formatBytes(totalOf(removed))} in ${removed.length} databases removed`
  await writeText(stdout, `${[...removed.map(describeEntry), total].join('\n')}\n`)
  return exitCodes.green
}

function describeEntry({ name, events, payload, sizeBytes, usedAtMs }: Entry): string {
  const what = `${formatRows(events)} ${payload} events`.padEnd(22)
  const used = new Date(usedAtMs).toISOString().slice(0, 16)
  return `${name}  ${what}  ${formatBytes(sizeBytes).padStart(9)}  used ${used}Z`
}

function totalOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
}
