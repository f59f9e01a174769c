import type { Contract, OtherContract } from '../migration/contract.ts'
import { declaredName } from '../migration/object-name.ts'
import type { CatalogObject } from '../migration/snapshot.ts'
import { unusualFacts } from '../migration/unusual-fact.ts'
import { type Check, type Outcome, compared, failed, passed } from './check.ts'
import { createdObjects } from './created.ts'
import { findOwner } from './defaults.ts'
import { notReached } from './not-reached.ts'
import { placeInScripts } from './place-in-scripts.ts'
import type { Subject } from './subject.ts'

const contractKinds: ReadonlySet<string> = new Set(['index', 'view', 'function'])

/** Columns of a declared view are declared with it, under its name. */
function isColumnOfView({ kind, identity }: CatalogObject, { views }: Contract): boolean {
  return kind === 'column' && views.some(({ name }) => name === declaredName({ identity }))
}

/** Whether the contract has a field of its own for it: as an index, a view, a column of one, or a function. */
function isDeclaredElsewhere(object: CatalogObject, contract: Contract): boolean {
  const names = [...contract.indexes, ...contract.views, ...contract.functions]
  return (
    (contractKinds.has(object.kind) && names.some(({ name }) => name === declaredName(object))) ||
    isColumnOfView(object, contract)
  )
}

async function judgeOther(
  { migrations }: Subject,
  declared: OtherContract,
  created: readonly CatalogObject[],
  owner: string,
): Promise<Outcome> {
  const { kind, identity } = declared
  const title = `${kind} ${identity} is as declared`
  const found = created.find((object) => object.kind === kind && object.identity === identity)
  const unusual = found === undefined ? {} : unusualFacts(found, owner)
  const names = [...new Set([...Object.keys(declared.facts), ...Object.keys(unusual)])]
  const describe = (facts: CatalogObject['facts']): string =>
    names.map((name) => `${name}: ${facts[name] ?? 'none'}`).join('\n')
  const place = await placeInScripts(migrations.forward, [identity])
  if (found === undefined)
    return failed(title, describe(declared.facts) || 'the object', 'no such object', place)
  return compared(title, describe(declared.facts), describe(found.facts), place)
}

const declaredOthers: Check = {
  id: 'metadata/others',
  title: 'Tables, columns, constraints and all else are created as declared, and nothing besides',
  owes: ({ contract }) => contract.others.length + 1,
  async run(subject) {
    const { walks, contract, migrations } = subject
    const title = 'Nothing is created that the contract does not declare'
    const created = createdObjects(subject)
    if (walks.main.stages[1] === undefined) {
      return [
        notReached(title, walks.main),
        ...contract.others.map(({ identity }) => notReached(identity, walks.main)),
      ]
    }
    const owner = await findOwner(subject)
    const extra = findExtra(created, contract)
    return [
      ...(await Promise.all(
        contract.others.map((declared) => judgeOther(subject, declared, created, owner)),
      )),
      ...(extra.length === 0 ? [passed(title)] : []),
      ...(await Promise.all(
        extra.map(async (text) =>
          failed(title, 'nothing else', text, await placeInScripts(migrations.forward, [text])),
        ),
      )),
    ]
  },
}

/** Undeclared objects; indexes, views and functions, which have checks of their own, and parts of these and others aside. */
function findExtra(created: readonly CatalogObject[], contract: Contract): readonly string[] {
  const undeclared = created.filter(
    (object) =>
      !isDeclaredElsewhere(object, contract) &&
      !contract.others.some(
        ({ kind, identity }) => kind === object.kind && identity === object.identity,
      ),
  )
  return undeclared
    .filter(({ kind }) => !contractKinds.has(kind))
    .filter(
      ({ identity }) =>
        !undeclared.some(
          (whole) =>
            identity.startsWith(`${whole.identity}.`) || identity.endsWith(` on ${whole.identity}`),
        ),
    )
    .map(({ kind, identity }) => `${kind} ${identity}`)
}

export const otherChecks: readonly Check[] = [declaredOthers]
