import type { Database } from '../database/database.ts'
import { QueryError } from '../errors.ts'
import { type SnapshotDifference, describeDifference, diffSnapshots } from '../migration/diff.ts'
import { locateObject } from '../migration/locate-object.ts'
import { MigrationError } from '../migration/migration-error.ts'
import { declaredName, parseName, renderName } from '../migration/object-name.ts'
import type { Script } from '../migration/script.ts'
import { type Snapshot, captureSnapshot } from '../migration/snapshot.ts'
import { createRandom } from '../random.ts'
import { attemptScript } from './attempt.ts'
import { exclusionsOf } from './blind-spot.ts'
import { type Outcome, type Place, type ScratchCheck, failed, passed, skipped } from './check.ts'
import { type Decoy, type NamedRelation, decoysOf, listNamed } from './decoy.ts'
import type { Setting } from './subject.ts'
import { Tour } from './tour.ts'

const someRows = 20

const decoys: ScratchCheck = {
  stage: 'scratch',
  effort: 'standard',
  id: 'compatibility/decoys',
  title: 'A name that something else has taken is noticed, and what has it is left alone',
  owes: countDeclared,
  async run(setting) {
    const tour = new Tour(setting, { rows: someRows, record: false })
    const outcomes: Outcome[] = []
    try {
      const creations = await listCreations(setting, tour)
      const drawn = drawOfEachKind(setting, creations)
      for (const creation of creations) {
        const isWhole = setting.effort === 'thorough' || drawn.includes(creation)
        outcomes.push(await judgeCreation(setting, tour, creation, isWhole))
      }
    } catch (error) {
      if (!(error instanceof MigrationError)) throw error
      return Array.from({ length: this.owes(setting) }, () => skipped(this.title, error.message))
    }
    return outcomes
  },
}

export const decoyChecks: readonly ScratchCheck[] = [decoys]

/** Every name that the contract knows somebody chose; a function that the patches change is created twice. */
function countDeclared({ contract, migrations }: Setting): number {
  const { indexes, views, functions, others } = contract
  const isOfConstraint = (name: string): boolean =>
    others.some(({ kind, identity }) => kind === 'constraint' && identity.startsWith(`${name} on `))
  const isPatched = (migrations.steps.at(-1)?.patches.length ?? 0) > 0
  return (
    indexes.filter(({ name }) => !isOfConstraint(name)).length +
    views.length +
    functions.length +
    functions.filter((one) => isPatched && one.identityArgumentsBeforePatches !== null).length +
    others.filter(({ kind }) => kind === 'table').length
  )
}

/** One script that creates an object, and where that leads. */
interface Creation {
  readonly object: NamedRelation
  readonly script: Script
  /** The scripts before it. */
  readonly path: readonly Script[]
  /** The catalog before the first script, before this one, and after it as it should be. */
  readonly base: Snapshot
  readonly start: Snapshot
  readonly due: Snapshot
}

async function listCreations(
  { migrations, contract }: Setting,
  tour: Tour,
): Promise<readonly Creation[]> {
  const exclude = exclusionsOf(contract)
  let database = await tour.reach([])
  let known = await listNamed(database)
  const base = await captureSnapshot(database, { exclude })
  let start = base
  const creations: Creation[] = []
  for (const [index, script] of migrations.forward.entries()) {
    const path = migrations.forward.slice(0, index)
    database = await tour.reach([...path, script])
    const named = await listNamed(database)
    const due = await captureSnapshot(database, { exclude })
    const names = new Set(known.map(nameOf))
    const created = named.filter((object) => !names.has(nameOf(object)))
    creations.push(...created.map((object) => ({ object, script, path, base, start, due })))
    known = named
    start = due
  }
  return creations
}

/** Decoys of another kind find what those of the same kind find, so a standard run tries them on one object a kind. */
function drawOfEachKind({ seed }: Setting, creations: readonly Creation[]): readonly Creation[] {
  const random = createRandom(`${seed} decoys`)
  const kinds = [...new Set(creations.map(({ object }) => object.kind))]
  return kinds.map((kind) => random.pick(creations.filter(({ object }) => object.kind === kind)))
}

/** Those that tell most first. */
function sortDecoys(object: NamedRelation): readonly Decoy[] {
  const all = decoysOf(object)
  return [...all.filter(isTelling), ...all.filter((decoy, index) => !isTelling(decoy, index))]
}

function isTelling({ isOverload }: Decoy, index: number): boolean {
  return index === 0 || isOverload
}

function nameOf({ qualified, identity }: NamedRelation): string {
  return identity === null ? qualified : `${qualified}(${identity})`
}

async function judgeCreation(
  setting: Setting,
  tour: Tour,
  creation: Creation,
  isWhole: boolean,
): Promise<Outcome> {
  const { object, script } = creation
  const title = `${script.file} notices what has taken the name of ${describeObject(object)}`
  const complaints: string[] = []
  const all = sortDecoys(object)
  const telling = isWhole ? all.length : all.filter(isTelling).length
  let seen = 0
  for (const [index, decoy] of all.entries()) {
    // Where none of the telling ones could exist, any other will do.
    if (index >= telling && seen > 0) break
    const database = await tour.reach(creation.path)
    if (!(await isPossible(database, decoy))) continue
    seen += 1
    const complaint = await tryDecoy(setting, tour, creation, decoy)
    if (complaint !== null) complaints.push(complaint)
  }
  if (seen === 0) return skipped(title, 'nothing else can have taken that name before')
  if (complaints.length === 0) return passed(title, `${seen} decoys refused, or left alone`)
  const expected = 'refused, and nothing changed'
  return failed(title, expected, complaints.join('\n'), await placeOfCreation(setting, creation))
}

function describeObject({ kind, name, identity }: NamedRelation): string {
  return `${kind} ${name}${identity === null ? '' : `(${identity})`}`
}

async function placeOfCreation(
  { migrations }: Setting,
  { object, script }: Creation,
): Promise<Place> {
  const { kind, qualified, identity } = object
  const name = renderName(parseName(qualified))
  const only = { ...migrations, base: [], forward: [script] }
  const found = await locateObject(only, { kind, name, ...(identity !== null && { identity }) })
  return { file: script.file, line: found?.line ?? 1 }
}

/** The name is taken by the migrations' own, or the decoy's table or type does not exist yet. */
const impossibleStates: ReadonlySet<string> = new Set(['42P07', '42723', '42P01', '42704', '3F000'])

async function isPossible(database: Database, { createSql }: Decoy): Promise<boolean> {
  try {
    await database.query(createSql)
    return true
  } catch (error) {
    if (error instanceof QueryError && impossibleStates.has(error.sqlState)) return false
    throw error
  }
}

/** What is wrong with how the script treated the decoy; null: nothing. */
async function tryDecoy(
  setting: Setting,
  tour: Tour,
  creation: Creation,
  decoy: Decoy,
): Promise<string | null> {
  const { object, script, path, start, due } = creation
  const database = await setting.workbench.database()
  tour.lost()
  const { refusal, committed } = await attemptScript(database, script)
  if (refusal !== null && !committed) {
    await database.query(decoy.dropSql)
    tour.arrived(path)
    return null
  }
  const exclude = exclusionsOf(setting.contract)
  const found = await captureSnapshot(database, { exclude })
  if (refusal !== null) {
    const left = besides(object, diffSnapshots(start, found))
    const complaint = `${decoy.title}: refused (${refusal.message}), but not without a trace`
    return left.length === 0 ? null : [complaint, ...left].join('\n')
  }
  if (decoy.isOverload) return tryOverload(setting, creation, decoy, found)
  const differences = diffSnapshots(due, found).map(describeDifference)
  return differences.length === 0
    ? `${decoy.title}: replaced without a word`
    : [`${decoy.title}: taken for the declared one without a word`, ...differences].join('\n')
}

/**
 * Two functions of one name are no fault in Postgres, and who says which types he means gets the one he means. So a script
 * may go on beside one, as long as both come out as they were meant to be; and those that follow may be refused as any
 * script may, but must not take one for the other. Only a rollback must not be refused: what was accepted beside the other
 * could never be taken back.
 */
async function tryOverload(
  { migrations, contract, workbench }: Setting,
  { object, path, base, due }: Creation,
  { title }: Decoy,
  found: Snapshot,
): Promise<string | null> {
  const changed = besides(object, diffSnapshots(due, found))
  if (changed.length > 0)
    return [`${title}: something else comes out beside it`, ...changed].join('\n')
  const database = await workbench.database()
  const never = new Set<Script['version']>()
  for (const script of [...migrations.forward.slice(path.length + 1), ...migrations.backward]) {
    if (never.has(script.version)) continue
    const { refusal, committed } = await attemptScript(database, script)
    if (refusal === null) continue
    if (committed) return `${title}: accepted, and then half of a script stays: ${refusal.message}`
    if (script.role === 'rollback')
      return `${title}: accepted, and then it can't be taken back: ${refusal.message}`
    if (script.role === 'up') never.add(script.version)
  }
  const after = diffSnapshots(
    base,
    await captureSnapshot(database, { exclude: exclusionsOf(contract) }),
  )
  const left = besides(object, after)
  if (left.length > 0)
    return [`${title}: accepted, and then the rollback is not whole`, ...left].join('\n')
  return after.length > 0 ? null : `${title}: accepted, and then dropped by the rollback`
}

/** Differences but for the decoy itself, which was there first. */
function besides(
  { qualified }: NamedRelation,
  differences: readonly SnapshotDifference[],
): readonly string[] {
  return differences
    .filter(
      (one) =>
        one.change !== 'added' || declaredName(one.object) !== renderName(parseName(qualified)),
    )
    .map(describeDifference)
}
