import type { Contract, OtherContract } from '../migration/contract.ts'
import { normalizeSnapshot } from '../migration/catalog/normalize.ts'
import { diffSnapshots } from '../migration/diff.ts'
import { declaredName } from '../migration/object-name.ts'
import type { CatalogObject } from '../migration/snapshot.ts'
import { type Check, type Outcome, compared, failed, passed } from './check.ts'
import { notReached } from './integrity.ts'
import type { Walk } from './walk.ts'

const contractKinds: ReadonlySet<string> = new Set(['index', 'view', 'function'])

/** Columns of a declared view are declared with it, under its name. */
function isColumnOfView({ kind, identity }: CatalogObject, { views }: Contract): boolean {
  return kind === 'column' && views.some(({ name }) => name === declaredName({ identity }))
}

/** Everything that was created and that the contract does not declare as an index, a view or a function. */
function otherObjects(walk: Walk, contract: Contract): readonly CatalogObject[] | undefined {
  const [before, after] = walk.stages
  if (before === undefined || after === undefined) return undefined
  const names = new Set(
    [...contract.indexes, ...contract.views, ...contract.functions].map(({ name }) => name),
  )
  return diffSnapshots(normalizeSnapshot(before.snapshot), normalizeSnapshot(after.snapshot))
    .flatMap((difference) => (difference.change === 'added' ? [difference.object] : []))
    .filter((object) => !(contractKinds.has(object.kind) && names.has(declaredName(object))))
    .filter((object) => !isColumnOfView(object, contract))
}

function judgeOther(declared: OtherContract, created: readonly CatalogObject[]): Outcome {
  const title = `${declared.kind} ${declared.identity} is as declared`
  const found = created.find(
    ({ kind, identity }) => kind === declared.kind && identity === declared.identity,
  )
  const names = Object.keys(declared.facts)
  const describe = (facts: CatalogObject['facts']): string =>
    names.map((name) => `${name}: ${facts[name] ?? 'none'}`).join('\n')
  if (found === undefined)
    return failed(title, describe(declared.facts) || 'the object', 'no such object')
  return compared(title, describe(declared.facts), describe(found.facts))
}

const declaredOthers: Check = {
  id: 'metadata/others',
  title: 'Tables, columns, constraints and all else are created as declared, and nothing besides',
  owes: ({ contract }) => contract.others.length + 1,
  run: ({ walks, contract }) => {
    const title = 'Nothing is created that the contract does not declare'
    const created = otherObjects(walks.main, contract)
    if (created === undefined) {
      return Promise.resolve([
        notReached(title, walks.main),
        ...contract.others.map(({ identity }) => notReached(identity, walks.main)),
      ])
    }
    const extra = created.filter(
      (object) =>
        // Undeclared indexes, views and functions have checks of their own.
        !contractKinds.has(object.kind) &&
        !contract.others.some(
          ({ kind, identity }) => kind === object.kind && identity === object.identity,
        ),
    )
    const list = extra.map(({ kind, identity }) => `${kind} ${identity}`).join('\n')
    return Promise.resolve([
      ...contract.others.map((declared) => judgeOther(declared, created)),
      extra.length === 0 ? passed(title) : failed(title, 'nothing else', list),
    ])
  },
}

export const otherChecks: readonly Check[] = [declaredOthers]
