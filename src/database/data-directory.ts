import { mkdir, mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lock } from 'proper-lockfile'
import { HarnessError, messageOf, usageError } from '../errors.ts'
import { type PostgresVersion, defaultPostgres } from './postgres-version.ts'

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
export async function holdDirectory(
  path: string,
  postgres: PostgresVersion = defaultPostgres,
): Promise<HeldDirectory> {
  await createDirectory(path)
  const entries = (await readdir(path)).filter((name) => name !== lockName)
  const isNew = entries.length === 0
  if (!isNew) {
    await checkVersion(path, postgres)
    await checkServer(path)
  }
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

async function checkVersion(path: string, postgres: PostgresVersion): Promise<void> {
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
  if (found !== postgres) {
    throw usageError(
      'E_DATA_DIRECTORY_VERSION',
      `Data directory '${path}': written by Postgres ${found}, expected Postgres ${postgres}`,
      'Name another folder, or dump and restore with the version that wrote it.',
    )
  }
}

/** A server of its own holds no lock of ours, but says who it is; PGlite writes a number below 0 there. */
async function checkServer(path: string): Promise<void> {
  const text = await readFile(join(path, 'postmaster.pid'), 'utf8').catch(() => '')
  const pid = Number.parseInt(text, 10)
  if (!(pid > 0) || !isAlive(pid)) return
  throw new HarnessError(
    'E_DATA_DIRECTORY_IN_USE',
    `Data directory '${path}' is in use by the Postgres server with process id ${pid}.`,
    { hint: 'Stop that server, or name another folder.' },
  )
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // A process of somebody else's may not be signalled, but it is there.
    return (error as { code?: string }).code === 'EPERM'
  }
}

async function lockDirectory(path: string): Promise<() => Promise<void>> {
  let lost: Error | undefined
  try {
    const unlock = await lock(path, {
      lockfilePath: join(path, lockName),
      onCompromised: (error) => {
        lost = error
      },
    })
    return async () => {
      if (lost !== undefined) throw lostLock(path, lost)
      await unlock()
    }
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

function lostLock(path: string, cause: Error): HarnessError {
  return new HarnessError(
    'E_DATA_DIRECTORY_LOST',
    `Data directory '${path}': the lock on it was lost, so another process may have used it: ${cause.message}`,
    { hint: 'Run it again on a folder that nobody moves or deletes meanwhile.', cause },
  )
}

/** Whether a folder is there and holds a database. */
export async function hasDatabase(path: string): Promise<boolean> {
  return stat(join(path, 'PG_VERSION')).then(
    () => true,
    () => false,
  )
}

/** Removes the database in a held folder; the folder stays, and stays held. */
export async function emptyDirectory(path: string): Promise<void> {
  const entries = (await readdir(path)).filter((name) => name !== lockName)
  await Promise.all(entries.map((name) => rm(join(path, name), { recursive: true, force: true })))
}

/** A folder of its own for a database that is too large for memory; gone when released. */
export async function holdTemporaryDirectory(): Promise<HeldDirectory> {
  const path = await mkdtemp(join(tmpdir(), 'hook-harness-'))
  return { path, isNew: true, release: () => rm(path, { recursive: true, force: true }) }
}
