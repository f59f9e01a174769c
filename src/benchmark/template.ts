import { createHash, randomBytes } from 'node:crypto'
import { constants, type Dirent } from 'node:fs'
import { cp, mkdir, readFile, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDirectory } from '../database/template.ts'
import { HarnessError, messageOf } from '../errors.ts'
import { writeFileWhole } from '../file.ts'
import type { Sample } from './result.ts'

/** Raised when what lies in a template changes: old ones are then never opened again. */
const templateVersion = 1

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
  const isWhole = found.files === manifest.files && found.sizeBytes === manifest.sizeBytes
  return isWhole ? manifest : undefined
}

/**
 * Builds a template in a folder that nobody finds, and gives it its name when it is whole: whoever is killed on the way
 * leaves nothing that could be taken for a template. Of two that build the same, the first stays.
 * @throws {HarnessError} E_TEMPLATE, or what `build` throws.
 */
export async function buildTemplate(
  name: string,
  facts: Pick<TemplateManifest, 'events' | 'payload' | 'expiresAtMs'>,
  build: (dataDirectory: string) => Promise<Sample>,
): Promise<TemplateManifest> {
  await sweep()
  const scratch = await makeScratch('building')
  try {
    const data = join(scratch, 'data')
    const load = await build(data)
    const manifest: TemplateManifest = { templateVersion, ...facts, load, ...(await weigh(data)) }
    await writeFileWhole(join(scratch, 'manifest.json'), [JSON.stringify(manifest)])
    await settle(scratch, name)
    return manifest
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** A copy to work on, and the way to get rid of it: shared blocks where the file system can, else real ones. */
export async function cloneTemplate(
  name: string,
): Promise<AsyncDisposable & { readonly dataDirectory: string }> {
  const scratch = await makeScratch('clone')
  const discard = (): Promise<void> => rm(scratch, { recursive: true, force: true })
  const template = join(templateDirectory(), name)
  const dataDirectory = join(scratch, 'data')
  try {
    await cp(join(template, 'data'), dataDirectory, {
      recursive: true,
      mode: constants.COPYFILE_FICLONE,
    })
    const now = new Date()
    await utimes(join(template, 'manifest.json'), now, now)
  } catch (error) {
    await discard()
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

/** Removes what was used longest ago until the rest fits, and what isn't whole. Returns what was removed. */
export async function pruneTemplates(keepBytes: number): Promise<readonly TemplateEntry[]> {
  await sweep()
  const removed: TemplateEntry[] = []
  let keptBytes = 0
  const whole = await listTemplates()
  for (const entry of whole) {
    keptBytes += entry.sizeBytes
    if (keptBytes > keepBytes) removed.push(entry)
  }
  const broken = (await entriesOf(templateDirectory())).filter(
    (entry) => !isScratch(entry.name) && whole.every(({ name }) => name !== entry.name),
  )
  for (const { name } of [...removed, ...broken]) await discardTemplate(name)
  return removed
}

/** Out of sight first: half of a template must not be found. */
async function discardTemplate(name: string): Promise<void> {
  const scratch = await makeScratch('building')
  await rename(join(templateDirectory(), name), join(scratch, name))
  await rm(scratch, { recursive: true, force: true })
}

async function settle(scratch: string, name: string): Promise<void> {
  const target = join(templateDirectory(), name)
  try {
    await rename(scratch, target)
  } catch (error) {
    if ((await readManifest(name)) !== undefined) return
    const isTaken = (await entriesOf(templateDirectory())).some((entry) => entry.name === name)
    if (!isTaken) throw templateError(`Template '${name}' could not be kept`, error)
    await discardTemplate(name)
    await rename(scratch, target)
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
      if (manifest !== undefined && manifest.expiresAtMs <= Date.now()) await discardTemplate(name)
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

async function weigh(directory: string): Promise<{ files: number; sizeBytes: number }> {
  let files = 0
  let sizeBytes = 0
  for (const entry of await entriesOf(directory, true)) {
    if (!entry.isFile()) continue
    files += 1
    sizeBytes += (await stat(join(entry.parentPath, entry.name))).size
  }
  return { files, sizeBytes }
}

async function entriesOf(directory: string, recursive = false): Promise<readonly Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true, recursive })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw templateError(`Cache folder '${directory}' can't be read`, error)
  }
}

function templateError(what: string, cause: unknown): HarnessError {
  return new HarnessError('E_TEMPLATE', `${what}: ${messageOf(cause)}`, {
    cause,
    hint: 'Name another folder in HOOK_HARNESS_CACHE, or make room.',
  })
}
