import type { Command } from 'commander'
import type { RunDocument } from '../report/run-document.ts'
import { measure } from './bench.ts'
import { type Context, type ExitCode, exitCodeOf } from './context.ts'
import { checkOutput, emit } from './emit.ts'
import { addFixtureOptions, addReportOptions, addSubjectOptions } from './flags.ts'
import { startProgress } from './progress.ts'
import { type VerifyFlags, judge } from './verify.ts'

export function addRun(
  program: Command,
  done: (work: Promise<ExitCode>) => Promise<void>,
  context: Context,
): void {
  const command = program
    .command('run')
    .description('the whole job: judge the migrations, time them, report')
  addReportOptions(addFixtureOptions(addSubjectOptions(command))).action((flags: VerifyFlags) =>
    done(runAll(flags, context)),
  )
}

async function runAll(flags: VerifyFlags, context: Context): Promise<ExitCode> {
  await checkOutput(flags.output)
  const started = performance.now()
  const progress = await startProgress(context)
  let document: RunDocument
  try {
    const verify = await judge(flags, context, progress)
    const { name, events } = verify.fixture
    const scale = name === 'none' ? {} : { scale: [events] }
    const bench = await measure({ ...flags, ...scale }, context, progress)
    document = {
      schema: 'hook-harness/run',
      schemaVersion: 1,
      status: worst(verify.status, bench.status),
      verify,
      bench,
      durationMs: performance.now() - started,
    }
  } finally {
    progress.stop()
  }
  await emit(context, document, flags)
  return exitCodeOf(document.status)
}

/** A wrong answer says more than one that could not be had. */
function worst(...statuses: readonly RunDocument['status'][]): RunDocument['status'] {
  return (['failed', 'unjudged'] as const).find((status) => statuses.includes(status)) ?? 'passed'
}
