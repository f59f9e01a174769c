import type { IndexContract } from '../migration/contract.ts'
import { findIndex } from '../migration/definition.ts'
import { type Check, type Outcome, compared, failed } from './check.ts'
import { unexpectedObjects } from './created.ts'
import { indexChoice } from './index-choice.ts'
import { indexUse } from './index-use.ts'
import { type Subject, placeOf } from './subject.ts'

function describe(
  table: string,
  method: string,
  unique: boolean,
  keys: readonly string[],
  include: readonly string[],
  predicate: string | null,
): string {
  const parts = [`${unique ? 'unique ' : ''}${method} on ${table} (${keys.join(', ')})`]
  if (include.length > 0) parts.push(`include (${include.join(', ')})`)
  if (predicate !== null) parts.push(`where ${predicate}`)
  return parts.join(' ')
}

async function compareDefinition(subject: Subject, declared: IndexContract): Promise<Outcome> {
  const title = `${declared.name} is defined as declared`
  const expected = describe(
    declared.table,
    declared.method,
    declared.unique,
    declared.keys,
    declared.include,
    declared.predicate,
  )
  const place = await placeOf(subject, 'index', declared.name)
  const found = await findIndex(subject.database, declared.name)
  if (found === undefined) return failed(title, expected, 'no such index', place)
  const actual = describe(
    found.table,
    found.method,
    found.is_unique,
    found.keys,
    found.include,
    found.predicate,
  )
  return compared(title, expected, actual, place)
}

const definition: Check = {
  id: 'indexes/definition',
  title: 'Every declared index has its declared table, method, keys, predicate and uniqueness',
  owes: ({ contract }) => contract.indexes.length,
  run: (subject) =>
    Promise.all(subject.contract.indexes.map((declared) => compareDefinition(subject, declared))),
}

const validity: Check = {
  id: 'indexes/validity',
  title: 'Every declared index is valid and ready',
  owes: ({ contract }) => contract.indexes.length,
  async run(subject) {
    const outcomes: Outcome[] = []
    for (const { name } of subject.contract.indexes) {
      const title = `${name} is valid and ready`
      const found = await findIndex(subject.database, name)
      const actual =
        found === undefined ? 'no such index' : found.is_usable ? 'usable' : 'not usable'
      outcomes.push(compared(title, 'usable', actual, await placeOf(subject, 'index', name)))
    }
    return outcomes
  },
}

const nothingElse: Check = {
  id: 'indexes/nothing-else',
  title: 'No index is created that the contract does not declare',
  owes: () => 1,
  run: (subject) => unexpectedObjects(subject, 'index', subject.contract.indexes),
}

export const indexChecks: readonly Check[] = [
  definition,
  validity,
  indexUse,
  indexChoice,
  nothingElse,
]
