import { locateObject } from '../migration/locate-object.ts'
import type { MigrationSet } from '../migration/migration.ts'
import type { Unplaced } from './growth-limit.ts'
import type { GateFinding } from './result.ts'

/**
 * Finds the migration statement behind a finding: the candidate's own that drops the object or creates it, and the base's
 * where the candidate has none, if it has the file.
 */
export async function placeFinding(
  finding: Unplaced,
  base: MigrationSet,
  candidate: MigrationSet,
): Promise<GateFinding> {
  const { object, kind } = finding
  if (object === null) return finding
  const forward = new Set([...candidate.base, ...candidate.forward].map(({ file }) => file))
  const dropped =
    kind === 'object' || kind === 'error'
      ? await locateObject(candidate, { ...object, action: 'drop' })
      : undefined
  const own =
    dropped !== undefined && forward.has(dropped.file)
      ? dropped
      : await locateObject(candidate, object)
  const place = own ?? (await locateObject(base, object))
  if (place === undefined || !forward.has(place.file)) return finding
  const directory = candidate.directory.replace(/\/+$/, '')
  const file = directory === '' || directory === '.' ? place.file : `${directory}/${place.file}`
  return { ...finding, place: { file, line: place.line } }
}
