import { locateObject } from '../migration/locate-object.ts'
import type { MigrationSet } from '../migration/migration.ts'
import { readStatements } from '../migration/runner.ts'
import type { Script } from '../migration/script.ts'
import type { Unplaced } from './growth-limit.ts'
import type { GateFinding, TimedComparison } from './result.ts'

type Place = NonNullable<GateFinding['place']>

/** Finds the line of the candidate behind a finding, if it has one. */
export async function placeFinding(
  finding: Unplaced,
  base: MigrationSet,
  candidate: MigrationSet,
): Promise<GateFinding> {
  const { object, kind } = finding
  if (object === null) return finding
  const place = await placeObject(
    object,
    kind === 'object' || kind === 'error' ? 'gone' : 'there',
    base,
    candidate,
  )
  return place === undefined ? finding : { ...finding, place }
}

/** … and behind what is slower. */
export async function placeTimed(
  timed: TimedComparison,
  base: MigrationSet,
  candidate: MigrationSet,
): Promise<TimedComparison> {
  if (timed.verdict !== 'slower') return timed
  const place = await placeObject(timed.object, 'there', base, candidate)
  return place === undefined ? timed : { ...timed, place }
}

/**
 * The candidate's statement that drops the object, where it may be gone, or else creates it. Where it has neither, the object
 * was left out: then what the base creates just before it, where the candidate has that.
 */
async function placeObject(
  object: NonNullable<Unplaced['object']>,
  state: 'gone' | 'there',
  base: MigrationSet,
  candidate: MigrationSet,
): Promise<Place | undefined> {
  const scripts = candidate.baseSource === 'folder' ? candidate.base : []
  const files = new Set([...scripts, ...candidate.forward].map(({ file }) => file))
  const dropped =
    state === 'gone' ? await locateObject(candidate, { ...object, action: 'drop' }) : undefined
  const found =
    dropped !== undefined && files.has(dropped.file)
      ? dropped
      : ((await locateObject(candidate, object)) ?? (await locateGap(object, base, candidate)))
  if (found === undefined || !files.has(found.file)) return undefined
  return { file: pathOf(candidate, found.file), line: found.line }
}

/** A path from where the folder was named. */
export function pathOf({ directory }: Pick<MigrationSet, 'directory'>, file: string): string {
  const folder = directory.replace(/\/+$/, '')
  return folder === '' || folder === '.' ? file : `${folder}/${file}`
}

interface Named {
  readonly kind: string
  readonly name: string
}

async function locateGap(
  { kind, name }: Named,
  base: MigrationSet,
  candidate: MigrationSet,
): Promise<Place | undefined> {
  for (const script of base.forward) {
    const created = await listCreated(script)
    const at = created.findIndex((each) => each.kind === kind && each.name === name)
    if (at === -1) continue
    for (const neighbour of created.slice(0, at).toReversed()) {
      const place = await locateObject(candidate, neighbour)
      if (place !== undefined) return place
    }
  }
  return undefined
}

async function listCreated(script: Script): Promise<readonly Named[]> {
  const statements = await readStatements(script)
  return statements.flatMap(({ action, objects }) =>
    action === 'create' ? objects.map(({ kind, name }) => ({ kind, name })) : [],
  )
}
