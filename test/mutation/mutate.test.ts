import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { loadMigrations } from '../../src/migration/migration.ts'
import type { MutateDocument } from '../../src/mutation/document.ts'
import { equivalentFile } from '../../src/mutation/equivalent.ts'
import type { Judge, Judgement } from '../../src/mutation/judge.ts'
import { generateMutants } from '../../src/mutation/mutant.ts'
import { mutate } from '../../src/mutation/mutate.ts'
import { mutateSchema } from '../../src/report/schema/mutate.ts'
import { mutationFormats, renderMutation } from '../../src/report/mutation.ts'
import { copyMigrations } from '../migration-copy.ts'

const plain = { color: false, width: 80, verbose: true }

/** Says so of every mutant; what is whole it lets pass. */
function judgeThatSays(judgement: Judgement): () => Judge {
  return () => ({
    engine: () => Promise.resolve({ kind: 'pglite', version: '18', package: 'none' }),
    judge: (set) =>
      Promise.resolve(
        set.forward.concat(set.backward).every((script) => whole.has(script.checksum))
          ? { state: 'survived' }
          : judgement,
      ),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  })
}

const whole = new Set(
  (await loadMigrations()).forward
    .concat((await loadMigrations()).backward)
    .map(({ checksum }) => checksum),
)

const isValid = new Ajv2020({ strict: true }).compile(mutateSchema)

/** Small enough for every run of the tests: mutants of six objects, by eight operators. */
const sample = { sample: 10, seed: '3' }

describe('the checks notice mutants of our own migrations', () => {
  let document: MutateDocument
  test('a sample of them, every one', async () => {
    document = await mutate({ migrations: await loadMigrations(), ...sample })
    const survivors = document.mutants.filter(({ state }) => state === 'survived')
    expect(survivors).toEqual([])
    expect(document.status).toBe('passed')
    expect(document.scorePercent).toBe(100)
    expect(document.counts.killed).toBeGreaterThanOrEqual(8)
    expect(document.mutants).toHaveLength(10)
    const killed = document.mutants.flatMap((mutant) =>
      mutant.state === 'killed' ? [mutant.checks.length] : [],
    )
    expect(Math.min(...killed)).toBeGreaterThan(0)
  })

  test('and says so in a document that its schema knows, and in three formats', () => {
    expect([isValid(document), isValid.errors]).toEqual([true, null])
    for (const format of mutationFormats) {
      expect(renderMutation(document, format, plain)).toContain(document.mutants[0]?.operator)
    }
    expect(renderMutation(document, 'terminal', plain)).toMatch(
      /^PASSED \d+\/\d+ mutants killed \(100 %\)/m,
    )
  })
})

describe('the score can fall', () => {
  test('a judge that sees nothing lets every mutant live, with its diff', async () => {
    const document = await mutate({
      migrations: await loadMigrations(),
      ...sample,
      openJudge: judgeThatSays({ state: 'survived' }),
    })
    const { survived, killed, equivalent } = document.counts
    expect(document.status).toBe('failed')
    expect(document.scorePercent).toBe(0)
    expect([killed, survived + equivalent]).toEqual([0, 10])
    const first = document.mutants.find(({ state }) => state === 'survived')
    if (first?.state !== 'survived') throw new Error('no survivor')
    expect(first.diff).toMatch(/^--- 004.*\n\+\+\+ 004.*\n@@ -\d+,\d+ \+\d+,\d+ @@\n/)
    expect(isValid(document)).toBe(true)
    expect(renderMutation(document, 'terminal', plain)).toContain('FAILED 0/')
    expect(renderMutation(document, 'markdown', plain)).toContain('```diff')
  })

  test('what can not be judged is not killed', async () => {
    const document = await mutate({
      migrations: await loadMigrations(),
      ...sample,
      openJudge: judgeThatSays({ state: 'unjudged', reason: 'the engine is gone' }),
    })
    expect(document.status).toBe('unjudged')
    expect(document.scorePercent).toBeNull()
  })

  test('invalid mutants count for nothing, timed out ones as killed', async () => {
    const migrations = await loadMigrations()
    const invalid = judgeThatSays({ state: 'invalid', reason: 'syntax error' })
    const expired = judgeThatSays({ state: 'timed-out', reason: 'too long' })
    expect(await mutate({ migrations, ...sample, openJudge: invalid })).toMatchObject({
      status: 'unjudged',
      scorePercent: null,
      counts: { invalid: 10, killed: 0 },
    })
    expect(await mutate({ migrations, ...sample, openJudge: expired })).toMatchObject({
      status: 'passed',
      scorePercent: 100,
      counts: { timedOut: 10, killed: 0 },
    })
  })

  test('of red migrations nothing is said', async () => {
    await using copy = await copyMigrations()
    await copy.replace('004b_fix_function_signatures.sql', '40 * successes', '50 * successes')
    const migrations = await loadMigrations(copy.directory)
    await expect(mutate({ migrations, ...sample })).rejects.toMatchObject({
      code: 'E_MUTATION_BASELINE',
    })
  })
})

describe('a draw', () => {
  test('is the same for the same seed, and another for another', async () => {
    const migrations = await loadMigrations()
    const openJudge = judgeThatSays({ state: 'survived' })
    const draws = await Promise.all(
      ['a', 'a', 'b'].map((seed) => mutate({ migrations, sample: 8, seed, openJudge })),
    )
    const [first, again, other] = draws.map(({ mutants }) => mutants.map(({ name }) => name))
    expect(again).toEqual(first)
    expect(other).not.toEqual(first)
  })

  test('takes mutants of the operators that were asked for, and knows no other', async () => {
    const migrations = await loadMigrations()
    const openJudge = judgeThatSays({ state: 'survived' })
    const document = await mutate({ migrations, operators: ['guard-dropped'], openJudge })
    expect(new Set(document.mutants.map(({ operator }) => operator))).toEqual(
      new Set(['guard-dropped']),
    )
    await expect(mutate({ migrations, operators: ['guess'], openJudge })).rejects.toMatchObject({
      code: 'E_MUTATION_OPERATOR',
      fault: 'usage',
    })
  })
})

describe('the list of equivalent mutants', () => {
  const argument = 'Nothing in the world could tell this one from the other, whatever it is asked.'
  const blind = { operators: ['guard-dropped'], openJudge: judgeThatSays({ state: 'survived' }) }

  async function withList(list: (name: string) => unknown): Promise<MutateDocument> {
    await using copy = await copyMigrations()
    const [mutant] = await generateMutants(await loadMigrations(copy.directory))
    const guard = (await generateMutants(await loadMigrations(copy.directory))).find(
      ({ operator }) => operator === 'guard-dropped',
    )
    const text = JSON.stringify(list(guard?.name ?? mutant?.name ?? ''))
    await writeFile(join(copy.directory, equivalentFile), text)
    return await mutate({ migrations: await loadMigrations(copy.directory), ...blind })
  }

  test('takes a mutant out of the survivors, with its argument', async () => {
    const document = await withList((name) => [{ mutants: [name], argument }])
    const argued = document.mutants.filter(({ state }) => state === 'equivalent')
    expect(argued).toHaveLength(1)
    expect(argued[0]).toMatchObject({ argument })
  })

  test.each([
    [
      'names a mutant that is not there',
      () => [{ mutants: ['guard-dropped:do:00000000'], argument }],
      'do not exist',
    ],
    ['argues twice', (name: string) => [{ mutants: [name, name], argument }], 'argues twice'],
    ['argues with a word', (name: string) => [{ mutants: [name], argument: 'same' }], 'entry 1'],
    ['is no list', () => ({}), 'expected a list'],
    ['holds another field', (name: string) => [{ mutants: [name], argument, by: 'me' }], 'entry 1'],
  ])('is refused when it %s', async (_title, list, told) => {
    await expect(withList(list)).rejects.toMatchObject({
      code: 'E_EQUIVALENT',
      fault: 'usage',
      message: expect.stringContaining(told) as string,
    })
  })

  test('makes the run red when a check notices what it says nothing can', async () => {
    await using copy = await copyMigrations()
    const mutants = await generateMutants(await loadMigrations(copy.directory))
    const guard = mutants.find(({ operator }) => operator === 'guard-dropped')
    const list = [{ mutants: [guard?.name], argument }]
    await writeFile(join(copy.directory, equivalentFile), JSON.stringify(list))
    const openJudge = judgeThatSays({
      state: 'killed',
      categories: ['views'],
      checks: ['views/order'],
    })
    const migrations = await loadMigrations(copy.directory)
    const document = await mutate({ migrations, operators: ['guard-dropped'], openJudge })
    expect(document).toMatchObject({ status: 'failed', refuted: [guard?.name] })
    expect(document.counts.survived).toBe(0)
    expect(renderMutation(document, 'terminal', plain)).toContain('1 argument refuted')
    expect(renderMutation(document, 'markdown', plain)).toContain('## Refuted arguments')
  })
})
