import { type Command, Option } from 'commander'
import { formats } from '../report/report.ts'
import { efforts } from '../check/subject.ts'
import { readChoice, readDuration, readEvents, readPayload } from './option.ts'

/** How long a statement may take: in milliseconds, and in words. */
export function timeoutOption(what: string, minutes: number): Option {
  return new Option('--timeout <time>', `${what}: 500ms, 30s, 2m`)
    .argParser(readDuration)
    .default(minutes * 60_000, `${minutes}m`)
}

export const endsNamed = 'end a statement that takes longer, and say which one'

/** The flags that say which migrations, and how long a statement may take. */
export function addMigrationOptions(command: Command): Command {
  return command
    .option('--migrations <folder>', "the folder of migrations (default: the package's own)")
    .addOption(timeoutOption(endsNamed, 2))
}

/** The flags that say what is judged, and where its database lies. */
export function addSubjectOptions(command: Command): Command {
  return addMigrationOptions(command)
    .option('--data-dir <folder>', 'keep the database in this empty folder')
    .addOption(
      new Option('--effort <effort>', 'how much of the heavy checks runs')
        .choices(efforts)
        .default('standard'),
    )
    .option(
      '--only <category or check>',
      'only these, with commas between them; may be repeated',
      readChoice,
    )
}

/** The flags that say on which rows. */
export function addFixtureOptions(command: Command): Command {
  return command
    .option(
      '--events <number>',
      'rows to judge on: 227, 10k, 1m (default: the canonical 227)',
      readEvents,
    )
    .option('--seed <text>', 'seed of generated rows')
    .option('--payload <shape>', 'slim or recorded payloads (default: slim)', readPayload)
}

/** The flags that say how the answer is told. */
export function addReportOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--format <format>', 'how to report').choices(formats).default('terminal'),
    )
    .option('--output <file>', 'write the report to a file, whole or not at all')
    .option('--verbose', 'list what passed, too')
}

/** The flag for whoever wants annotations and a job summary of one run. */
export function addSummaryOption(command: Command): Command {
  return command.option(
    '--summary <file>',
    'append the report as Markdown to this file, too: $GITHUB_STEP_SUMMARY',
  )
}
