import { statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { holdDirectory, holdTemporaryDirectory } from '../database/data-directory.ts'
import type { PostgresVersion } from '../database/postgres-version.ts'
import { usageError } from '../errors.ts'
import type { PayloadShape } from '../fixture/tool-output.ts'
import { formatBytes, formatRows } from '../units.ts'

/** Above this many events a database in memory grows quadratically slow (each extension copies the file). */
const mostEventsInMemory = 150_000

/** Data directory, indexes of both kinds and write-ahead log for one event, as measured at 100k and rounded up. */
const bytesPerEvent: Readonly<Record<PayloadShape, number>> = { slim: 1_600, recorded: 16_000 }

/** What a data directory takes before the first event. */
const emptyBytes = 64 * 1024 * 1024

export interface Room {
  readonly events: number
  readonly payload: PayloadShape
  /** The folder that the user wants to keep; absent: memory, or a temporary folder for many events. */
  readonly dataDir?: string
  readonly postgres: PostgresVersion
}

/**
 * Runs `work` with a folder for its database, or with none: then memory is enough. A temporary folder is gone afterwards,
 * whatever happened.
 * @throws {HarnessError} E_ROOM when the events don't fit, E_DATA_DIRECTORY… when the folder can't be used
 */
export async function withDirectory<T>(
  room: Room,
  work: (dataDirectory: string | undefined) => Promise<T>,
): Promise<T> {
  await checkRoom(room)
  if (room.dataDir === undefined && room.events <= mostEventsInMemory) return work(undefined)
  const held =
    room.dataDir === undefined
      ? await holdTemporaryDirectory()
      : await holdDirectory(room.dataDir, room.postgres)
  try {
    if (!held.isNew) {
      throw usageError(
        'E_DATA_DIRECTORY',
        `Data directory '${held.path}': found a database in it, expected an empty folder: judging fills and empties it`,
        "Name a new folder; 'hook-harness migrate' works on databases that are there.",
      )
    }
    return await work(held.path)
  } finally {
    await held.release()
  }
}

async function checkRoom({ events, payload, dataDir }: Room): Promise<void> {
  const folder = dataDir ?? tmpdir()
  const needed = emptyBytes + events * bytesPerEvent[payload]
  // A folder that does not exist yet is complained about by whoever creates it.
  const room = await statfs(folder).catch(() => undefined)
  if (room === undefined) return
  const free = room.bavail * room.bsize
  if (needed > free) {
    throw usageError(
      'E_ROOM',
      `${formatRows(events)} events with payload ${payload} need about ${formatBytes(needed)} in '${folder}', ${formatBytes(free)} are free`,
      'Ask for fewer --events, or name a --data-dir with more room.',
    )
  }
}
