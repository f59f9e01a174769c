import { declaredName } from '../migration/object-name.ts'
import type { CatalogObject, Fact } from '../migration/snapshot.ts'
import { unusualFacts } from '../migration/unusual-fact.ts'
import { type Check, type Outcome, type Place, failed, passed } from './check.ts'
import { createdObjects } from './created.ts'
import { placeOfMention } from './place-in-scripts.ts'
import { type Subject, placeOf } from './subject.ts'

/** Who applies the migrations, and so owns what they create. */
export async function findOwner({ database }: Pick<Subject, 'database'>): Promise<string> {
  const [row] = await database.query<{ owner: string }>('select current_user::text as owner')
  return row?.owner ?? ''
}

const defaults: Check = {
  id: 'metadata/defaults',
  title: 'What the contract does not say of an index, a view or a function is as Postgres makes it',
  owes: ({ contract: { indexes, views, functions } }) =>
    indexes.length + views.length + functions.length,
  async run(subject) {
    const { indexes, views, functions } = subject.contract
    const owner = await findOwner(subject)
    const created = createdObjects(subject)
    const outcomes: Outcome[] = []
    for (const [kind, declared] of Object.entries({
      index: indexes,
      view: views,
      function: functions,
    }))
      for (const { name } of declared)
        outcomes.push(await judge(subject, created, kind, name, owner))
    return outcomes
  },
}

export const defaultChecks: readonly Check[] = [defaults]

/** A fact, of an object or of a column of a view. */
interface Unusual {
  readonly fact: string
  readonly text: string
  readonly value: Fact
  readonly wanted: Fact
}

async function judge(
  subject: Subject,
  created: readonly CatalogObject[],
  kind: string,
  name: string,
  owner: string,
): Promise<Outcome> {
  const title = `${name} is in all else as Postgres makes it`
  const own = created.filter((object) => object.kind === kind && declaredName(object) === name)
  const columns = created.filter(
    (object) =>
      kind === 'view' &&
      object.kind === 'column' &&
      own.some(({ identity }) => object.identity.startsWith(`${identity}.`)),
  )
  const unusual = [...own, ...columns].flatMap((object) => listUnusual(subject, object, owner))
  const place = await placeOfFact(subject, kind, name, unusual[0]?.fact)
  if (own.length === 0) return failed(title, `${kind} ${name}`, 'no such object', place)
  if (unusual.length === 0) return passed(title)
  const describe = (side: 'value' | 'wanted'): string =>
    unusual.map((one) => `${one.text}: ${one[side] ?? 'none'}`).join('\n')
  return failed(title, describe('wanted'), describe('value'), place)
}

/** Facts that the contract wants otherwise stand among its `others`, with the object's identity. */
function listUnusual(
  { contract }: Subject,
  object: CatalogObject,
  owner: string,
): readonly Unusual[] {
  const { kind, identity } = object
  const declared = contract.others.find(
    (other) => other.kind === kind && other.identity === identity,
  )?.facts
  return Object.entries(unusualFacts(object, owner))
    .map(([fact, value]) => ({
      fact,
      text: `${kind} ${identity}, ${fact}`,
      value,
      wanted: declared?.[fact] ?? (fact === 'owner' ? owner : null),
    }))
    .filter(({ value, wanted }) => value !== wanted)
}

/** What grants or alters comes after what creates. */
async function placeOfFact(
  subject: Subject,
  kind: string,
  name: string,
  fact: string | undefined,
): Promise<Place | undefined> {
  const kinds = fact === 'privileges' ? /^Grant/ : /^Alter/
  const later =
    fact === undefined ? undefined : await placeOfMention(subject.migrations.forward, name, kinds)
  return later ?? placeOf(subject, kind as 'index' | 'view' | 'function', name)
}
