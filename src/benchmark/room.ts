import process from 'node:process'
import { usageError } from '../errors.ts'
import type { PayloadShape } from '../fixture/tool-output.ts'
import { formatBytes, formatRows } from '../units.ts'
import { freeBytes } from './disk.ts'
import { nameStage } from './folder-stage.ts'
import { isHeldInMemory } from './medium.ts'
import type { StageRequest } from './stage.ts'
import { hasTemplate, templateDirectory } from './template.ts'
import { copyRows, mostCopies } from './write.ts'

/**
 * Of one event, as measured and rounded up by a third: with the base schema's indexes, and with the migrations' and their
 * log. What repeats in a recorded payload is compressed.
 */
const templateBytes: Readonly<Record<PayloadShape, number>> = { slim: 800, recorded: 3_000 }
const cloneBytes: Readonly<Record<PayloadShape, number>> = { slim: 1_300, recorded: 4_000 }

/** A data directory before the first event, its log at its longest included. */
const emptyBytes = 128 * 1024 ** 2

/** Two engines and what sorts and index builds take, however many events there are. */
const engineBytes = 1.5 * 1024 ** 3

/** Two clones are open at a time: one before the migrations, one after them. */
const clones = 2

/** What a rung will stand on. */
export type ForeseenStage = Pick<StageRequest, 'migrations' | 'fixture' | 'endUs'>

/**
 * Finds out before hours of work, not after them, that the disk or the memory is too small. A template that is there already
 * needs no more room. @throws {HarnessError} E_ROOM
 */
export async function checkRoom(stages: readonly ForeseenStage[]): Promise<void> {
  const folders = stages.filter(
    ({ fixture: { facts } }) => !isHeldInMemory(facts.events, facts.payload),
  )
  const last = folders.at(-1)
  if (last === undefined) return
  const { events: largest, payload } = last.fixture.facts
  const needed = (await newTemplateBytes(folders)) + clones * cloneSize(largest, payload)
  const what = `${formatRows(largest)} events with payload ${payload}`
  const free = await freeBytes(templateDirectory())
  if (needed > free) {
    throw usageError(
      'E_ROOM',
      `${what} need about ${formatBytes(needed)} of disk in '${templateDirectory()}', ${formatBytes(free)} are free`,
      "Ask for a smaller --scale, name another folder in HOOK_HARNESS_CACHE, or make room with 'hook-harness cache prune'.",
    )
  }
  const available = process.availableMemory()
  if (engineBytes > available) {
    throw usageError(
      'E_ROOM',
      `${what} need about ${formatBytes(engineBytes)} of memory, ${formatBytes(available)} are available`,
      'End other programs, or ask for a smaller --scale: up to 64k slim events take a third of it.',
    )
  }
}

async function newTemplateBytes(stages: readonly ForeseenStage[]): Promise<number> {
  let bytes = 0
  for (const stage of stages) {
    const { events, payload } = stage.fixture.facts
    const isThere = await hasTemplate(nameStage(stage))
    if (!isThere) bytes += emptyBytes + events * templateBytes[payload]
  }
  return bytes
}

/** Rows that are copied in and rolled back leave the table as large as with them. */
function cloneSize(events: number, payload: PayloadShape): number {
  const copied = events < copyRows[payload] ? 0 : mostCopies * copyRows[payload]
  return emptyBytes + (events + copied) * cloneBytes[payload]
}
