import { createHash } from 'node:crypto'
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { HarnessError, usageError } from '../errors.ts'
import { type MigrationSet, builtinDirectory, loadMigrations } from '../migration/migration.ts'
import type { Script } from '../migration/script.ts'
import { checkOut, isCommit } from './git.ts'
import type { ArmFacts } from './result.ts'

/** Migrations that are compared with others, and where they came from. */
export interface Arm {
  readonly set: MigrationSet
  readonly facts: ArmFacts
  /** What a reader of the verdict should know about it. */
  readonly notes: readonly string[]
}

/** @throws {HarnessError} as `loadMigrations` does. */
export async function loadCandidate(folder: string = builtinDirectory): Promise<Arm> {
  const set = await loadMigrations(folder)
  return { set, facts: describeArm(set, { kind: 'folder', name: folder, commit: null }), notes: [] }
}

/**
 * The base: a folder where there is one of that name, else the candidate's folder as it was at that git ref.
 * @throws {HarnessError} as `checkOut` and `loadMigrations` do; E_GATE_AMBIGUOUS where it may be either.
 */
export async function loadBase(
  base: string,
  candidateFolder: string = builtinDirectory,
): Promise<Arm> {
  if (await isFolder(base)) {
    if (await isCommit(base, candidateFolder)) throw ambiguous(base)
    const set = await loadMigrations(base)
    return { set, facts: describeArm(set, { kind: 'folder', name: base, commit: null }), notes: [] }
  }
  await using checkout = await checkOut(base, candidateFolder)
  const label = `${base}:${checkout.path}`
  try {
    const { found, notes } = await loadOlder(checkout.directory)
    const set = relocate(found, checkout.directory, label)
    const facts = describeArm(set, { kind: 'git', name: base, commit: checkout.commit })
    return { set, facts, notes }
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error
    // The folder it was put in is gone by the time that anybody reads this.
    const message = error.message.replaceAll(checkout.directory, label)
    throw new HarnessError(error.code, message, {
      fault: error.fault,
      cause: error,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    })
  }
}

/** Contracts change with the harness: one that an older version wrote may lack what this one asks for. */
async function loadOlder(
  directory: string,
): Promise<{ readonly found: MigrationSet; readonly notes: readonly string[] }> {
  try {
    return { found: await loadMigrations(directory), notes: [] }
  } catch (error) {
    if (!(error instanceof HarnessError) || error.code !== 'E_CONTRACT') throw error
    await rm(join(directory, 'contract.json'))
    const note =
      "This version does not read the base's contract: its files were found by their names, and the built-in contract says what they declare."
    return { found: await loadMigrations(directory), notes: [note] }
  }
}

/** A folder that hides a branch would be compared with itself, and nobody would know. */
function ambiguous(base: string): HarnessError {
  return usageError(
    'E_GATE_AMBIGUOUS',
    `Base '${base}': found a folder and a commit of that name`,
    `Write './${base}' for the folder, or 'heads/${base}', 'tags/${base}' or a hash for the commit.`,
  )
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found?.isDirectory() ?? false
}

/** Says where the files came from instead of where they were put for a moment. */
function relocate(set: MigrationSet, from: string, to: string): MigrationSet {
  const moved = new Map<Script, Script>()
  const move = (script: Script): Script => {
    const known = moved.get(script)
    if (known !== undefined) return known
    const isOwn = script.path.startsWith(from)
    const copy = isOwn ? { ...script, path: `${to}${script.path.slice(from.length)}` } : script
    moved.set(script, copy)
    return copy
  }
  return {
    ...set,
    directory: to,
    base: set.base.map(move),
    steps: set.steps.map((step) => ({
      ...step,
      up: move(step.up),
      patches: step.patches.map(move),
      rollback: move(step.rollback),
    })),
    forward: set.forward.map(move),
    backward: set.backward.map(move),
  }
}

function describeArm(
  set: MigrationSet,
  source: Pick<ArmFacts, 'kind' | 'name' | 'commit'>,
): ArmFacts {
  const scripts = [...set.base, ...set.forward, ...set.backward]
  const hash = createHash('sha256')
  for (const { checksum } of scripts) hash.update(`${checksum}\n`)
  return {
    ...source,
    directory: set.directory,
    contractSource: set.contractSource,
    checksum: hash.digest('hex').slice(0, 16),
    files: scripts.map(({ role, file, checksum }) => ({ role, file, checksum })),
  }
}
