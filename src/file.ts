import { randomBytes } from 'node:crypto'
import { open, realpath, rename, rm, stat } from 'node:fs/promises'
import { HarnessError, messageOf } from './errors.ts'

type Parts = AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>

/**
 * Writes a file that appears whole or not at all: into a temporary file beside it, then renamed over it. A link stays one,
 * and what is no file, as a pipe or a device, is written to as it is.
 * @throws {HarnessError} E_FILE_WRITE, and nothing is left behind.
 */
export async function writeFileWhole(path: string, parts: Parts): Promise<void> {
  try {
    const found = await stat(path).catch(() => undefined)
    if (found !== undefined && !found.isFile()) await writeInto(path, 'a', parts)
    else await replace(found === undefined ? path : await realpath(path), parts)
  } catch (error) {
    if (error instanceof HarnessError) throw error
    throw new HarnessError(
      'E_FILE_WRITE',
      `File '${path}' could not be written: ${messageOf(error)}`,
      {
        cause: error,
        hint: 'Check that its folder exists, may be written to and has room.',
      },
    )
  }
}

async function replace(path: string, parts: Parts): Promise<void> {
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`
  try {
    await writeInto(temporary, 'wx', parts)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

async function writeInto(path: string, flags: 'a' | 'wx', parts: Parts): Promise<void> {
  const file = await open(path, flags)
  try {
    for await (const part of parts) await file.appendFile(part)
  } finally {
    await file.close()
  }
}
