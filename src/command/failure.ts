import { HarnessError, messageOf } from '../errors.ts'
import { MigrationError } from '../migration/migration-error.ts'
import { type ExitCode, exitCodes } from './context.ts'

/** An error as a person reads it: what, where, what to do next; no stack trace for what is thrown on purpose. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof HarnessError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : messageOf(error)
    return `hook-harness: unexpected error, please report it\n${stack}\n`
  }
  const lines = [`hook-harness: ${error.message} [${error.code}]`]
  if (error instanceof MigrationError) lines.push(error.snippet)
  if (error.hint !== undefined) lines.push(`  ${error.hint}`)
  return `${lines.join('\n')}\n`
}

/** Which exit code an error that ended a command stands for. */
export function exitCodeOfFailure(error: unknown): ExitCode {
  if (error instanceof MigrationError) return exitCodes.red
  if (!(error instanceof HarnessError)) return exitCodes.unjudged
  if (error.code === 'E_INTERRUPTED') return exitCodes.interrupted
  return error.fault === 'usage' ? exitCodes.usage : exitCodes.unjudged
}
