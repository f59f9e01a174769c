import { createHash, type Hash } from 'node:crypto'
import { constants, createReadStream, createWriteStream, type Stats } from 'node:fs'
import { copyFile, lstat, mkdir, readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** What tells one state of a folder from another without reading all of it. */
export interface Imprint {
  /** Of every folder and file: its path and size; and what the small files hold. */
  readonly digest: string
  readonly sizeBytes: number
  /** When the last of its files was written, in milliseconds since 1970: a later time is somebody else's hand. */
  readonly writtenAtMs: number
}

/** Larger files are known by their size and their time alone. */
const smallBytes = 256 * 1024

/** @throws when something in it goes away meanwhile. */
export async function takeImprint(directory: string): Promise<Imprint> {
  const hash = createHash('sha256')
  let sizeBytes = 0
  let writtenAtMs = 0
  for await (const { path, stats } of walk(directory)) {
    hash.update(`${path}\0${stats.isFile() ? stats.size : '/'}\0`)
    if (!stats.isFile()) continue
    if (stats.size <= smallBytes) await absorb(hash, join(directory, path))
    sizeBytes += stats.size
    writtenAtMs = Math.max(writtenAtMs, stats.mtimeMs)
  }
  return { digest: hash.digest('hex'), sizeBytes, writtenAtMs }
}

async function absorb(hash: Hash, file: string): Promise<void> {
  hash.update(await readFile(file))
}

interface Entry {
  /** Relative. */
  readonly path: string
  readonly stats: Stats
}

/** Everything in a folder, each folder before what it holds, in the order of the names. */
async function* walk(directory: string, below = ''): AsyncGenerator<Entry> {
  const names = await readdir(join(directory, below))
  for (const name of names.toSorted()) {
    const path = join(below, name)
    const stats = await lstat(join(directory, path))
    yield { path, stats }
    if (stats.isDirectory()) yield* walk(directory, path)
  }
}

export interface CopyOptions {
  readonly signal?: AbortSignal
  /** Told the bytes copied so far. */
  readonly onProgress?: (bytes: number) => void
}

/** Larger files are copied in pieces where their blocks can't be shared, so that nobody waits for a gigabyte to stop. */
const largeBytes = 32 * 1024 ** 2
const pieceBytes = 4 * 1024 ** 2

/** Copies a folder: shared blocks where the file system can, else real ones. @throws the signal's reason */
export async function copyFolder(from: string, to: string, options: CopyOptions): Promise<void> {
  const { signal, onProgress } = options
  let bytes = 0
  await mkdir(to)
  for await (const { path, stats } of walk(from)) {
    signal?.throwIfAborted()
    if (stats.isDirectory()) {
      await mkdir(join(to, path), { mode: stats.mode })
      continue
    }
    await copyOne(join(from, path), join(to, path), stats, signal)
    bytes += stats.size
    onProgress?.(bytes)
  }
}

async function copyOne(
  from: string,
  to: string,
  { size, mode }: Stats,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (size <= largeBytes) {
    await copyFile(from, to, constants.COPYFILE_FICLONE)
    return
  }
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE_FORCE)
  } catch {
    const reader = createReadStream(from, { highWaterMark: pieceBytes })
    const writer = createWriteStream(to, { mode, highWaterMark: pieceBytes })
    await pipeline(reader, writer, signal === undefined ? {} : { signal })
  }
}
