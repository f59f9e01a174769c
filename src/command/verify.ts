import { defined } from '../defined.ts'
import type { Command } from 'commander'
import type { Choice } from '../check/check.ts'
import type { VerifyDocument } from '../check/document.ts'
import type { JudgedVersion, MatrixDocument } from '../check/matrix.ts'
import type { Effort } from '../check/subject.ts'
import type { VerifyOptions } from '../check/verify.ts'
import { type PostgresVersion, defaultPostgres } from '../database/postgres-version.ts'
import { usageError } from '../errors.ts'
import { canonicalSize } from '../fixture/canonical.ts'
import type { PayloadShape } from '../fixture/tool-output.ts'
import { loadMigrations } from '../migration/migration.ts'
import { type Context, type ExitCode, exitCodeOf } from './context.ts'
import { withDirectory } from './directory.ts'
import { type EmitOptions, checkOutputs, emit, emitAs } from './emit.ts'
import {
  addFixtureOptions,
  addReportOptions,
  addSubjectOptions,
  addSummaryOption,
} from './flags.ts'
import { readPostgres } from './option.ts'
import { type Progress, startProgress } from './progress.ts'

export interface VerifyFlags extends EmitOptions {
  readonly migrations?: string
  readonly events?: number
  readonly seed?: string
  readonly payload?: PayloadShape
  readonly dataDir?: string
  readonly timeout?: number
  readonly only?: readonly Choice[]
  readonly effort: Effort
}

interface MatrixFlags extends VerifyFlags {
  readonly pg?: readonly PostgresVersion[]
}

export function addVerify(
  program: Command,
  done: (work: Promise<ExitCode>) => Promise<void>,
  context: Context,
): void {
  const command = program
    .command('verify')
    .description('judge the migrations: the eight categories, without benchmarks')
    .option(
      '--pg <versions>',
      `on these versions of Postgres, and compare their catalogs: 16,17,18 (default: ${defaultPostgres})`,
      readPostgres,
    )
  addSummaryOption(addReportOptions(addFixtureOptions(addSubjectOptions(command)))).action(
    (flags: MatrixFlags) => done(runVerify(flags, context)),
  )
}

async function runVerify(flags: MatrixFlags, context: Context): Promise<ExitCode> {
  const [first = defaultPostgres, ...others] = flags.pg ?? []
  if (others.length > 0) return runMatrix(flags, [first, ...others], context)
  await checkOutputs(flags)
  const progress = await startProgress(context)
  const { verify } = await import('../check/verify.ts')
  const document = await withOptions(flags, first, context, progress, (options) =>
    verify({ ...options, ...shorten(flags, first) }),
  ).finally(() => progress.stop())
  await emit(context, document, flags)
  return exitCodeOf(document.status)
}

async function runMatrix(
  flags: VerifyFlags,
  versions: readonly PostgresVersion[],
  context: Context,
): Promise<ExitCode> {
  if (flags.dataDir !== undefined) {
    throw usageError(
      'E_DATA_DIRECTORY_VERSION',
      `Data directory '${flags.dataDir}': found ${versions.length} versions in --pg, expected one: a folder belongs to one version`,
      'Leave --data-dir out, or name one version.',
    )
  }
  await checkOutputs(flags)
  const progress = await startProgress(context)
  const document = await judgeAll(flags, versions, context, progress).finally(() => progress.stop())
  const { renderMatrix } = await import('../report/matrix.ts')
  await emitAs(context, flags, (format, rules) => renderMatrix(document, format, rules))
  return exitCodeOf(document.status)
}

/** One version after the other: each engine takes a core and some 330 MB. */
async function judgeAll(
  flags: VerifyFlags,
  versions: readonly PostgresVersion[],
  context: Context,
  progress: Progress,
): Promise<MatrixDocument> {
  const started = performance.now()
  const { describeMatrix, judgeVersion } = await import('../check/matrix.ts')
  const judged: JudgedVersion[] = []
  for (const [index, postgres] of versions.entries()) {
    const show: Progress['show'] = (done, total, title) =>
      progress.show(index * total + done, versions.length * total, `Postgres ${postgres}: ${title}`)
    judged.push(await withOptions(flags, postgres, context, { ...progress, show }, judgeVersion))
  }
  return describeMatrix(judged, performance.now() - started)
}

/** Judges what the flags name. */
export async function judge(
  flags: VerifyFlags,
  context: Context,
  progress: Progress,
): Promise<VerifyDocument> {
  const { verify } = await import('../check/verify.ts')
  return withOptions(flags, defaultPostgres, context, progress, verify)
}

/** Rows up to which `quick` ends before optimised code has paid for its compilation; `standard` comes out even. */
const mostShortEvents = 1_000

/** What makes a short life shorter: no optimiser, and not 128 MB of buffers to clear. Only a start can set the latter. */
function shorten(
  { events = canonicalSize.events, effort, payload = 'slim' }: VerifyFlags,
  postgres: PostgresVersion,
): Pick<VerifyOptions, 'codeTier' | 'serverSettings'> {
  if (events > mostShortEvents || effort !== 'quick' || payload !== 'slim') return {}
  return {
    codeTier: 'baseline',
    serverSettings: postgres === '18' ? ['shared_buffers=16MB'] : [],
  }
}

/** Does `work` with what the flags say, and with a folder where the events need one. */
function withOptions<T>(
  flags: VerifyFlags,
  postgres: PostgresVersion,
  context: Context,
  progress: Progress,
  work: (options: VerifyOptions) => Promise<T>,
): Promise<T> {
  const events = flags.events ?? canonicalSize.events
  const { seed, payload, only, effort, timeout, dataDir } = flags
  const room = { events, payload: payload ?? 'slim', postgres, ...defined({ dataDir }) }
  return withDirectory(room, (dataDirectory) =>
    work({
      postgres,
      migrations: loadMigrations(flags.migrations),
      events,
      effort,
      ...defined({ seed, payload, only, statementTimeoutMs: timeout, dataDirectory }),
      signal: context.signal,
      onCheck: (done, total, title) => progress.show(done, total, title),
    }),
  )
}
