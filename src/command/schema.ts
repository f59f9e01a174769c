import { Argument, type Command } from 'commander'
import { type Context, type ExitCode, exitCodes } from './context.ts'
import { writeText } from './emit.ts'

const names = ['verify', 'matrix', 'bench', 'run', 'mutate', 'gate', 'contract'] as const
type Name = (typeof names)[number]

export function addSchema(
  program: Command,
  done: (work: Promise<ExitCode>) => Promise<void>,
  context: Context,
): void {
  program
    .command('schema')
    .description('print the JSON Schema of a result document, or of contract.json')
    .addArgument(new Argument('<document>', 'which one').choices(names))
    .action((name: Name) => done(print(name, context)))
}

async function print(name: Name, context: Context): Promise<ExitCode> {
  await writeText(context.stdout, await load(name))
  return exitCodes.green
}

async function load(name: Name): Promise<string> {
  const schema =
    name === 'contract'
      ? (await import('../migration/contract-schema.ts')).contractSchema
      : (await import('../report/schema/schema.ts')).resultSchemas[name]
  return `${JSON.stringify(schema, null, 2)}\n`
}
