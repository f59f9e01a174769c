import { normalizeSnapshot } from '../migration/catalog/normalize.ts'
import type { ChangeContract } from '../migration/contract.ts'
import { type SnapshotDifference, describeDifference, diffSnapshots } from '../migration/diff.ts'
import { declaredName } from '../migration/object-name.ts'
import { catalogChanges } from '../migration/row-change.ts'
import type { Fact } from '../migration/snapshot.ts'
import type { Script } from '../migration/script.ts'
import { blameIndex } from './blame.ts'
import { type Check, type Outcome, type Place, failed, passed } from './check.ts'
import { createdObjects } from './created.ts'
import { newEvents } from './new-events.ts'
import { notReached } from './not-reached.ts'
import { placeInScripts, placeOfDrop } from './place-in-scripts.ts'
import { type PreservedAnswer, askPreserved } from './preserved.ts'
import { type Subject, placeOf } from './subject.ts'
import type { Walk } from './walk.ts'
import { writes } from './writes.ts'

/** Two stages of a walk, or what kept the walk from reaching them; the scripts in between, the likeliest culprit first. */
async function compareCatalogs(
  title: string,
  walk: Walk,
  from: number,
  to: number,
  scripts: readonly Script[],
): Promise<Outcome> {
  const [before, after] = [walk.stages[from], walk.stages[to]]
  if (before === undefined || after === undefined) return notReached(title, walk)
  const differences = diffSnapshots(before.snapshot, after.snapshot).map(describeDifference)
  if (differences.length === 0)
    return passed(title, `${after.snapshot.objects.length} objects compared`)
  const place =
    (await placeLeftOver(differences, scripts)) ?? (await placeInScripts(scripts, differences))
  return failed(title, 'no difference', differences.join('\n'), place)
}

/** What is left behind is the doing of the rollback, which does not drop it: not of the statement that made it. */
async function placeLeftOver(
  differences: readonly string[],
  scripts: readonly Script[],
): Promise<Place | undefined> {
  if (differences.some((text) => !text.startsWith('+ '))) return undefined
  const version = await versionOf(differences, scripts)
  const rollbacks = scripts.filter(({ role }) => role === 'rollback')
  const own = rollbacks.find((script) => script.version === version) ?? rollbacks[0]
  if (own === undefined) return undefined
  return placeOfDrop(own, differences)
}

/** Of the migration whose statement names what is left. */
async function versionOf(
  differences: readonly string[],
  scripts: readonly Script[],
): Promise<number | null> {
  const forward = scripts.filter(({ role }) => role !== 'rollback')
  const place = await placeInScripts(forward, differences)
  return forward.find(({ file }) => file === place?.file)?.version ?? null
}

const additive: Check = {
  id: 'compatibility/additive',
  title: 'Nothing that existed before is changed or removed, but for what is declared to change',
  owes: ({ contract }) => 1 + catalogChanges(contract).length,
  run: async ({ walks, contract, migrations: { forward } }) => {
    const declared = catalogChanges(contract)
    const [before, after] = walks.main.stages
    const title = 'Every other object that existed before is as it was'
    if (before === undefined || after === undefined) {
      return [
        notReached(title, walks.main),
        ...declared.map(({ identity }) => notReached(identity, walks.main)),
      ]
    }
    const touched = diffSnapshots(before.snapshot, after.snapshot).filter(
      (difference) => difference.change !== 'added' && !isOfColumn(difference),
    )
    // Facts are declared as every version of Postgres has them.
    const normal = diffSnapshots(
      normalizeSnapshot(before.snapshot),
      normalizeSnapshot(after.snapshot),
    )
    const isDeclared = (difference: SnapshotDifference): boolean =>
      declared.some((one) => nameOf(difference) === `${one.kind} ${one.identity}`)
    const rest = touched
      .filter((difference) => !isDeclared(difference))
      .map((difference) => describeDifference(difference))
    return [
      rest.length === 0
        ? passed(title, `${before.snapshot.objects.length} objects compared`)
        : failed(title, 'only additions', rest.join('\n'), await placeInScripts(forward, rest)),
      ...(await Promise.all(
        declared.map((change) => {
          const name = `${change.kind} ${change.identity}`
          const isIt = (difference: SnapshotDifference): boolean => nameOf(difference) === name
          return judgeChange(change, touched.find(isIt), normal.find(isIt), forward)
        }),
      )),
    ]
  },
}

/** What becomes of a NOT NULL that has a name of its own, from Postgres 18 on, its column says. */
function isOfColumn(difference: SnapshotDifference): boolean {
  return difference.change === 'removed' && difference.object.facts['type'] === 'not null'
}

/** What is declared must happen; where its facts are declared, too, nothing else may. */
async function judgeChange(
  { kind, identity, reason, facts }: ChangeContract,
  found: SnapshotDifference | undefined,
  normal: SnapshotDifference | undefined,
  scripts: readonly Script[],
): Promise<Outcome> {
  const title = `${kind} ${identity} changes`
  if (found === undefined) return failed(title, `a change: ${reason}`, 'no change')
  if (facts === undefined) return passed(title, reason)
  const place = await placeInScripts(scripts, [identity])
  if (found.change !== 'changed') return failed(title, 'other facts', found.change, place)
  const changed = new Map(
    normal?.change === 'changed' ? normal.facts.map(({ fact, after }) => [fact, after]) : [],
  )
  const names = [...new Set([...Object.keys(facts), ...changed.keys()])]
  const wrong = names.filter((name) => facts[name] !== changed.get(name))
  if (wrong.length === 0) return passed(title, reason)
  const expected = wrong.map((name) => `${name}: ${tellFact(facts[name])}`)
  const actual = wrong.map((name) => `${name}: ${tellFact(changed.get(name))}`)
  return failed(title, expected.join('\n'), actual.join('\n'), place)
}

function tellFact(value: Fact | undefined): string {
  return value === undefined ? 'as before' : String(value ?? '(none)')
}

function nameOf(difference: SnapshotDifference): string {
  const { kind, identity } = difference.change === 'changed' ? difference : difference.object
  return `${kind} ${identity}`
}

const preserved: Check = {
  id: 'compatibility/preserved',
  title: 'Queries and writes that worked before work the same after',
  owes: ({ contract }) => contract.preserved.queries.length + contract.preserved.writes.length,
  async run(subject) {
    const { walks, contract } = subject
    const [before, after] = walks.main.stages
    const outcomes: Outcome[] = []
    for (const { title } of [...contract.preserved.queries, ...contract.preserved.writes]) {
      const was = before?.preserved.find((answer) => answer.title === title)
      const is = after?.preserved.find((answer) => answer.title === title)
      if (was === undefined || is === undefined) outcomes.push(notReached(title, walks.main))
      else if (was.answer === is.answer) outcomes.push(passed(title))
      else
        outcomes.push(failed(title, was.answer, is.answer, await placeOfAnswer(subject, was, is)))
    }
    return outcomes
  },
}

/** An index may refuse a write without a name in what it says; anything else that differs is said. */
async function placeOfAnswer(
  subject: Subject,
  was: PreservedAnswer,
  is: PreservedAnswer,
): Promise<Place | undefined> {
  const indexes = createdObjects(subject).filter(({ kind }) => kind === 'index')
  const culprit = await blameIndex(
    subject.database,
    indexes.map(({ identity }) => identity),
    async (without) => (await askPreserved(without, was.sql)).answer === was.answer,
  )
  const found = indexes.find(({ identity }) => identity === culprit)
  return found === undefined
    ? placeInScripts(subject.migrations.forward, [is.answer, is.sql])
    : placeOf(subject, 'index', declaredName(found))
}

const rollback: Check = {
  id: 'compatibility/rollback',
  title: 'After the rollback the catalog is as it was before, object by object',
  owes: () => 3,
  run: async ({ walks, migrations: { forward, backward } }) => {
    const scripts = [...backward, ...forward]
    const judge = (title: string, walk: Walk, to: number): Promise<Outcome> =>
      compareCatalogs(title, walk, 0, to, scripts)
    return Promise.all([
      judge('Rollback of migrations and patches restores the catalog', walks.main, 2),
      judge('Rollback without the last patches restores the catalog', walks.unpatched, 2),
      judge('Rollback onto an existing record table restores the catalog', walks.recorded, 3),
    ])
  },
}

const again: Check = {
  id: 'compatibility/again',
  title: 'After the rollback the migrations can be applied again, to the same result',
  owes: () => 1,
  run: async ({ walks, migrations: { forward, backward } }) => [
    await compareCatalogs('Up, down, up ends in the same catalog as up', walks.main, 1, 3, [
      ...backward,
      ...forward,
    ]),
  ],
}

export const compatibilityChecks: readonly Check[] = [
  additive,
  preserved,
  writes,
  newEvents,
  rollback,
  again,
]

/** What every rollback that was walked left behind, as text; null where a walk did not get that far. */
export function rollbackDifferences({ walks }: Pick<Subject, 'walks'>): readonly string[] | null {
  const pairs = [
    [walks.main, 2],
    [walks.unpatched, 2],
    [walks.recorded, 3],
  ] as const
  const differences: string[] = []
  for (const [walk, to] of pairs) {
    const [before, after] = [walk.stages[0], walk.stages[to]]
    if (before === undefined || after === undefined) return null
    differences.push(...diffSnapshots(before.snapshot, after.snapshot).map(describeDifference))
  }
  return [...new Set(differences)]
}
