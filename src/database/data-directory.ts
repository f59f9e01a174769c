import { mkdir, readFile, readdir, rm, stat } from 'node:fs/promises'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lock } from 'proper-lockfile'
import { HarnessError, messageOf, usageError } from '../errors.ts'

/** The major version of Postgres whose files the installed PGlite opens. */
export const postgresMajor = '18'

/** A data directory that this process alone may use until it is released. */
export interface HeldDirectory {
  readonly path: string
  /** Whether there is a database in it already. */
  readonly isNew: boolean
  release(): Promise<void>
}

/**
 * Makes sure that a folder can hold our database, and that nobody else has it open. It is created where it is missing.
 * @throws {HarnessError} E_DATA_DIRECTORY (not a folder, not writable, holds something else), E_DATA_DIRECTORY_VERSION,
 * E_DATA_DIRECTORY_IN_USE
 */
export async function holdDirectory(path: string): Promise<HeldDirectory> {
  await createDirectory(path)
  const entries = (await readdir(path)).filter((name) => name !== lockName)
  const isNew = entries.length === 0
  if (!isNew) await checkVersion(path)
  const unlock = await lockDirectory(path)
  return { path, isNew, release: unlock }
}

const lockName = '.hook-harness.lock'

async function createDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true })
    if (!(await stat(path)).isDirectory()) throw new Error('it is not a folder')
  } catch (error) {
    throw usageError(
      'E_DATA_DIRECTORY',
      `Data directory '${path}': ${messageOf(error)}`,
      'Name a folder that exists or can be created.',
    )
  }
}

async function checkVersion(path: string): Promise<void> {
  let found: string
  try {
    found = (await readFile(join(path, 'PG_VERSION'), 'utf8')).trim()
  } catch {
    throw usageError(
      'E_DATA_DIRECTORY',
      `Data directory '${path}': found files but no PG_VERSION, expected an empty folder or a Postgres data directory`,
      'Name another folder.',
    )
  }
  if (found !== postgresMajor) {
    throw usageError(
      'E_DATA_DIRECTORY_VERSION',
      `Data directory '${path}': written by Postgres ${found}, expected Postgres ${postgresMajor}`,
      'Name another folder, or dump and restore with the version that wrote it.',
    )
  }
}

async function lockDirectory(path: string): Promise<() => Promise<void>> {
  try {
    return await lock(path, { lockfilePath: join(path, lockName), realpath: true })
  } catch (error) {
    if ((error as { code?: string }).code === 'ELOCKED') {
      throw new HarnessError(
        'E_DATA_DIRECTORY_IN_USE',
        `Data directory '${path}' is in use by another process.`,
        {
          hint: 'Wait until it ends, or name another folder. A process that was killed frees it within ten seconds.',
          cause: error,
        },
      )
    }
    throw usageError(
      'E_DATA_DIRECTORY',
      `Data directory '${path}' can't be written: ${messageOf(error)}`,
      'Name a folder that you may write to.',
    )
  }
}

/** A folder of its own for a database that is too large for memory; gone when released. */
export async function holdTemporaryDirectory(): Promise<HeldDirectory> {
  const path = await mkdtemp(join(tmpdir(), 'hook-harness-'))
  return { path, isNew: true, release: () => rm(path, { recursive: true, force: true }) }
}
