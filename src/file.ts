import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { HarnessError, messageOf } from './errors.ts'

/**
 * Writes a file that appears whole or not at all: into a temporary file beside it, then renamed over it.
 * @throws {HarnessError} E_FILE_WRITE, and nothing is left behind.
 */
export async function writeFileWhole(
  path: string,
  parts: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
): Promise<void> {
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`
  try {
    const file = await open(temporary, 'wx')
    try {
      for await (const part of parts) {
        await file.appendFile(part)
      }
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
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
