import type { Command } from 'commander'
import type { VerifyDocument } from '../check/document.ts'
import type { RunDocument } from '../report/run-document.ts'
import { measure } from './bench.ts'
import { type Context, type ExitCode, exitCodeOf } from './context.ts'
import { checkOutputs, emit } from './emit.ts'
import {
  addFixtureOptions,
  addReportOptions,
  addSubjectOptions,
  addSummaryOption,
} from './flags.ts'
import { type Progress, startProgress } from './progress.ts'
import { type VerifyFlags, judge } from './verify.ts'

export function addRun(
  program: Command,
  done: (work: Promise<ExitCode>) => Promise<void>,
  context: Context,
): void {
  const command = program
    .command('run')
    .description('the whole job: judge the migrations, time them, report')
  addSummaryOption(addReportOptions(addFixtureOptions(addSubjectOptions(command)))).action(
    (flags: VerifyFlags) => done(runAll(flags, context)),
  )
}

async function runAll(flags: VerifyFlags, context: Context): Promise<ExitCode> {
  await checkOutputs(flags)
  const progress = await startProgress(context)
  const document = await judgeAndMeasure(flags, context, progress).finally(() => progress.stop())
  await emit(context, document, flags)
  return exitCodeOf(document.status)
}

/** Migrations that can't be applied are not timed: what is wrong with them is the whole report. */
async function judgeAndMeasure(
  flags: VerifyFlags,
  context: Context,
  progress: Progress,
): Promise<RunDocument | VerifyDocument> {
  const started = performance.now()
  const verify = await judge(flags, context, progress)
  const isApplied = verify.steps.every(({ outcome }) => outcome === 'applied')
  if (!isApplied || verify.steps.length === 0) return verify
  const { name, events } = verify.fixture
  const scale = name === 'none' ? {} : { scale: [events] }
  const bench = await measure({ ...flags, ...scale }, context, progress)
  return {
    schema: 'hook-harness/run',
    schemaVersion: 1,
    status: worst(verify.status, bench.status),
    verify,
    bench,
    durationMs: performance.now() - started,
  }
}

/** A wrong answer says more than one that could not be had. */
function worst(...statuses: readonly RunDocument['status'][]): RunDocument['status'] {
  return (['failed', 'unjudged'] as const).find((status) => statuses.includes(status)) ?? 'passed'
}
