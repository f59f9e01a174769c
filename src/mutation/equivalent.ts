import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, usageError } from '../errors.ts'
import type { HarnessError } from '../errors.ts'

/** The file beside the contract that argues which mutants no check can notice. */
export const equivalentFile = 'equivalent-mutants.json'

/** Mutants that do the same as the migration they were made from, and why. */
interface Equivalence {
  readonly mutants: readonly string[]
  readonly argument: string
}

/** Shorter than this nothing can be argued. */
const shortestArgument = 40

/**
 * Reads which mutants of a folder are argued to be equivalent: name → argument. No file: none is.
 * @throws {HarnessError} `E_EQUIVALENT`, fault `usage`: not a list of `{ mutants, argument }`, or a mutant argued twice.
 */
export async function loadEquivalents(directory: string): Promise<ReadonlyMap<string, string>> {
  const path = join(directory, equivalentFile)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map()
    throw equivalentError(path, `can't be read: ${messageOf(error)}`)
  }
  const equivalents = new Map<string, string>()
  for (const { mutants, argument } of parseEquivalences(text, path)) {
    for (const name of mutants) {
      if (equivalents.has(name)) throw equivalentError(path, `argues twice about '${name}'`)
      equivalents.set(name, argument)
    }
  }
  return equivalents
}

/**
 * An argument about a mutant that there is not any more is no argument.
 * @throws {HarnessError} `E_EQUIVALENT`, fault `usage`, with the names.
 */
export function refuseStale(
  directory: string,
  equivalents: ReadonlyMap<string, string>,
  names: ReadonlySet<string>,
): void {
  const stale = [...equivalents.keys()].filter((name) => !names.has(name))
  if (stale.length === 0) return
  throw equivalentError(
    join(directory, equivalentFile),
    `argues about mutants that do not exist: ${stale.map((name) => `'${name}'`).join(', ')}`,
    'Take them out: what they were about has changed.',
  )
}

function parseEquivalences(text: string, path: string): readonly Equivalence[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw equivalentError(path, `is not JSON: ${messageOf(error)}`)
  }
  if (!Array.isArray(value)) throw equivalentError(path, 'expected a list')
  return value.map((entry: unknown, index) => {
    if (isEquivalence(entry)) return entry
    throw equivalentError(
      path,
      `entry ${index + 1}: expected { "mutants": [names], "argument": at least ${shortestArgument} characters }`,
    )
  })
}

function isEquivalence(entry: unknown): entry is Equivalence {
  if (typeof entry !== 'object' || entry === null) return false
  const { mutants, argument, ...others } = entry as Record<string, unknown>
  const isNamed =
    Array.isArray(mutants) &&
    mutants.length > 0 &&
    mutants.every((name) => typeof name === 'string')
  const isArgued = typeof argument === 'string' && argument.trim().length >= shortestArgument
  return isNamed && isArgued && Object.keys(others).length === 0
}

function equivalentError(path: string, message: string, hint?: string): HarnessError {
  return usageError('E_EQUIVALENT', `Equivalent mutants '${path}': ${message}`, hint)
}
