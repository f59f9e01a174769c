import type { CatalogObject, Fact } from './snapshot.ts'

/** Facts that a contract has fields for, or that follow from what it declares; a column's comment is not among them. */
const declaredFacts: ReadonlySet<string> = new Set([
  'definition',
  'type',
  'unique',
  'primary',
  // Of columns.
  'position',
  'collation',
  'storage',
  'local',
  'inherited_from',
  // Of constraints.
  'index',
  'no_inherit',
])

/** What Postgres sets by itself, where that is neither nothing nor false. */
const usualFacts: Readonly<Record<string, readonly Fact[]>> = {
  valid: [true],
  ready: [true],
  live: [true],
  immediate: [true],
  populated: [true],
  persistence: ['p'],
  validated: [true],
  enforced: [true],
  enabled: ['yes'],
  inherit: [true],
  connection_limit: [-1],
  // An index is none, a view has none, a table the default one.
  replica_identity: [null, false, 'n', 'd', 'default'],
  access_method: [null, 'heap'],
}

/**
 * What is not as Postgres makes an object that nothing is said about: whom it belongs to, who may use it, options and
 * settings. `owner` is who applies the migrations.
 */
export function unusualFacts(
  { kind, facts }: CatalogObject,
  owner: string,
): Readonly<Record<string, Fact>> {
  const unusual = Object.entries(facts).filter(([fact, value]) => {
    if (declaredFacts.has(fact) || (fact === 'comment' && kind !== 'column')) return false
    if (fact === 'owner') return value !== owner
    return !(usualFacts[fact] ?? [null, false]).includes(value)
  })
  return Object.fromEntries(unusual)
}
