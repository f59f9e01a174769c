import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { EmbeddedDatabase } from '../../../src/database/pglite.ts'
import { openFresh } from '../../../src/database/template.ts'
import { objectKinds } from '../../../src/migration/catalog/kind.ts'
import { describeDifference, diffSnapshots } from '../../../src/migration/diff.ts'
import { captureSnapshot, type Snapshot } from '../../../src/migration/snapshot.ts'
import { attachmentChanges } from './attachment-changes.ts'
import type { ChangesByKind } from './change.ts'
import { globalChanges } from './global-changes.ts'
import { operatorChanges } from './operator-changes.ts'
import { relationChanges } from './relation-changes.ts'
import { schemaChanges } from './schema-changes.ts'

const changes: ChangesByKind = {
  ...globalChanges,
  ...schemaChanges,
  ...operatorChanges,
  ...relationChanges,
  ...attachmentChanges,
}

let database: EmbeddedDatabase
let untouched: Snapshot
beforeAll(async () => {
  database = await openFresh()
  untouched = await captureSnapshot(database)
})
afterEach(() => database.query('rollback'))
afterAll(() => database.close())

describe.each(objectKinds)('%s', (kind) => {
  const cases = (changes[kind] ?? []).map((change) => [change.title, change] as const)
  test.each(cases)('%s', async (_title, { given, sql, differs }) => {
    await database.query('begin')
    await database.execute(given ?? '')
    const before = await captureSnapshot(database)
    await database.execute(sql)
    const after = await captureSnapshot(database)
    const differences = diffSnapshots(before, after).map((difference) =>
      difference.change === 'changed'
        ? describeDifference(difference)
        : describeDifference(difference).split('\n')[0],
    )
    expect(differences).toEqual(differs)
  })

  test('has a case in which an object of this kind differs', () => {
    const seen = (changes[kind] ?? []).flatMap((change) => change.differs)
    expect(seen.some((line) => /^[+~-] /.test(line) && line.slice(2).startsWith(kind))).toBe(true)
  })
})

test('after all of them, rolled back, the catalog is as it was', async () => {
  expect(await captureSnapshot(database)).toEqual(untouched)
})
