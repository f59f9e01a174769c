import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import type { MutateDocument } from '../../src/mutation/document.ts'
import { isAll } from '../amount.ts'
import { runCli, runHere } from '../command/cli.ts'

/** One engine: each takes longer to start than to judge two mutants. */
const foreign = ['mutate', '--migrations', 'test/foreign', '--jobs', '1']

describe('hook-harness mutate', () => {
  test.runIf(isAll)(
    'ends with 0 when every mutant is noticed, and its JSON is what its schema says',
    async () => {
      const schema = await runCli(['schema', 'mutate'])
      const words = ['--operator', 'drop-dropped', '--sample', '2', '--format', 'json']
      const { code, stdout, stderr } = await runCli([...foreign, ...words])
      const isValid = new Ajv2020({ strict: true }).compile(JSON.parse(schema.stdout) as object)
      const document = JSON.parse(stdout) as MutateDocument
      expect([isValid(document), isValid.errors]).toEqual([true, null])
      expect(document).toMatchObject({ status: 'passed', sample: { mutants: 2, seed: '1' } })
      expect(document.counts).toMatchObject({ killed: 2, survived: 0 })
      expect(document.operators.find(({ id }) => id === 'drop-dropped')).toMatchObject({
        killed: 2,
      })
      expect([code, stderr]).toEqual([0, ''])
    },
  )

  test.runIf(isAll)('ends with 1 when one survives, and shows it', async () => {
    // Nobody looks at the comment of a function that the patch replaces, where no oracle knows the function.
    const { code, stdout } = await runCli([...foreign, '--operator', 'comment-dropped'])
    expect(stdout).toContain('✗ comment-dropped:comment-customer_total:')
    expect(stdout).toContain('    -comment on function customer_total(integer) is')
    expect(stdout).toMatch(/^FAILED 3\/4 mutants killed \(75 %\), 1 survived, /m)
    expect(code).toBe(1)
  })

  test('ends with 130 when it is interrupted', async () => {
    const { code, stdout } = await runCli(foreign, {
      onStart: (kill) => setTimeout(() => kill('SIGINT'), 3_000),
    })
    expect([code, stdout]).toEqual([130, ''])
  })

  test.each([
    ['an operator that there is not', ['--operator', 'guess'], 'guess'],
    ['a sample of nothing', ['--sample', '0'], '--sample'],
    ['no jobs', ['--jobs', '0'], '--jobs'],
    ['a format for which there is no reporter', ['--format', 'junit'], 'junit'],
  ])('ends with 64 for %s', async (_title, words, told) => {
    const { code, stdout, stderr } = await runHere(['mutate', ...words])
    expect(stderr).toContain(told)
    expect([code, stdout]).toEqual([64, ''])
  })
})
