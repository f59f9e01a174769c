import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, usageError } from '../errors.ts'
import type { HarnessError } from '../errors.ts'
import type { TransactionMode } from './transaction.ts'

/** What a file is for: the schema before, a migration, a correction of it, its undoing. */
export type Role = 'base' | 'up' | 'patch' | 'rollback'

/** One file of SQL, read and normalised. */
export interface Script {
  readonly role: Role
  /** The number of the migration it belongs to; null for the base schema. */
  readonly version: number | null
  readonly transaction: TransactionMode
  /** Its name, without the folder. */
  readonly file: string
  /** Where it was read from: the folder as it was named, and the file. */
  readonly path: string
  /** Lines end in LF, no byte order mark. */
  readonly text: string
  /** SHA-256 in hex of the text with exactly one final newline: the same on every platform. */
  readonly checksum: string
  /**
   * What normalising removed. psql skips a byte order mark, while node-postgres and PGlite pass it to the server, which
   * refuses it; carriage returns are white space to the server, except in strings and function bodies, which keep them.
   */
  readonly notes: readonly ('byte order mark' | 'CRLF')[]
}

/**
 * Reads one script.
 * @throws {HarnessError} `E_MIGRATION_FOLDER` it can't be read; `E_MIGRATION_ENCODING` bytes that are not UTF-8, or NUL,
 * with their place; `E_MIGRATION_EMPTY` nothing but white space.
 */
export async function loadScript(
  directory: string,
  file: string,
  role: Role,
  version: number | null,
  transaction: TransactionMode = 'own',
): Promise<Script> {
  const path = join(directory, file)
  const bytes = await readFile(path).catch((error: unknown) => {
    throw usageError('E_MIGRATION_FOLDER', `Migration '${path}' can't be read: ${messageOf(error)}`)
  })
  const raw = decode(bytes, path)
  const text = normalise(raw)
  if (text.trim() === '') {
    throw usageError(
      'E_MIGRATION_EMPTY',
      `Migration '${path}' is empty: found ${bytes.length} bytes of white space, expected SQL statements`,
    )
  }
  const notes: Script['notes'][number][] = []
  if (raw.startsWith(byteOrderMark)) notes.push('byte order mark')
  if (raw.includes('\r\n')) notes.push('CRLF')
  return { role, version, transaction, file, path, text, checksum: checksumOf(text), notes }
}

/** Hex SHA-256 of a script's text, in whatever way its lines and the file end. */
export function checksumOf(text: string): string {
  return createHash('sha256')
    .update(`${normalise(text).replace(/\n*$/, '')}\n`)
    .digest('hex')
}

const byteOrderMark = '\uFEFF'

function normalise(text: string): string {
  return (text.startsWith(byteOrderMark) ? text.slice(1) : text).replaceAll('\r\n', '\n')
}

function decode(bytes: Buffer, path: string): string {
  if (!isUtf8(bytes)) throw encodingError(bytes, path, findInvalidByte(bytes), 'UTF-8')
  const nul = bytes.indexOf(0)
  if (nul >= 0) throw encodingError(bytes, path, nul, 'text without NUL')
  return bytes.toString('utf8')
}

function encodingError(
  bytes: Buffer,
  path: string,
  offset: number,
  expected: string,
): HarnessError {
  const found = `0x${(bytes[offset] ?? 0).toString(16).padStart(2, '0').toUpperCase()}`
  const line = bytes.toString('latin1', 0, offset).split('\n').length
  return usageError(
    'E_MIGRATION_ENCODING',
    `Migration '${path}' byte ${offset} (line ${line}): found ${found}, expected ${expected}`,
    'Save the file as UTF-8.',
  )
}

/** Decoding puts U+FFFD where a sequence is broken: the first that the file itself doesn't hold marks the place. */
function findInvalidByte(bytes: Buffer): number {
  const replacement = Buffer.from('\uFFFD')
  let offset = 0
  for (const character of bytes.toString('utf8')) {
    const size = Buffer.byteLength(character)
    const isReplaced =
      character === '\uFFFD' && !bytes.subarray(offset, offset + 3).equals(replacement)
    if (isReplaced) return offset
    offset += size
  }
  return offset
}
