import { createHash } from 'node:crypto'
import { constants, type Dirent } from 'node:fs'
import { access, mkdir, readFile, readdir, rename, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDirectory } from '../database/template.ts'
import { HarnessError, messageOf, usageError } from '../errors.ts'
import { writeFileWhole } from '../file.ts'
import { parseBytes } from '../units.ts'
import type { Sample } from './result.ts'
import { type Scratch, isLeased, isScratch, makeScratch, sweepScratches } from './scratch.ts'
import { type CopyOptions, type Imprint, copyFolder, takeImprint } from './template-files.ts'
import { tryTemplate, withTemplate } from './template-lock.ts'

/** Raised when what lies in a template changes: old ones are then never opened again. */
const templateVersion = 4

/** What a template holds, and what its files are like when they are whole. */
export interface TemplateManifest extends Imprint {
  readonly templateVersion: number
  readonly events: number
  readonly payload: string
  /** How long making, loading, indexing and analysing took. */
  readonly load: Sample
  /** Hex SHA-256 of what was noted about the data. */
  readonly notesDigest: string
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

/** What building a template gives beside the data directory. */
export interface Built {
  readonly load: Sample
  /** Whatever is to be known about the data without reading it. */
  readonly notes: Uint8Array
}

export interface BuildRequest {
  readonly facts: Pick<TemplateManifest, 'events' | 'payload'>
  readonly build: (dataDirectory: string) => Promise<Built>
  readonly signal?: AbortSignal
}

/** A template that nobody removes until this is disposed of, and with it the copies. */
export interface Lease extends AsyncDisposable {
  readonly manifest: TemplateManifest
  readonly notes: Uint8Array
  /** A copy of the data directory to work on. @throws {HarnessError} E_TEMPLATE @throws the signal's reason */
  readonly clone: (options?: CopyOptions) => Promise<string>
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

/** Whether there seems to be a template of that name; only opening it tells whether it is whole. */
export async function hasTemplate(name: string): Promise<boolean> {
  return (await readManifest(name)) !== undefined
}

/**
 * The template of that name, built where there is none that is whole. It is built in a folder that nobody finds, and
 * gets its name when it is whole: whoever is killed on the way leaves nothing that could be taken for a template. Of two
 * that want the same, one builds it and the other waits for it. Then the cache is brought back within its bound.
 * @throws {HarnessError} E_TEMPLATE, E_CACHE_BYTES, or what `build` throws.
 */
export async function leaseTemplate(name: string, request: BuildRequest): Promise<Lease> {
  const { facts, build, signal } = request
  const boundBytes = cacheBound()
  await makeWritable()
  await sweepScratches(templateDirectory())
  const scratch = await openScratch(`lease-${name}`)
  try {
    const opened = await withTemplate(
      name,
      async () => (await openTemplate(name)) ?? (await buildTemplate(name, facts, build)),
      signal === undefined ? {} : { signal },
    )
    await pruneTemplates(boundBytes, name)
    let clones = 0
    return {
      ...opened,
      clone: (options = {}) => {
        clones += 1
        return cloneTemplate(name, join(scratch.path, `clone-${clones}`), options)
      },
      [Symbol.asyncDispose]: () => scratch[Symbol.asyncDispose](),
    }
  } catch (error) {
    await scratch[Symbol.asyncDispose]()
    throw error
  }
}

/** What its manifest says of itself; undefined when there is none that can be read. */
async function readManifest(name: string): Promise<TemplateManifest | undefined> {
  try {
    const text = await readFile(join(templateDirectory(), name, manifestFile), 'utf8')
    return JSON.parse(text) as TemplateManifest
  } catch {
    // Absent, unreadable or cut off comes to the same: it is built again.
    return undefined
  }
}

const manifestFile = 'manifest.json'
const notesFile = 'notes'

type Opened = Pick<Lease, 'manifest' | 'notes'>

/** A template that is as it was when it was built; undefined for any other. */
export async function openTemplate(name: string): Promise<Opened | undefined> {
  const directory = join(templateDirectory(), name)
  const manifest = await readManifest(name)
  if (manifest === undefined) return undefined
  try {
    const notes = await readFile(join(directory, notesFile))
    const imprint = await takeImprint(join(directory, 'data'))
    const isWhole =
      digestOf(notes) === manifest.notesDigest &&
      imprint.digest === manifest.digest &&
      imprint.writtenAtMs <= manifest.writtenAtMs
    return isWhole ? { manifest, notes } : undefined
  } catch {
    // A file went away.
    return undefined
  }
}

function digestOf(notes: Uint8Array): string {
  return createHash('sha256').update(notes).digest('hex')
}

async function buildTemplate(
  name: string,
  facts: BuildRequest['facts'],
  build: BuildRequest['build'],
): Promise<Opened> {
  await using scratch = await openScratch('building')
  const whole = join(scratch.path, 'template')
  const data = join(whole, 'data')
  await mkdir(whole)
  const { load, notes } = await build(data)
  await writeFile(join(whole, notesFile), notes)
  const manifest: TemplateManifest = {
    templateVersion,
    ...facts,
    load,
    notesDigest: digestOf(notes),
    ...(await takeImprint(data)),
  }
  await writeFileWhole(join(whole, manifestFile), [JSON.stringify(manifest)])
  // What is in the way now was damaged.
  await discardTemplate(name)
  await rename(whole, join(templateDirectory(), name))
  return { manifest, notes }
}

async function cloneTemplate(name: string, to: string, options: CopyOptions): Promise<string> {
  const template = join(templateDirectory(), name)
  const { signal } = options
  try {
    await withTemplate(
      name,
      async () => {
        await copyFolder(join(template, 'data'), to, options)
        const now = new Date()
        await utimes(join(template, manifestFile), now, now)
      },
      signal === undefined ? {} : { signal },
    )
  } catch (error) {
    signal?.throwIfAborted()
    throw templateError(`Template '${name}' could not be copied`, error)
  }
  return to
}

/** Every template, the one used last first. */
export async function listTemplates(): Promise<readonly TemplateEntry[]> {
  const entries: TemplateEntry[] = []
  for (const { name } of await entriesOf(templateDirectory())) {
    const manifest = await readManifest(name)
    const file = await stat(join(templateDirectory(), name, manifestFile)).catch(() => undefined)
    if (manifest === undefined || file === undefined) continue
    const { events, payload, sizeBytes } = manifest
    entries.push({ name, events, payload, sizeBytes, usedAtMs: file.mtimeMs })
  }
  return entries.toSorted((one, other) => other.usedAtMs - one.usedAtMs)
}

/**
 * Removes what was used longest ago until the rest fits, and what is no template; never what somebody builds, copies or
 * works on at the moment, and never `spared`. Returns what was removed.
 */
export async function pruneTemplates(
  keepBytes: number,
  spared?: string,
): Promise<readonly TemplateEntry[]> {
  await sweepScratches(templateDirectory())
  const whole = await listTemplates()
  const ours = whole.filter(({ name }) => name === spared)
  const others = whole.filter(({ name }) => name !== spared)
  const removed: TemplateEntry[] = []
  let keptBytes = 0
  for (const entry of [...ours, ...others]) {
    keptBytes += entry.sizeBytes
    if (keptBytes <= keepBytes || entry.name === spared) continue
    if (await removeTemplate(entry.name)) removed.push(entry)
  }
  for (const { name } of await entriesOf(templateDirectory())) {
    const isKnown = isScratch(name) || whole.some((entry) => entry.name === name)
    if (!isKnown) await removeTemplate(name)
  }
  return removed
}

/** Whether it is gone: not while somebody has it. */
async function removeTemplate(name: string): Promise<boolean> {
  const tried = await tryTemplate(name, async () => {
    if (await isLeased(templateDirectory(), name)) return false
    await discardTemplate(name)
    return true
  })
  return tried.isMine && tried.result
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
  await using scratch = await openScratch('building')
  try {
    await rename(join(templateDirectory(), name), join(scratch.path, 'discarded'))
  } catch (error) {
    if (!isAbsence(error)) throw templateError(`Template '${name}' could not be removed`, error)
  }
}

async function openScratch(purpose: string): Promise<Scratch> {
  try {
    return await makeScratch(templateDirectory(), purpose)
  } catch (error) {
    throw templateError(`Cache folder '${templateDirectory()}' can't be written`, error)
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

async function entriesOf(directory: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true })
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
