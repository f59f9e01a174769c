import { createHash, randomBytes } from 'node:crypto'
import { constants, type Dirent } from 'node:fs'
import { access, cp, mkdir, readFile, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDirectory } from '../database/template.ts'
import { HarnessError, messageOf, usageError } from '../errors.ts'
import { writeFileWhole } from '../file.ts'
import { parseBytes } from '../units.ts'
import type { Sample } from './result.ts'
import { tryTemplate, withTemplate } from './template-lock.ts'

/** Raised when what lies in a template changes: old ones are then never opened again. */
const templateVersion = 3

/** What a template holds, and what its files weigh when they are whole. */
export interface TemplateManifest {
  readonly templateVersion: number
  readonly events: number
  readonly payload: string
  /** Milliseconds since 1970: from then on its events are too old to be found again. */
  readonly expiresAtMs: number
  /** How long making, loading, indexing and analysing took. */
  readonly load: Sample
  readonly files: number
  readonly sizeBytes: number
  /** When the last of its files was written, in milliseconds since 1970: a later time is somebody else's hand. */
  readonly writtenAtMs: number
}

/** One entry of the cache. */
export interface TemplateEntry {
  readonly name: string
  readonly events: number
  readonly payload: string
  readonly sizeBytes: number
  /** Milliseconds since 1970. */
  readonly usedAtMs: number
}

/** Where the data directories lie. */
export function templateDirectory(): string {
  return join(cacheDirectory(), 'rungs')
}

/** The name under which the same content is found again. */
export function nameTemplate(content: readonly (string | number)[]): string {
  const text = JSON.stringify([templateVersion, ...content])
  return createHash('sha256').update(text).digest('hex').slice(0, 24)
}

/** The manifest of a whole template; undefined when there is none, or what is there isn't whole. */
export async function readManifest(name: string): Promise<TemplateManifest | undefined> {
  const directory = join(templateDirectory(), name)
  let manifest: TemplateManifest
  try {
    manifest = JSON.parse(await readFile(join(directory, 'manifest.json'), 'utf8'))
  } catch {
    // Absent, unreadable or cut off comes to the same: it is built again.
    return undefined
  }
  const found = await weigh(join(directory, 'data'))
  const isWhole =
    found.files === manifest.files &&
    found.sizeBytes === manifest.sizeBytes &&
    found.writtenAtMs <= manifest.writtenAtMs
  return isWhole ? manifest : undefined
}

export interface BuildRequest {
  readonly facts: Pick<TemplateManifest, 'events' | 'payload' | 'expiresAtMs'>
  readonly build: (dataDirectory: string) => Promise<Sample>
  readonly signal?: AbortSignal
}

/**
 * The manifest of the template of that name, built where there is none. It is built in a folder that nobody finds, and
 * gets its name when it is whole: whoever is killed on the way leaves nothing that could be taken for a template. Of two
 * that want the same, one builds it and the other waits for it. Then the cache is brought back within its bound.
 * @throws {HarnessError} E_TEMPLATE, E_CACHE_BYTES, or what `build` throws.
 */
export async function ensureTemplate(
  name: string,
  { facts, build, signal }: BuildRequest,
): Promise<TemplateManifest> {
  const boundBytes = cacheBound()
  await makeWritable()
  await sweep()
  const manifest = await withTemplate(
    name,
    async () => (await readManifest(name)) ?? (await buildTemplate(name, facts, build)),
    signal === undefined ? {} : { signal },
  )
  await pruneTemplates(boundBytes, name)
  return manifest
}

async function buildTemplate(
  name: string,
  facts: BuildRequest['facts'],
  build: BuildRequest['build'],
): Promise<TemplateManifest> {
  const scratch = await makeScratch('building')
  try {
    const data = join(scratch, 'data')
    const load = await build(data)
    const manifest: TemplateManifest = { templateVersion, ...facts, load, ...(await weigh(data)) }
    await writeFileWhole(join(scratch, 'manifest.json'), [JSON.stringify(manifest)])
    // What is in the way now was damaged.
    await discardTemplate(name)
    await rename(scratch, join(templateDirectory(), name))
    return manifest
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/**
 * A copy to work on, and the way to get rid of it: shared blocks where the file system can, else real ones.
 * @throws {HarnessError} E_TEMPLATE @throws the signal's reason
 */
export async function cloneTemplate(
  name: string,
  signal?: AbortSignal,
): Promise<AsyncDisposable & { readonly dataDirectory: string }> {
  const scratch = await makeScratch('clone')
  const discard = (): Promise<void> => rm(scratch, { recursive: true, force: true })
  const template = join(templateDirectory(), name)
  const dataDirectory = join(scratch, 'data')
  try {
    await withTemplate(name, async () => {
      await cp(join(template, 'data'), dataDirectory, {
        recursive: true,
        mode: constants.COPYFILE_FICLONE,
        filter: () => signal?.aborted !== true,
      })
      const now = new Date()
      await utimes(join(template, 'manifest.json'), now, now)
    })
    signal?.throwIfAborted()
  } catch (error) {
    await discard()
    signal?.throwIfAborted()
    throw templateError(`Template '${name}' could not be copied`, error)
  }
  return { dataDirectory, [Symbol.asyncDispose]: discard }
}

/** Every whole template, the one used last first. */
export async function listTemplates(): Promise<readonly TemplateEntry[]> {
  const entries: TemplateEntry[] = []
  for (const { name } of await entriesOf(templateDirectory())) {
    const manifest = await readManifest(name)
    if (manifest === undefined) continue
    const { events, payload, sizeBytes } = manifest
    const { mtimeMs: usedAtMs } = await stat(join(templateDirectory(), name, 'manifest.json'))
    entries.push({ name, events, payload, sizeBytes, usedAtMs })
  }
  return entries.toSorted((one, other) => other.usedAtMs - one.usedAtMs)
}

/**
 * Removes what was used longest ago until the rest fits, and what isn't whole; never what somebody builds or copies at the
 * moment, and never `spared`. Returns what was removed.
 */
export async function pruneTemplates(
  keepBytes: number,
  spared?: string,
): Promise<readonly TemplateEntry[]> {
  await sweep()
  const whole = await listTemplates()
  const ours = whole.filter(({ name }) => name === spared)
  const others = whole.filter(({ name }) => name !== spared)
  const removed: TemplateEntry[] = []
  let keptBytes = 0
  for (const entry of [...ours, ...others]) {
    keptBytes += entry.sizeBytes
    if (keptBytes <= keepBytes || entry.name === spared) continue
    if ((await tryTemplate(entry.name, () => discardTemplate(entry.name))).isMine) {
      removed.push(entry)
    }
  }
  for (const { name } of await entriesOf(templateDirectory())) {
    const isKnown = isScratch(name) || whole.some((entry) => entry.name === name)
    if (!isKnown) await tryTemplate(name, () => discardTemplate(name))
  }
  return removed
}

const defaultCacheBytes = 20 * 1024 ** 3

/** How much the templates may take: `HOOK_HARNESS_CACHE_BYTES`, else 20 GiB. @throws {HarnessError} E_CACHE_BYTES */
function cacheBound(): number {
  const chosen = process.env['HOOK_HARNESS_CACHE_BYTES']
  if (chosen === undefined || chosen === '') return defaultCacheBytes
  const bytes = parseBytes(chosen)
  if (bytes !== undefined) return bytes
  throw usageError(
    'E_CACHE_BYTES',
    `HOOK_HARNESS_CACHE_BYTES '${chosen}': expected a number of bytes, such as 500m or 20g`,
  )
}

/** Out of sight first: half of a template must not be found. */
async function discardTemplate(name: string): Promise<void> {
  const scratch = await makeScratch('building')
  try {
    await rename(join(templateDirectory(), name), join(scratch, name))
  } catch (error) {
    if (!isAbsence(error)) throw templateError(`Template '${name}' could not be removed`, error)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function makeWritable(): Promise<void> {
  try {
    await mkdir(templateDirectory(), { recursive: true })
    await access(templateDirectory(), constants.W_OK)
  } catch (error) {
    throw templateError(`Cache folder '${templateDirectory()}' can't be written`, error)
  }
}

/** Scratch folders carry the process that made them in their name. */
async function makeScratch(purpose: 'building' | 'clone'): Promise<string> {
  const name = `${purpose}-${process.pid}-${randomBytes(6).toString('hex')}`
  const scratch = join(templateDirectory(), name)
  try {
    await mkdir(scratch, { recursive: true })
  } catch (error) {
    throw templateError(`Cache folder '${templateDirectory()}' can't be written`, error)
  }
  return scratch
}

function isScratch(name: string): boolean {
  return /^(?:building|clone)-\d+-[\da-f]{12}$/.test(name)
}

/** Removes what has expired, and what processes left that are no more. */
async function sweep(): Promise<void> {
  for (const { name } of await entriesOf(templateDirectory())) {
    if (!isScratch(name)) {
      const manifest = await readManifest(name)
      if (manifest !== undefined && manifest.expiresAtMs <= Date.now()) {
        await tryTemplate(name, () => discardTemplate(name))
      }
    } else if (!isAlive(Number(name.split('-')[1]))) {
      await rm(join(templateDirectory(), name), { recursive: true, force: true })
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Somebody else's process may not be signalled, but it is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

async function weigh(
  directory: string,
): Promise<Pick<TemplateManifest, 'files' | 'sizeBytes' | 'writtenAtMs'>> {
  let files = 0
  let sizeBytes = 0
  let writtenAtMs = 0
  for (const entry of await entriesOf(directory, true)) {
    if (!entry.isFile()) continue
    const { size, mtimeMs } = await stat(join(entry.parentPath, entry.name))
    files += 1
    sizeBytes += size
    writtenAtMs = Math.max(writtenAtMs, mtimeMs)
  }
  return { files, sizeBytes, writtenAtMs }
}

async function entriesOf(directory: string, recursive = false): Promise<readonly Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true, recursive })
  } catch (error) {
    if (isAbsence(error)) return []
    throw templateError(`Cache folder '${directory}' can't be read`, error)
  }
}

function isAbsence(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function templateError(what: string, cause: unknown): HarnessError {
  return new HarnessError('E_TEMPLATE', `${what}: ${messageOf(cause)}`, {
    cause,
    hint: 'Name another folder in HOOK_HARNESS_CACHE, or make room.',
  })
}
