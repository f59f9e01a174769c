import { expect, test } from 'vitest'
import { executable } from '../../src/migration/concurrently.ts'

const newest = { kind: 'pglite', version: '18.6', package: '0.5.16' } as const
const lame = { kind: 'pglite', version: '17.5', package: '0.3.16' } as const

test.each([
  ['create index concurrently i on t (a)', 'create index i on t (a)'],
  ['CREATE UNIQUE INDEX\n  CONCURRENTLY i ON t (a)', 'CREATE UNIQUE INDEX\n  i ON t (a)'],
  ['drop index concurrently if exists i', 'drop index if exists i'],
  ['reindex table concurrently t', 'reindex table t'],
  ["comment on index i is 'made concurrently '", "comment on index i is 'made concurrently '"],
])('%s is executed without the word where the engine lacks it', (text, without) => {
  expect(executable(text, lame)).toBe(without)
  expect(executable(text, newest)).toBe(text)
})
