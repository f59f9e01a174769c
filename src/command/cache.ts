import type { Command } from 'commander'
import type { TemplateEntry } from '../benchmark/template.ts'
import { countOf } from '../report/closing-line.ts'
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

async function list({ stdout }: Context): Promise<ExitCode> {
  const { listTemplates, templateDirectory } = await import('../benchmark/template.ts')
  const entries = await listTemplates()
  const total = `${formatBytes(totalOf(entries))} in ${countOf(entries.length, 'database')} in ${templateDirectory()}`
  await writeText(stdout, `${[...entries.map(describeEntry), total].join('\n')}\n`)
  return exitCodes.green
}

async function prune(keepBytes: number, { stdout }: Context): Promise<ExitCode> {
  const { pruneTemplates } = await import('../benchmark/template.ts')
  const removed = await pruneTemplates(keepBytes)
  const total = `${formatBytes(totalOf(removed))} in ${countOf(removed.length, 'database')} removed`
  await writeText(stdout, `${[...removed.map(describeEntry), total].join('\n')}\n`)
  return exitCodes.green
}

function describeEntry({ name, events, payload, sizeBytes, usedAtMs }: TemplateEntry): string {
  const what = `${formatRows(events)} ${payload} events`.padEnd(22)
  const used = new Date(usedAtMs).toISOString().slice(0, 16)
  return `${name}  ${what}  ${formatBytes(sizeBytes).padStart(9)}  used ${used}Z`
}

function totalOf(entries: readonly TemplateEntry[]): number {
  return entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
}
