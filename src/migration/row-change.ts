import type { ChangeContract, Contract } from './contract.ts'

/**
 * What a declared change may be of besides the objects of a catalog: the rows of a table. `rows`: they change, or there are
 * more of them. `lost rows`: the migrations take some away. `writes`: what was written before is refused, or stored otherwise.
 * `lossy rollback`: the rollback does not bring every row back, or takes rows with it that were written in between.
 */
export const rowKinds = ['rows', 'lost rows', 'writes', 'lossy rollback'] as const
export type RowKind = (typeof rowKinds)[number]

/** Declared changes of rows, of one kind. */
export function rowChanges({ changes }: Contract, of: RowKind): readonly ChangeContract[] {
  return changes.filter(({ kind }) => kind === of)
}

/** Declared changes of objects that the catalog knows. */
export function catalogChanges({ changes }: Contract): readonly ChangeContract[] {
  return changes.filter(({ kind }) => !rowKinds.some((known) => known === kind))
}

/** What a finding says to whoever meant it so. */
export function orDeclared(kind: RowKind): string {
  return `or a declared change of the kind '${kind}', with a reason`
}
