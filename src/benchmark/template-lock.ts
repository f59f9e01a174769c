import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { lock } from 'proper-lockfile'
import { cacheDirectory } from '../database/template.ts'

const retryMs = 250

/**
 * Runs `work` while this process alone builds, copies or removes the template of that name; waits for whoever does so now.
 * A process that was killed frees it within ten seconds.
 * @throws the signal's reason, when it is aborted while waiting.
 */
export async function withTemplate<T>(
  name: string,
  work: () => Promise<T>,
  options: { readonly signal?: AbortSignal; readonly onWait?: () => void } = {},
): Promise<T> {
  for (;;) {
    const held = await tryTemplate(name, work)
    if (held.isMine) return held.result
    options.onWait?.()
    await wait(retryMs, undefined, options.signal === undefined ? {} : { signal: options.signal })
  }
}

/** As `withTemplate`, but does nothing where somebody else has it. */
export async function tryTemplate<T>(
  name: string,
  work: () => Promise<T>,
): Promise<{ readonly isMine: true; readonly result: T } | { readonly isMine: false }> {
  const locks = join(cacheDirectory(), 'locks')
  await mkdir(locks, { recursive: true })
  let release: () => Promise<void>
  try {
    release = await lock(locks, { lockfilePath: join(locks, name), onCompromised: ignore })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ELOCKED') {
      return { isMine: false }
    }
    throw error
  }
  try {
    return { isMine: true, result: await work() }
  } finally {
    // Already gone when it was compromised; and a template is put in its place whole, whoever else builds it.
    await release().catch(ignore)
  }
}

function ignore(): void {}
