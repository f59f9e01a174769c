import type { PayloadShape } from '../fixture/tool-output.ts'

/** Of one event, in bytes of COPY text. */
const eventBytes: Readonly<Record<PayloadShape, number>> = { slim: 500, recorded: 9_000 }

/** In memory every extension of a file copies it: beyond this a folder is faster, initdb and all. */
const memoryBytes = 32_000_000

/** Whether so many events are measured in memory, and not in a folder. */
export function isHeldInMemory(events: number, payload: PayloadShape): boolean {
  return events * eventBytes[payload] < memoryBytes
}
