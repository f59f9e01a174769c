import { openSync, readSync } from 'node:fs'

/** What Linux counts of the thread that opens it: time on a processor, time ready to run without one (both in ns), turns. */
const countsPath = '/proc/thread-self/schedstat'

/** Stops; the milliseconds since the start, or undefined where the system does not count. */
type Stop = () => number | undefined

/**
 * Returns a stopwatch for the calling thread that stands still while the thread is ready to run and others have the processors. A
 * sleep is not taken off.
 */
export function openOwnTime(path: string = countsPath): () => Stop {
  const buffer = Buffer.alloc(128)
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    // Documented: no Linux, or one that does not count.
    return () => () => undefined
  }
  const readDelayMs = (): number => {
    const length = readSync(file, buffer, 0, buffer.length, 0)
    return Number(buffer.toString('latin1', 0, length).split(' ')[1]) / 1e6
  }
  return () => {
    // The clock is read before the count, and after it in the end: what is taken off was within.
    const started = performance.now()
    const before = readDelayMs()
    return () => {
      const delayMs = readDelayMs() - before
      const ownMs = performance.now() - started - delayMs
      return Number.isFinite(ownMs) ? ownMs : undefined
    }
  }
}
