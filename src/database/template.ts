import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { pickDefined } from '../defined.ts'
import { writeFileWhole } from '../file.ts'
import { quoteIdentifier } from './identifier.ts'
import { type EmbeddedDatabase, type OpenOptions, openDatabase } from './pglite.ts'
import { type PostgresVersion, defaultPostgres, pgliteVersion } from './postgres-version.ts'

/** Raised when the way a template is built changes: old ones are then never opened again. */
const templateVersion = 1

/** Hex SHA-256 before the archive: what a half-written or damaged file can't match. */
const digestLength = 64

/** Where templates live: `HOOK_HARNESS_CACHE`, else the user's cache directory. */
export function cacheDirectory(): string {
  const chosen = process.env['HOOK_HARNESS_CACHE']
  if (chosen !== undefined && chosen !== '') return chosen
  const base = process.env['XDG_CACHE_HOME'] ?? ''
  // The XDG specification: a path that is not absolute is to be ignored.
  return join(isAbsolute(base) ? base : join(homedir(), '.cache'), 'hook-harness')
}

/** The file that a template lives in; PGlite's version is part of its name, because another version's files don't open. */
export function templatePath(postgres: PostgresVersion = defaultPostgres): string {
  const identity = `${templateVersion}\n${pgliteVersion(postgres)}`
  const hash = createHash('sha256').update(identity).digest('hex')
  return join(cacheDirectory(), `cluster-${hash.slice(0, 16)}.tar`)
}

/**
 * Opens a fresh, empty cluster, in memory or in an empty folder: from a kept data directory in about a fifth of the time
 * initdb takes. The first call on a machine runs initdb and keeps the result; two at once both build it, and the last one
 * stays, whole. A file that fails its checksum is built again. Where the cache can't be written, every call runs initdb.
 */
export async function openFresh(
  options: Omit<OpenOptions, 'template'> = {},
): Promise<EmbeddedDatabase> {
  const path = templatePath(options.postgres)
  const template =
    (await readTemplate(path)) ??
    (await buildOnce(path, pickDefined(options, ['postgres', 'signal'])))
  return openDatabase({ ...options, template })
}

/** Two of one process that want the same one at once share the work. */
const building = new Map<string, Promise<Uint8Array<ArrayBuffer>>>()

async function buildOnce(
  path: string,
  options: Pick<OpenOptions, 'postgres' | 'signal'>,
): Promise<Uint8Array<ArrayBuffer>> {
  const begun = building.get(path)
  // Another's signal may end it; then it is built for whoever is left.
  if (begun !== undefined) return begun.catch(() => buildTemplate(path, options))
  const built = buildTemplate(path, options).finally(() => building.delete(path))
  building.set(path, built)
  return built
}

/** The archive in `path`, or undefined when there is none, or not a whole one. */
export async function readTemplate(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  let bytes: Buffer<ArrayBuffer>
  try {
    bytes = await readFile(path)
  } catch {
    // Absent or unreadable comes to the same: it is built again.
    return undefined
  }
  const archive = bytes.subarray(digestLength)
  const found = createHash('sha256').update(archive).digest('hex')
  if (bytes.subarray(0, digestLength).toString('latin1') !== found) return undefined
  return new Uint8Array(archive)
}

async function buildTemplate(
  path: string,
  options: Pick<OpenOptions, 'postgres' | 'signal'>,
): Promise<Uint8Array<ArrayBuffer>> {
  await using database = await openDatabase(options)
  // Nobody connects to them, and each is a copy of the whole catalog: without them the archive opens twice as fast.
  await database.query('update pg_database set datistemplate = false')
  const others = await database.query<{ name: string }>(
    'select datname as name from pg_database where datname <> current_database() order by 1',
  )
  for (const { name } of others) await database.query(`drop database ${quoteIdentifier(name)}`)
  await database.query('vacuum freeze')
  await database.query('checkpoint')
  const archive = await database.dump()
  const digest = createHash('sha256').update(archive).digest('hex')
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFileWhole(path, [Buffer.from(digest, 'latin1'), archive])
  } catch {
    // Documented: a cache that can't be written costs time, not the answer.
  }
  return archive
}
