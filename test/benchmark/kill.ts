import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { setTimeout as wait } from 'node:timers/promises'

/** Runs a script of the tests, lets it say that it has begun, gives it so many milliseconds more, and kills it. */
export async function killAfter(script: string, delayMs: number): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  await Promise.race([once(child.stdout, 'data'), ended])
  await wait(delayMs)
  child.kill('SIGKILL')
  await ended
}
