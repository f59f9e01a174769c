import { normalizeSnapshot } from '../migration/catalog/normalize.ts'
import { diffSnapshots } from '../migration/diff.ts'
import { declaredName } from '../migration/object-name.ts'
import type { CatalogObject } from '../migration/snapshot.ts'
import { type Outcome, failed, passed } from './check.ts'
import { type Subject, placeOf } from './subject.ts'

/** Everything that the migrations and patches added to the catalog, as every version of Postgres has it. */
export function createdObjects({ walks }: Subject): readonly CatalogObject[] {
  const [before, after] = walks.main.stages
  if (before === undefined || after === undefined) return []
  return diffSnapshots(
    normalizeSnapshot(before.snapshot),
    normalizeSnapshot(after.snapshot),
  ).flatMap((difference) => (difference.change === 'added' ? [difference.object] : []))
}

/** One outcome for a kind: passed when every created object of it is declared, else one failure an object. */
export async function unexpectedObjects(
  subject: Subject,
  kind: 'index' | 'view' | 'function',
  declared: readonly { readonly name: string }[],
): Promise<readonly Outcome[]> {
  const title = `No other ${kind} is created`
  const extra = createdObjects(subject)
    .filter((object) => object.kind === kind)
    .filter((object) => !declared.some(({ name }) => name === declaredName(object)))
    .filter(
      ({ identity }) =>
        !subject.contract.others.some(
          (other) => other.kind === kind && other.identity === identity,
        ),
    )
  if (extra.length === 0) return [passed(title, `${declared.length} declared`)]
  return Promise.all(
    extra.map(async (object) =>
      failed(
        title,
        'nothing but the declared objects',
        object.identity,
        await placeOf(subject, kind, declaredName(object)),
      ),
    ),
  )
}
