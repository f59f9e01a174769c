import type { Contract } from '../migration/contract.ts'
import { type SnapshotDifference, describeDifference, diffSnapshots } from '../migration/diff.ts'
import { type Check, type Outcome, compared, failed, passed } from './check.ts'
import { notReached } from './integrity.ts'
import type { Subject } from './subject.ts'
import type { Stage, Walk } from './walk.ts'

function compareCatalogs(title: string, before: Stage, after: Stage): Outcome {
  const differences = diffSnapshots(before.snapshot, after.snapshot)
  if (differences.length === 0) {
    return passed(title, `${after.snapshot.objects.length} objects compared`)
  }
  return failed(title, 'no difference', differences.map(describeDifference).join('\n'))
}

/** Compares two stages of a walk, or says what kept the walk from reaching them. */
function between(
  title: string,
  walk: Walk,
  from: number,
  to: number,
  compare: (title: string, before: Stage, after: Stage) => Outcome,
): Outcome {
  const [before, after] = [walk.stages[from], walk.stages[to]]
  return before === undefined || after === undefined
    ? notReached(title, walk)
    : compare(title, before, after)
}

const additive: Check = {
  id: 'compatibility/additive',
  title: 'Nothing that existed before is changed or removed, but for what is declared to change',
  owes: ({ contract }) => 1 + catalogChanges(contract).length,
  run: ({ walks, contract }) => {
    const declared = catalogChanges(contract)
    const [before, after] = walks.main.stages
    const title = 'Every other object that existed before is as it was'
    if (before === undefined || after === undefined) {
      return Promise.resolve([
        notReached(title, walks.main),
        ...declared.map(({ identity }) => notReached(identity, walks.main)),
      ])
    }
    const touched = diffSnapshots(before.snapshot, after.snapshot).filter(
      ({ change }) => change !== 'added',
    )
    const isDeclared = (difference: SnapshotDifference): boolean =>
      declared.some((one) => nameOf(difference) === `${one.kind} ${one.identity}`)
    const rest = touched.filter((difference) => !isDeclared(difference))
    return Promise.resolve([
      rest.length === 0
        ? passed(title, `${before.snapshot.objects.length} objects compared`)
        : failed(title, 'only additions', rest.map(describeDifference).join('\n')),
      ...declared.map(({ kind, identity, reason }) => {
        const wanted = `${kind} ${identity} changes`
        return touched.some((difference) => nameOf(difference) === `${kind} ${identity}`)
          ? passed(wanted, reason)
          : failed(wanted, `a change: ${reason}`, 'no change')
      }),
    ])
  },
}

function catalogChanges({ changes }: Contract): Contract['changes'] {
  return changes.filter(({ kind }) => kind !== 'rows')
}

function nameOf(difference: SnapshotDifference): string {
  const { kind, identity } = difference.change === 'changed' ? difference : difference.object
  return `${kind} ${identity}`
}

const preserved: Check = {
  id: 'compatibility/preserved',
  title: 'Queries and writes that worked before work the same after',
  owes: ({ contract }) => contract.preserved.queries.length + contract.preserved.writes.length,
  run: async ({ walks, contract }) => {
    const [before, after] = walks.main.stages
    const declared = [...contract.preserved.queries, ...contract.preserved.writes]
    return declared.map(({ title }) => {
      const was = before?.preserved.find((answer) => answer.title === title)
      const is = after?.preserved.find((answer) => answer.title === title)
      if (was === undefined || is === undefined) return notReached(title, walks.main)
      return compared(title, was.answer, is.answer)
    })
  },
}

const rollback: Check = {
  id: 'compatibility/rollback',
  title: 'After the rollback the catalog is as it was before, object by object',
  owes: () => 3,
  run: async ({ walks }) => [
    between(
      'Rollback of migrations and patches restores the catalog',
      walks.main,
      0,
      2,
      compareCatalogs,
    ),
    between(
      'Rollback without the last patches restores the catalog',
      walks.unpatched,
      0,
      2,
      compareCatalogs,
    ),
    between(
      'Rollback onto an existing record table restores the catalog',
      walks.recorded,
      0,
      3,
      compareCatalogs,
    ),
  ],
}

const again: Check = {
  id: 'compatibility/again',
  title: 'After the rollback the migrations can be applied again, to the same result',
  owes: () => 1,
  run: async ({ walks }) => [
    between('Up, down, up ends in the same catalog as up', walks.main, 1, 3, compareCatalogs),
  ],
}

export const compatibilityChecks: readonly Check[] = [additive, preserved, rollback, again]

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
