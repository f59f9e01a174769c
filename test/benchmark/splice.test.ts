import { readFile, stat } from 'node:fs/promises'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { readResult, readmeFile, resultFile, splice } from '../../bench/splice.ts'
import { benchSchema } from '../../src/report/schema/bench.ts'

test('the table in the README is the one of the committed run', async () => {
  const readme = await readFile(readmeFile, 'utf8')
  const document = await readResult(resultFile)
  expect(splice(readme, document)).toBe(readme)
  const [object] = document.growth.map(({ title }) => title)
  expect(readme).toContain(object?.replaceAll('_', String.raw`\_`))
})

test('another run gives another table, and without markers there is no place for it', async () => {
  const readme = await readFile(readmeFile, 'utf8')
  const document = await readResult(resultFile)
  const slower = document.growth.map((facts) => ({
    ...facts,
    points: facts.points.map((point) => ({ ...point, p50Ms: point.p50Ms + 1_000 })),
  }))
  expect(splice(readme, { ...document, growth: slower })).not.toBe(readme)
  expect(() => splice('# no place', document)).toThrow("expected '<!-- ladder -->'")
})

test('the committed run is a document of the published schema, small enough to be committed', async () => {
  const { accepts: _, ...schema } = benchSchema
  const validate = new Ajv2020({ strict: false }).compile(schema)
  expect(validate(await readResult(resultFile))).toBe(true)
  expect((await stat(resultFile)).size).toBeLessThan(2_000_000)
})
