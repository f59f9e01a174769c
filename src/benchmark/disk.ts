import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { HarnessError, messageOf } from '../errors.ts'
import { formatBytes } from '../units.ts'

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
export async function freeBytes(folder: string): Promise<number> {
  for (let path = folder; ; path = dirname(path)) {
    const room = await statfs(path).catch(() => undefined)
    if (room !== undefined) return room.bavail * room.bsize
    if (path === dirname(path)) return Infinity
  }
}
