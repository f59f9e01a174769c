import { Command, CommanderError } from 'commander'
import { harnessVersion } from '../provenance.ts'
import { addBench } from './bench.ts'
import { addCache } from './cache.ts'
import { addContract } from './contract.ts'
import { type Context, type ExitCode, exitCodes } from './context.ts'
import { writeText } from './emit.ts'
import { describeFailure, exitCodeOfFailure } from './failure.ts'
import { addFixtures } from './fixtures.ts'
import { addGate } from './gate.ts'
import { addMigrate } from './migrate.ts'
import { addMutate } from './mutate.ts'
import { addRun } from './run.ts'
import { addSchema } from './schema.ts'
import { addVerify } from './verify.ts'

/** Runs one command line to its exit code. Never throws: whatever goes wrong is told on stderr. */
export async function runProgram(words: readonly string[], context: Context): Promise<ExitCode> {
  let code: ExitCode = exitCodes.green
  const done = async (work: Promise<ExitCode>): Promise<void> => {
    code = await work
  }
  try {
    await buildProgram(done, { ...context, words }).parseAsync([...words], { from: 'user' })
    return code
  } catch (error) {
    // commander has said what was wrong with the words; help and version are no mistakes.
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCodes.green : exitCodes.usage
    }
    await writeText(context.stderr, describeFailure(error))
    return exitCodeOfFailure(error)
  }
}

function buildProgram(done: (work: Promise<ExitCode>) => Promise<void>, context: Context): Command {
  const program = new Command('hook-harness')
    .description(
      'Is a SQL migration right, fast enough and reversible? Asked on Postgres in this process.',
    )
    .version(harnessVersion())
    .helpCommand('help [command]', 'show the help of a command')
    .showHelpAfterError('(add --help for what is possible)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
    })
    .addHelpText(
      'after',
      '\nExit codes: 0 green · 1 red · 2 could not judge · 64 usage · 130 interrupted',
    )
  addRun(program, done, context)
  addVerify(program, done, context)
  addBench(program, done, context)
  addGate(program, done, context)
  addMutate(program, done, context)
  addMigrate(program, done, context)
  addFixtures(program, done, context)
  addCache(program, done, context)
  addContract(program, done, context)
  addSchema(program, done, context)
  return program
}
