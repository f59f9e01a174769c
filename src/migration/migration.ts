import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { messageOf, usageError } from '../errors.ts'
import { parseContract } from './parse-contract.ts'
import type { Contract, TransactionContract } from './contract.ts'
import {
  findBase,
  findMissing,
  findStray,
  layOutByContract,
  layOutByName,
  roleError,
} from './layout.ts'
import type { Layout, MissingFile } from './layout.ts'
import { loadScript } from './script.ts'
import type { Role, Script } from './script.ts'
import type { TransactionMode } from './transaction.ts'

/** One migration: how to get there, correct it, and come back. */
export interface MigrationStep {
  readonly version: number
  readonly up: Script
  readonly patches: readonly Script[]
  readonly rollback: Script
}

/** The scripts of one folder, and the contract they are judged by. */
export interface MigrationSet {
  /** As it was named, or the package's own. */
  readonly directory: string
  readonly contract: Contract
  /** `builtin`: the folder brings none and is judged with the package's. */
  readonly contractSource: 'folder' | 'builtin'
  /** The schema before the first migration, in order; empty only where the folder's contract says so. */
  readonly base: readonly Script[]
  readonly baseSource: 'folder' | 'builtin'
  readonly steps: readonly MigrationStep[]
  /** Every up and its patches, in the order of application. */
  readonly forward: readonly Script[]
  /** Every rollback, the last migration's first. */
  readonly backward: readonly Script[]
  /** Files that the contract names and the folder lacks. */
  readonly missing: readonly MissingFile[]
  /** Names in the folder that play no part. */
  readonly ignored: readonly string[]
  /** SQL files among them that the contract does not list as such. */
  readonly stray: readonly string[]
}

/** The package's own `migrations/`, seen from the sources as from the build: both lie two folders below the package. */
export const builtinDirectory: string = fileURLToPath(new URL('../../migrations', import.meta.url))

/**
 * Reads a folder of migrations. Its `contract.json` says which file plays which part; without one the names do, and the
 * package's contract is the judge. A base schema that the folder lacks is the package's.
 * @throws {HarnessError} with fault `usage`: the folder or a file can't be read (`E_MIGRATION_FOLDER`), a part is missing
 * or claimed twice (`E_MIGRATION_ROLE`), a file is not text (`E_MIGRATION_ENCODING`) or empty (`E_MIGRATION_EMPTY`), the
 * contract is wrong (`E_CONTRACT`).
 */
export async function loadMigrations(directory: string = builtinDirectory): Promise<MigrationSet> {
  const names = await listFolder(directory)
  const hasContract = names.includes('contract.json')
  const contract = await loadContract(hasContract ? directory : builtinDirectory)
  const layout = hasContract
    ? layOutByContract(directory, names, contract.files)
    : layOutNamed(directory, names, contract)
  return {
    directory,
    contract,
    contractSource: hasContract ? 'folder' : 'builtin',
    ...(await loadBase(directory, names, layout, hasContract ? contract : null)),
    ...(await loadSteps(directory, layout, contract.transactions)),
    missing: layout.missing,
    ignored: layout.ignored,
    stray: findStray(layout.ignored, hasContract ? contract.files : {}),
  }
}

/** The scripts of a folder that nobody has declared yet. */
export type UndeclaredSet = Pick<MigrationSet, 'base' | 'steps' | 'forward' | 'backward' | 'stray'>

/**
 * Reads a folder by the names of its files alone, whatever contract it has: for whoever writes one. A folder without a
 * base schema starts from an empty database.
 * @param from the first version that is a migration; those before it make the base schema
 * @throws {HarnessError} as `loadMigrations` does
 */
export async function loadUndeclared(directory: string, from?: number): Promise<UndeclaredSet> {
  const layout = layOutByName(directory, await listFolder(directory), from)
  return {
    base: await loadBaseFiles(directory, layout.base),
    ...(await loadSteps(directory, layout)),
    stray: findStray(layout.ignored, {}),
  }
}

async function loadSteps(
  directory: string,
  { migrations }: Layout,
  transactions?: TransactionContract,
): Promise<Pick<MigrationSet, 'steps' | 'forward' | 'backward'>> {
  const load = (file: string, role: Role, version: number): Promise<Script> =>
    loadScript(directory, file, role, version, modeOf(file, transactions))
  const steps = await Promise.all(
    migrations.map(async ({ version, up, patches, rollback }) => ({
      version,
      up: await load(up, 'up', version),
      patches: await Promise.all(patches.map((file) => load(file, 'patch', version))),
      rollback: await load(rollback, 'rollback', version),
    })),
  )
  return {
    steps,
    forward: steps.flatMap(({ up, patches }) => [up, ...patches]),
    backward: steps.toReversed().map(({ rollback }) => rollback),
  }
}

function layOutNamed(
  directory: string,
  names: readonly string[],
  contract: Contract,
): ReturnType<typeof layOutByContract> {
  const layout = layOutByName(directory, names)
  return { ...layout, missing: findMissing(layout, contract.files) }
}

async function loadBase(
  directory: string,
  names: readonly string[],
  layout: Layout,
  contract: Contract | null,
): Promise<Pick<MigrationSet, 'base' | 'baseSource'>> {
  const isAbsent = layout.base.some((file) => !names.includes(file))
  if (!isAbsent && (contract !== null || layout.base.length > 0)) {
    const base = await loadBaseFiles(directory, layout.base, contract?.transactions)
    return { base, baseSource: 'folder' }
  }
  const builtin = findBase(await listFolder(builtinDirectory))
  if (contract !== null && layout.base.some((file) => !builtin.includes(file))) {
    throw roleError(
      directory,
      names,
      `the base schema ${layout.base.map((file) => `'${file}'`).join(', ')}`,
    )
  }
  return { base: await loadBaseFiles(builtinDirectory, builtin), baseSource: 'builtin' }
}

function loadBaseFiles(
  directory: string,
  files: readonly string[],
  transactions?: TransactionContract,
): Promise<Script[]> {
  return Promise.all(
    files.map((file) => loadScript(directory, file, 'base', null, modeOf(file, transactions))),
  )
}

function modeOf(file: string, transactions: TransactionContract | undefined): TransactionMode {
  return transactions?.files[file] ?? transactions?.default ?? 'own'
}

async function loadContract(directory: string): Promise<Contract> {
  const path = join(directory, 'contract.json')
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw usageError('E_CONTRACT', `Contract '${path}' can't be read: ${messageOf(error)}`)
  })
  return parseContract(text, path)
}

async function listFolder(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    throw usageError(
      'E_MIGRATION_FOLDER',
      `Migrations folder '${directory}' can't be read: ${describeFolderError(error)}`,
      'Name a folder that holds the four roles of files: base, up, patch, rollback.',
    )
  }
}

function describeFolderError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'found nothing at that path, expected a folder'
  if (code === 'ENOTDIR') return 'found a file, expected a folder'
  return messageOf(error)
}
