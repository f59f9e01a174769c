import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { type MigrationSet, loadMigrations } from '../../src/migration/migration.ts'
import type { MutateDocument } from '../../src/mutation/document.ts'
import { drawMutants } from '../../src/mutation/draw.ts'
import { equivalentFile } from '../../src/mutation/equivalent.ts'
import {
  type Judge,
  type Judgement,
  openJudge as openStrictJudge,
} from '../../src/mutation/judge.ts'
import { generateMutants } from '../../src/mutation/mutant.ts'
import { mutate } from '../../src/mutation/mutate.ts'
import { mutateSchema } from '../../src/report/schema/mutate.ts'
import { mutationFormats, renderMutation } from '../../src/report/mutation.ts'

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

/** Few mutants, and none of them argued about. */
const foreign = 'test/foreign'

const ours = await loadMigrations()

const whole = new Set(
  [ours, await loadMigrations(foreign)]
    .flatMap(({ forward, backward }) => forward.concat(backward))
    .map(({ checksum }) => checksum),
)

/** Says of everything, whole or not, that a check has failed. */
function openRed(): Judge {
  return {
    ...judgeThatSays({ state: 'survived' })(),
    judge: () =>
      Promise.resolve({ state: 'killed', categories: ['views'], checks: ['views/order'] }),
  }
}

function kindOf(statement: string): string {
  if (statement === 'DoStmt') return 'block'
  return /^(?:View|CreateFunction)/.test(statement) ? 'query' : 'definition'
}

const isValid = new Ajv2020({ strict: true }).compile(mutateSchema)

/**
 * Of each file and of each kind of statement, none of them argued about; of many such draws one whose mutants the likeliest checks
 * notice, as they do most: what only the last check notices takes ten times as long.
 */
const sample = { sample: 8, seed: '2262' }

/** The checks themselves, but for migrations that are whole: that they are green is what other tests are for. */
function judgeTheBroken(migrations: MigrationSet): () => Judge {
  return () => {
    const judge = openStrictJudge({
      migrations,
      everyCategory: false,
      grounds: () => Promise.reject(new Error('no mutant of the sample should come so far')),
    })
    return {
      engine: () => judge.engine(),
      judge: (set, broken) =>
        set === migrations
          ? Promise.resolve({ state: 'survived' as const })
          : judge.judge(set, broken),
      [Symbol.asyncDispose]: () => judge[Symbol.asyncDispose](),
    }
  }
}

describe('the checks notice mutants of our own migrations', () => {
  let document: MutateDocument
  test('a sample of them, of every file and of every kind, every one', async () => {
    const migrations = ours
    const openOne = judgeTheBroken(migrations)
    document = await mutate({ migrations, ...sample, jobs: 1, openJudge: openOne })
    expect(document.mutants.filter(({ state }) => state !== 'killed')).toEqual([])
    expect([document.status, document.scorePercent]).toEqual(['passed', 100])
    expect(document.mutants).toHaveLength(sample.sample)
    const killed = document.mutants.flatMap((mutant) =>
      mutant.state === 'killed' ? [mutant.checks.length] : [],
    )
    expect(Math.min(...killed)).toBeGreaterThan(0)
    expect(new Set(document.mutants.map(({ place }) => place.file)).size).toBe(3)
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
      migrations: ours,
      ...sample,
      openJudge: judgeThatSays({ state: 'survived' }),
    })
    const { survived, killed, equivalent } = document.counts
    expect(document.status).toBe('failed')
    expect(document.scorePercent).toBe(0)
    expect([killed, survived + equivalent]).toEqual([0, 8])
    const first = document.mutants.find(({ state }) => state === 'survived')
    if (first?.state !== 'survived') throw new Error('no survivor')
    expect(first.diff).toMatch(/^--- 004.*\n\+\+\+ 004.*\n@@ -\d+,\d+ \+\d+,\d+ @@\n/)
    expect(isValid(document)).toBe(true)
    expect(renderMutation(document, 'terminal', plain)).toContain('FAILED 0/')
    expect(renderMutation(document, 'markdown', plain)).toContain('```diff')
  })

  test('what can not be judged is not killed', async () => {
    const document = await mutate({
      migrations: ours,
      ...sample,
      openJudge: judgeThatSays({ state: 'unjudged', reason: 'the engine is gone' }),
    })
    expect(document.status).toBe('unjudged')
    expect(document.scorePercent).toBeNull()
  })

  test('invalid mutants count for nothing, timed out ones as killed', async () => {
    const migrations = ours
    const invalid = judgeThatSays({ state: 'invalid', reason: 'syntax error' })
    const expired = judgeThatSays({ state: 'timed-out', reason: 'too long' })
    expect(await mutate({ migrations, ...sample, openJudge: invalid })).toMatchObject({
      status: 'unjudged',
      scorePercent: null,
      counts: { invalid: 8, killed: 0 },
    })
    expect(await mutate({ migrations, ...sample, openJudge: expired })).toMatchObject({
      status: 'passed',
      scorePercent: 100,
      counts: { timedOut: 8, killed: 0 },
    })
  })

  test('of red migrations nothing is said', async () => {
    const migrations = ours
    await expect(mutate({ migrations, ...sample, openJudge: openRed })).rejects.toMatchObject({
      code: 'E_MUTATION_BASELINE',
      message: expect.stringContaining('found them red (views/order) as they are') as string,
    })
  })

  test('what takes more work is noticed, and told apart from what a check noticed', async () => {
    const document = await mutate({
      migrations: ours,
      ...sample,
      openJudge: judgeThatSays({ state: 'costlier', work: ['v reads twice'] }),
    })
    expect(document).toMatchObject({
      status: 'passed',
      scorePercent: 100,
      counts: { costlier: 8, killed: 0, survived: 0 },
    })
    expect([isValid(document), isValid.errors]).toEqual([true, null])
    for (const format of mutationFormats) {
      expect(renderMutation(document, format, plain)).toContain('v reads twice')
    }
    expect(renderMutation(document, 'terminal', plain)).toContain(
      '8/8 mutants killed (100 %), 8 of them by the work they take',
    )
  })
})

describe('a draw', () => {
  test('is the same for the same seed, and another for another', async () => {
    const mutants = await generateMutants(ours)
    const [first, again, other] = ['a', 'a', 'b'].map((seed) => drawMutants(mutants, 8, seed))
    expect(again).toEqual(first)
    expect(other).not.toEqual(first)
    expect(drawMutants(mutants, mutants.length + 1, 'a')).toEqual(mutants)
  })

  test('is of every file, and of queries, blocks and definitions alike', async () => {
    const drawn = drawMutants(await generateMutants(ours), 8, '1')
    expect(
      drawn.map(({ script, statement }) => `${script.role} ${kindOf(statement)}`).toSorted(),
    ).toEqual(
      [
        ['up', 'patch'].flatMap((role) =>
          ['block', 'definition', 'query'].map((kind) => `${role} ${kind}`),
        ),
        ['rollback block', 'rollback definition'],
      ]
        .flat()
        .toSorted(),
    )
  })

  test('takes mutants of the operators that were asked for, and knows no other', async () => {
    const migrations = await loadMigrations(foreign)
    const openJudge = judgeThatSays({ state: 'survived' })
    const document = await mutate({ migrations, operators: ['drop-dropped'], openJudge })
    expect(new Set(document.mutants.map(({ operator }) => operator))).toEqual(
      new Set(['drop-dropped']),
    )
    await expect(mutate({ migrations, operators: ['guess'], openJudge })).rejects.toMatchObject({
      code: 'E_MUTATION_OPERATOR',
      fault: 'usage',
    })
  })
})

describe('the list of equivalent mutants', () => {
  const argument = 'Nothing in the world could tell this one from the other, whatever it is asked.'
  const operators = ['drop-dropped']

  async function withList(
    list: (name: string | undefined) => unknown,
    judgement: Judgement = { state: 'survived' },
  ): Promise<MutateDocument> {
    const directory = await mkdtemp(join(tmpdir(), 'hook-harness-test-'))
    try {
      await cp(foreign, directory, { recursive: true })
      const migrations = await loadMigrations(directory)
      const mutants = await generateMutants(migrations)
      const dropped = mutants.find(({ operator }) => operators.includes(operator))
      await writeFile(join(directory, equivalentFile), JSON.stringify(list(dropped?.name)))
      return await mutate({ migrations, operators, openJudge: judgeThatSays(judgement) })
    } finally {
      await rm(directory, { recursive: true })
    }
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
      () => [{ mutants: ['drop-dropped:drop-x:00000000'], argument }],
      'do not exist',
    ],
    [
      'argues twice',
      (name: string | undefined) => [{ mutants: [name, name], argument }],
      'argues twice',
    ],
    [
      'argues with a word',
      (name: string | undefined) => [{ mutants: [name], argument: 'same' }],
      'entry 1',
    ],
    ['is no list', () => ({}), 'expected a list'],
    [
      'holds another field',
      (name: string | undefined) => [{ mutants: [name], argument, by: 'me' }],
      'entry 1',
    ],
  ])('is refused when it %s', async (_title, list, told) => {
    await expect(withList(list)).rejects.toMatchObject({
      code: 'E_EQUIVALENT',
      fault: 'usage',
      message: expect.stringContaining(told) as string,
    })
  })

  test('makes the run red when a check notices what it says nothing can', async () => {
    const document = await withList((name) => [{ mutants: [name], argument }], {
      state: 'killed',
      categories: ['views'],
      checks: ['views/order'],
    })
    expect(document).toMatchObject({
      status: 'failed',
      refuted: [expect.stringMatching(/^drop-dropped:/)],
    })
    expect(document.counts.survived).toBe(0)
    expect(renderMutation(document, 'terminal', plain)).toContain('1 argument refuted')
    expect(renderMutation(document, 'markdown', plain)).toContain('## Refuted arguments')
  })
})
