import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import process from 'node:process'
import { HarnessError, messageOf, usageError } from '../errors.ts'
import type { PayloadShape } from '../fixture/tool-output.ts'
import { formatBytes, formatRows } from '../units.ts'
import { isHeldInMemory } from './medium.ts'
import { templateDirectory } from './template.ts'

/**
 * Of one event, as measured and rounded up by a third: with the base schema's indexes, and with the migrations' and their
 * log. What repeats in a recorded payload is compressed.
 */
const templateBytes: Readonly<Record<PayloadShape, number>> = { slim: 800, recorded: 3_000 }
const cloneBytes: Readonly<Record<PayloadShape, number>> = { slim: 1_300, recorded: 4_000 }

/** A data directory before the first event, its log at its longest included. */
const emptyBytes = 128 * 1024 ** 2

/** Two engines and what sorts and index builds take, however many events there are. */
const engineBytes = 1.5 * 1024 ** 3

/** Two clones are open at a time: one before the migrations, one after them. */
const clones = 2

/**
 * Finds out before hours of work, not after them, that the disk or the memory is too small. Templates that are there
 * already count as if they were not: they may be another day's.
 * @throws {HarnessError} E_ROOM
 */
export async function checkRoom(scales: readonly number[], payload: PayloadShape): Promise<void> {
  const folders = scales.filter((scale) => !isHeldInMemory(scale, payload))
  const largest = folders.at(-1)
  if (largest === undefined) return
  const kept = folders.reduce((sum, scale) => sum + emptyBytes + scale * templateBytes[payload], 0)
  const needed = kept + clones * (emptyBytes + largest * cloneBytes[payload])
  const what = `${formatRows(largest)} events with payload ${payload}`
  const free = await freeBytes(templateDirectory())
  if (needed > free) {
    throw usageError(
      'E_ROOM',
      `${what} need about ${formatBytes(needed)} of disk in '${templateDirectory()}', ${formatBytes(free)} are free`,
      "Ask for a smaller --scale, name another folder in HOOK_HARNESS_CACHE, or make room with 'hook-harness cache prune'.",
    )
  }
  const available = process.availableMemory()
  if (engineBytes > available) {
    throw usageError(
      'E_ROOM',
      `${what} need about ${formatBytes(engineBytes)} of memory, ${formatBytes(available)} are available`,
      'End other programs, or ask for a smaller --scale: up to 64k slim events take a third of it.',
    )
  }
}

/** With less than this an engine can't even begin, and says no more than that it stopped. */
const fullBytes = 32 * 1024 ** 2

/** Runs `work`; where it fails on a full disk, says so, because the engine doesn't. @throws {HarnessError} E_DISK_FULL */
export async function blameDisk<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const free = await freeBytes(folder)
    if (free > fullBytes) throw error
    throw new HarnessError(
      'E_DISK_FULL',
      `Disk of '${folder}': ${formatBytes(free)} are left: ${messageOf(error)}`,
      { cause: error, hint: 'Make room, or name another folder in HOOK_HARNESS_CACHE.' },
    )
  }
}

/** Of the file system that the folder is or will be on. */
async function freeBytes(folder: string): Promise<number> {
  for (let path = folder; ; path = dirname(path)) {
    const room = await statfs(path).catch(() => undefined)
    if (room !== undefined) return room.bavail * room.bsize
    if (path === dirname(path)) return Infinity
  }
}
