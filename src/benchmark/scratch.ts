import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'

/** A folder that one process works in; gone when disposed of. What a process left that is no more is swept away. */
export interface Scratch extends AsyncDisposable {
  readonly path: string
}

/** A folder's owner touches it this often; untouched for so long, it has none. */
const pulseMs = 5_000
const staleMs = 60_000

/** Makes a folder whose name says what for, and who made it. `purpose` is one word, or `lease-` and a template's name. */
export async function makeScratch(directory: string, purpose: string): Promise<Scratch> {
  const owner = `${here}-${process.pid}.${startOf(process.pid)}`
  const path = join(directory, `${purpose}-${owner}-${randomBytes(6).toString('hex')}`)
  await mkdir(path, { recursive: true })
  const pulse = setInterval(() => void touch(path), pulseMs)
  pulse.unref()
  return {
    path,
    async [Symbol.asyncDispose]() {
      clearInterval(pulse)
      await rm(path, { recursive: true, force: true })
    },
  }
}

export function isScratch(name: string): boolean {
  return namePattern.test(name)
}

/** Removes the folders that nobody works in any more. */
export async function sweepScratches(directory: string): Promise<void> {
  for (const name of await namesOf(directory)) {
    if (!isScratch(name) || (await isOwned(directory, name))) continue
    await rm(join(directory, name), { recursive: true, force: true })
  }
}

/** Whether somebody works on a copy of that template. */
export async function isLeased(directory: string, template: string): Promise<boolean> {
  for (const name of await namesOf(directory)) {
    if (name.startsWith(`lease-${template}-`) && (await isOwned(directory, name))) return true
  }
  return false
}

const namePattern =
  /^(?:building|lease-[\da-f]+)-(?<place>[\da-f]{8})-(?<pid>\d+)\.(?<start>\d*)-[\da-f]{12}$/

/**
 * Where process ids mean the same as here, the process is asked for, by its number and by when it began: numbers are given
 * again. Anywhere else, in another container for example, only the pulse tells.
 */
async function isOwned(directory: string, name: string): Promise<boolean> {
  const { place, pid = '', start = '' } = namePattern.exec(name)?.groups ?? {}
  if (place === here && start !== '') return startOf(Number(pid)) === start
  if (place === here && !isAlive(Number(pid))) return false
  const found = await stat(join(directory, name)).catch(() => undefined)
  return found !== undefined && Date.now() - found.mtimeMs < staleMs
}

/** The space of process ids that this one belongs to, as far as the system tells. */
const here = createHash('sha256').update(`${hostname()} ${pidSpace()}`).digest('hex').slice(0, 8)

function pidSpace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

/** When a process began, in ticks since the machine did; empty where there is no such process, or nobody knows. */
function startOf(pid: number): string {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // Field 22; the second is the program's name in parentheses, which may hold anything.
    return status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // Somebody else's process may not be signalled, but it is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

async function namesOf(directory: string): Promise<readonly string[]> {
  return readdir(directory).catch(() => [])
}

async function touch(path: string): Promise<void> {
  const now = new Date()
  await utimes(path, now, now).catch(() => undefined)
}
