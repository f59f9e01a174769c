import type { CatalogObject, Fact, Snapshot } from '../snapshot.ts'

/**
 * The snapshot without what Postgres 16, 17 and 18 write down differently about the same schema, so that snapshots of
 * different versions can be compared. Left out:
 * - NOT NULL constraints, listed from 18 on (on domains from 17 on); `not_null` of the column or domain stays;
 * - the MAINTAIN privilege, known from 17 on and part of every GRANT ALL since;
 * - the database itself: which one an engine starts with is its own affair. Settings made for it stay.
 */
export function normalizeSnapshot(snapshot: Snapshot): Snapshot {
  const objects = snapshot.objects
    .filter(
      ({ kind, facts }) =>
        kind !== 'database' && !(kind === 'constraint' && facts['type'] === 'not null'),
    )
    .map(withoutMaintain)
  return { ...snapshot, objects }
}

function withoutMaintain(object: CatalogObject): CatalogObject {
  const privileges = object.facts['privileges']
  if (typeof privileges !== 'string') return object
  return { ...object, facts: { ...object.facts, privileges: stripMaintain(privileges) } }
}

/** A line reads `grantee=letters/grantor`, a star after each letter that may be granted on; MAINTAIN is the letter m. */
function stripMaintain(privileges: string): Fact {
  return privileges.replaceAll(/^((?:"(?:[^"]|"")*"|[^"=]*)=[a-zA-Z*]*?)m\*?/gm, '$1')
}
