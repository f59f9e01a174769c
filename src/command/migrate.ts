import { type Command, Option } from 'commander'
import { emptyDirectory, hasDatabase, holdDirectory } from '../database/data-directory.ts'
import type { Database } from '../database/database.ts'
import { openDatabase } from '../database/pglite.ts'
import { openFresh } from '../database/template.ts'
import { usageError } from '../errors.ts'
import { type MigrationSet, loadMigrations } from '../migration/migration.ts'
import { type AppliedScript, applyScript } from '../migration/runner.ts'
import { type MigrationStatus, readMigrationStatus } from '../migration/status.ts'
import { formatMs } from '../units.ts'
import { type Context, type ExitCode, exitCodes } from './context.ts'
import { writeText } from './emit.ts'
import { timeoutOption } from './flags.ts'

interface MigrateFlags {
  readonly dataDir: string
  readonly migrations?: string
  readonly timeout: number
  readonly format: 'terminal' | 'json'
}

type Work = (database: Database, set: MigrationSet, isNew: boolean) => Promise<object>

/** Whether a database that is not there yet is made, or asked for. */
type Need = 'new or there' | 'there'

export function addMigrate(
  program: Command,
  done: (work: Promise<ExitCode>) => Promise<void>,
  context: Context,
): void {
  const migrate = program
    .command('migrate')
    .description('apply, undo or look at migrations in a database of your own')
  const add = (name: string, description: string, need: Need, work: Work): void => {
    migrate
      .command(name)
      .description(description)
      .requiredOption(
        '--data-dir <folder>',
        need === 'there' ? 'the database' : 'the database: created where it is missing',
      )
      .option('--migrations <folder>', "the folder of migrations (default: the package's own)")
      .addOption(timeoutOption('end a statement that takes longer', 2))
      .addOption(
        new Option('--format <format>', 'how to report')
          .choices(['terminal', 'json'])
          .default('terminal'),
      )
      .action((flags: MigrateFlags) => done(runMigrate(flags, context, need, work)))
  }
  add(
    'up',
    'apply the base schema to a new database, and every script that is not recorded',
    'new or there',
    applyForward,
  )
  add('down', 'undo every migration, the last one first', 'there', applyBackward)
  add('status', 'say what is recorded and what exists', 'there', (database, set) =>
    readMigrationStatus(database, set),
  )
}

async function runMigrate(
  flags: MigrateFlags,
  context: Context,
  need: Need,
  work: Work,
): Promise<ExitCode> {
  const set = await loadMigrations(flags.migrations)
  if (need === 'there') await expectDatabase(flags.dataDir)
  const held = await holdDirectory(flags.dataDir)
  let isDone = false
  try {
    const options = {
      dataDirectory: held.path,
      statementTimeoutMs: flags.timeout,
      signal: context.signal,
    }
    await using database = await (held.isNew ? openFresh(options) : openDatabase(options))
    const result = await work(database, set, held.isNew)
    isDone = true
    const text =
      flags.format === 'json' ? `${JSON.stringify(result, null, 2)}\n` : describeResult(result)
    await writeText(context.stdout, text)
  } finally {
    // A base schema that is there in part, and recorded nowhere, could never be gone on with.
    if (held.isNew && !isDone) await emptyDirectory(held.path)
    await held.release()
  }
  return exitCodes.green
}

async function expectDatabase(path: string): Promise<void> {
  if (await hasDatabase(path)) return
  throw usageError(
    'E_DATA_DIRECTORY',
    `Data directory '${path}': found no database in it, expected one that 'migrate up' has made`,
    "Name the folder of a database, or make one: 'hook-harness migrate up --data-dir …'.",
  )
}

/** What `up` and `down` did. */
interface MigrateResult {
  readonly applied: readonly { readonly file: string; readonly elapsedMs: number }[]
  /** Files that were recorded already. */
  readonly skipped: readonly string[]
}

async function applyForward(
  database: Database,
  set: MigrationSet,
  isNew: boolean,
): Promise<MigrateResult> {
  if (!isNew && set.contract.record === null) {
    throw usageError(
      'E_MIGRATE_RECORD',
      `Contract of '${set.directory}': names no table that records migrations, so nobody knows which are applied already`,
      "Add 'record' to contract.json, or apply to a new --data-dir.",
    )
  }
  const applied: AppliedScript[] = []
  if (isNew) for (const script of set.base) applied.push(await applyScript(database, script))
  const { files } = await readMigrationStatus(database, set)
  const recorded = files.filter((file) => file.recorded !== null).map(({ file }) => file)
  for (const script of set.forward) {
    if (!recorded.includes(script.file)) applied.push(await applyScript(database, script))
  }
  return { applied: applied.map(summarise), skipped: recorded }
}

async function applyBackward(database: Database, set: MigrationSet): Promise<MigrateResult> {
  const applied: AppliedScript[] = []
  for (const script of set.backward) applied.push(await applyScript(database, script))
  return { applied: applied.map(summarise), skipped: [] }
}

function summarise({ script, elapsedMs }: AppliedScript): MigrateResult['applied'][number] {
  return { file: script.file, elapsedMs }
}

function describeResult(result: object): string {
  return `${('objects' in result ? describeStatus(result as MigrationStatus) : describeApplied(result as MigrateResult)).join('\n')}\n`
}

function describeApplied({ applied, skipped }: MigrateResult): readonly string[] {
  const lines = [
    ...skipped.map((file) => `already recorded  ${file}`),
    ...applied.map(({ file, elapsedMs }) => `applied           ${file}  ${formatMs(elapsedMs)}`),
  ]
  return applied.length === 0 ? [...lines, 'nothing to do'] : lines
}

function describeStatus({ recordTable, files, objects }: MigrationStatus): readonly string[] {
  return [
    `record table: ${recordTable}`,
    ...files.map(({ file, recorded }) =>
      recorded === null
        ? `${recordTable === 'undeclared' ? 'unknown' : 'pending'}   ${file}`
        : `recorded  ${file}  version ${recorded.version}`,
    ),
    ...objects.map(
      ({ kind, name, exists }) => `${exists ? 'exists ' : 'missing'}   ${kind} ${name}`,
    ),
  ]
}
