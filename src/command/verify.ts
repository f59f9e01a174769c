import { defined } from '../defined.ts'
import type { Command } from 'commander'
import type { CheckCategory } from '../check/check.ts'
import type { VerifyDocument } from '../check/document.ts'
import type { Effort } from '../check/subject.ts'
import { canonicalSize } from '../fixture/canonical.ts'
import type { PayloadShape } from '../fixture/tool-output.ts'
import { loadMigrations } from '../migration/migration.ts'
import { type Context, type ExitCode, exitCodeOf } from './context.ts'
import { withDirectory } from './directory.ts'
import { type EmitOptions, checkOutput, emit } from './emit.ts'
import { addFixtureOptions, addReportOptions, addSubjectOptions } from './flags.ts'
import { type Progress, startProgress } from './progress.ts'

export interface VerifyFlags extends EmitOptions {
  readonly migrations?: string
  readonly events?: number
  readonly seed?: string
  readonly payload?: PayloadShape
  readonly dataDir?: string
  readonly timeout?: number
  readonly only?: readonly CheckCategory[]
  readonly effort: Effort
}

export function addVerify(
  program: Command,
  done: (work: Promise<ExitCode>) => Promise<void>,
  context: Context,
): void {
  const command = program
    .command('verify')
    .description('judge the migrations: the eight categories, without benchmarks')
  addReportOptions(addFixtureOptions(addSubjectOptions(command))).action((flags: VerifyFlags) =>
    done(runVerify(flags, context)),
  )
}

async function runVerify(flags: VerifyFlags, context: Context): Promise<ExitCode> {
  await checkOutput(flags.output)
  const progress = await startProgress(context)
  const document = await judge(flags, context, progress).finally(() => progress.stop())
  await emit(context, document, flags)
  return exitCodeOf(document.status)
}

/** Judges what the flags name. */
export async function judge(
  flags: VerifyFlags,
  context: Context,
  progress: Progress,
): Promise<VerifyDocument> {
  const { verify } = await import('../check/verify.ts')
  const events = flags.events ?? canonicalSize.events
  const { seed, payload, only, effort, timeout, dataDir } = flags
  const room = { events, payload: payload ?? 'slim', ...defined({ dataDir }) }
  return withDirectory(room, (dataDirectory) =>
    verify({
      migrations: loadMigrations(flags.migrations),
      events,
      effort,
      ...defined({ seed, payload, only, statementTimeoutMs: timeout, dataDirectory }),
      signal: context.signal,
      onCheck: (done, total, title) => progress.show(done, total, title),
    }),
  )
}
