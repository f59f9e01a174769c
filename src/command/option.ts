import { InvalidArgumentError } from 'commander'
import { type Choice, categoryTitles, checkCategories } from '../check/check.ts'
import { type PostgresVersion, postgresVersions } from '../database/postgres-version.ts'
import { type PayloadShape, payloadShapes } from '../fixture/tool-output.ts'
import { parseBytes, parseRows } from '../units.ts'

/** Reads a number of events: `227`, `10k`, `1m`. @throws {InvalidArgumentError} */
export function readEvents(text: string): number {
  const events = parseRows(text)
  if (events === undefined) {
    throw new InvalidArgumentError(
      `Expected a whole number of events above 0, such as 227, 10k or 1m.`,
    )
  }
  return events
}

/** Reads sizes in ascending order: `227,10k,100k`. @throws {InvalidArgumentError} */
export function readScales(text: string): readonly number[] {
  const scales = text.split(',').map(readEvents)
  const isAscending = scales.every(
    (scale, index) => index === 0 || scale > (scales[index - 1] ?? 0),
  )
  if (!isAscending)
    throw new InvalidArgumentError('Expected each size to be larger than the one before it.')
  return scales
}

/** Reads a time: `500` (milliseconds), `500ms`, `30s`, `2m`; in milliseconds. @throws {InvalidArgumentError} */
export function readDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text.trim())
  const factor = { ms: 1, s: 1_000, m: 60_000 }[match?.[2] ?? 'ms']
  const durationMs = Number(match?.[1]) * (factor ?? 1)
  if (!(durationMs > 0)) {
    throw new InvalidArgumentError('Expected a time above 0, such as 500ms, 30s or 2m.')
  }
  return durationMs
}

/** Reads the number of a migration. @throws {InvalidArgumentError} */
export function readVersion(text: string): number {
  if (!/^\d{1,15}$/.test(text.trim())) {
    throw new InvalidArgumentError('Expected the number of a migration, such as 4.')
  }
  return Number(text)
}

/** Reads a size: `500m`, `2g`; in bytes. @throws {InvalidArgumentError} */
export function readBytes(text: string): number {
  const bytes = parseBytes(text)
  if (bytes === undefined) {
    throw new InvalidArgumentError('Expected a number of bytes, such as 500m or 2g.')
  }
  return bytes
}

/** Reads categories by their short names or titles, or ids of checks, with commas between them. @throws {InvalidArgumentError} */
export function readChoice(text: string, before: readonly Choice[] = []): readonly Choice[] {
  return [...before, ...text.split(',').map(readOneChoice)]
}

function readOneChoice(text: string): Choice {
  const wanted = text.trim().toLowerCase()
  const category = checkCategories.find(
    (name) => name === wanted || categoryTitles[name].toLowerCase() === wanted,
  )
  // Which ids there are is known where the checks are: loading them takes longer than reading the words.
  const choice = category ?? (isCheckId(wanted) ? wanted : undefined)
  if (choice === undefined) {
    throw new InvalidArgumentError(
      `Expected one of ${checkCategories.join(', ')}, or the id of a check, such as compatibility/locks.`,
    )
  }
  return choice
}

function isCheckId(text: string): text is Extract<Choice, `${string}/${string}`> {
  return checkCategories.some((category) => text.startsWith(`${category}/`))
}

/** Reads the shape of generated payloads. @throws {InvalidArgumentError} */
export function readPayload(text: string): PayloadShape {
  const shape = payloadShapes.find((one) => one === text)
  if (shape === undefined) {
    throw new InvalidArgumentError(`Expected one of ${payloadShapes.join(', ')}.`)
  }
  return shape
}

/** Reads versions of Postgres, each at most once: `18`, `16,17,18`. @throws {InvalidArgumentError} */
export function readPostgres(text: string): readonly PostgresVersion[] {
  const versions = text.split(',').map((word) => {
    const version = postgresVersions.find((known) => known === word.trim())
    if (version === undefined) {
      throw new InvalidArgumentError(`Expected some of ${postgresVersions.join(',')}.`)
    }
    return version
  })
  if (new Set(versions).size < versions.length) {
    throw new InvalidArgumentError('Expected each version once.')
  }
  return versions
}
