import { readFile, stat } from 'node:fs/promises'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import {
  ladderFile,
  mutationFile,
  readResult,
  readmeFile,
  spliceLadder,
  spliceMutation,
} from '../../bench/splice.ts'
import type { BenchDocument } from '../../src/benchmark/result.ts'
import { describeMigrations } from '../../src/migration/describe.ts'
import { loadMigrations } from '../../src/migration/migration.ts'
import type { MutateDocument } from '../../src/mutation/document.ts'
import { loadEquivalents } from '../../src/mutation/equivalent.ts'
import { generateMutants } from '../../src/mutation/mutant.ts'
import { benchSchema } from '../../src/report/schema/bench.ts'
import { mutateSchema } from '../../src/report/schema/mutate.ts'

const readme = await readFile(readmeFile, 'utf8')
const ladder = await readResult<BenchDocument>(ladderFile)

test('the table in the README is the one of the committed run', () => {
  expect(spliceLadder(readme, ladder)).toBe(readme)
  const [object] = ladder.growth.map(({ title }) => title)
  expect(readme).toContain(object?.replaceAll('_', String.raw`\_`))
})

test('another run gives another table, and without markers there is no place for it', () => {
  const slower = ladder.growth.map((facts) => ({
    ...facts,
    points: facts.points.map((point) => ({ ...point, p50Ms: point.p50Ms + 1_000 })),
  }))
  expect(spliceLadder(readme, { ...ladder, growth: slower })).not.toBe(readme)
  expect(() => spliceLadder('# no place', ladder)).toThrow("expected '<!-- ladder -->'")
})

test('the score in the README is the one of the committed run, which is whole, green, and of the migrations as they are', async () => {
  const mutation = await readResult<MutateDocument>(mutationFile)
  expect(spliceMutation(readme, mutation)).toBe(readme)
  expect(mutation).toMatchObject({ status: 'passed', sample: null, refuted: [] })
  const migrations = await loadMigrations()
  expect(mutation.migrations.files).toEqual(describeMigrations(migrations).files)
  const generated = await generateMutants(migrations)
  expect(mutation.mutants.map(({ name }) => name)).toEqual(generated.map(({ name }) => name))
  const argued = [...(await loadEquivalents(migrations.directory)).keys()]
  const equivalent = mutation.mutants.filter(({ state }) => state === 'equivalent')
  expect(equivalent.map(({ name }) => name).toSorted()).toEqual(argued.toSorted())
  const worse = { ...mutation, counts: { ...mutation.counts, survived: 1 } }
  expect(spliceMutation(readme, worse)).not.toBe(readme)
})

test.each([
  ['ladder', benchSchema, ladderFile],
  ['mutation', mutateSchema, mutationFile],
])(
  'the committed %s is of the published schema, small enough to be committed',
  async (_, whole, file) => {
    const { accepts: _not, ...schema }: Record<string, unknown> = whole
    const validate = new Ajv2020({ strict: false }).compile(schema)
    expect(validate(await readResult(file))).toBe(true)
    expect((await stat(file)).size).toBeLessThan(2_000_000)
  },
)
