import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { GateDocument } from '../../src/gate/result.ts'
import { builtinDirectory } from '../../src/migration/migration.ts'
import { renderGate } from '../../src/report/gate/gate.ts'
import { isAll } from '../amount.ts'
import { runCli, runHere } from '../command/cli.ts'
import { copyMigrations, files } from '../migration-copy.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hook-harness-test-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('a command line that can not be followed ends with 64 and says why', () => {
  test.each([
    ['nothing to compare with', [], 'found none'],
    ['two things', ['--base', 'main', '--baseline', 'a.json'], '--base and --baseline'],
    ['an update of nothing', ['--base', 'main', '--update'], 'no --baseline'],
    ['strictness about no time', ['--baseline', 'a.json', '--strict'], 'no --base'],
    ['an effort that is none', ['--base', 'main', '--effort', 'some'], 'quick, standard, thorough'],
    ['sizes out of order', ['--base', 'main', '--scale', '10k,2k'], 'larger than the one before'],
    ['a baseline that is not there', ['--baseline', 'no/such.json'], 'no/such.json'],
    [
      'a ref outside of any repository',
      ['--base', 'main', '--candidate', tmpdir()],
      'E_MIGRATION_ROLE',
    ],
    ['a ref that nobody knows', ['--base', 'no-such-ref'], "Base 'no-such-ref'"],
  ])('%s', async (_, words, told) => {
    const { code, stdout, stderr } = await runHere(['gate', ...words])
    expect(stderr).toContain(told)
    expect(stdout).toBe('')
    expect(code).toBe(64)
  })
})

describe('the end of a gate', () => {
  test.runIf(isAll)('is 0 for our migrations and the baseline that is kept for them', async () => {
    const words = ['--baseline', 'bench/baseline/exact.json', '--scale', '227']
    const { code, stdout, stderr } = await runCli(['gate', ...words, '--format', 'markdown'])
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^\*\*PASSED [1-9]\d* exact comparisons, 0 red/)
    expect(code).toBe(0)
  })

  test.runIf(isAll)(
    'is 0 for a folder against itself, and in a hurry nothing is timed',
    async () => {
      const words = ['--base', builtinDirectory, '--scale', '227', '--format', 'json']
      const { code, stdout } = await runCli(['gate', ...words])
      const document = JSON.parse(stdout) as GateDocument
      expect(document).toMatchObject({ status: 'passed', timing: null, findings: [] })
      expect(document.exact.length).toBeGreaterThan(20)
      expect(document.notes.join()).toContain('Both arms run the same scripts: nothing was timed')
      expect(code).toBe(0)
    },
  )

  test('is 1 for a candidate that can not be applied, with a report in every format and a summary', async () => {
    await using copy = await copyMigrations()
    await copy.replace(files.up, 'create view tool_success_rates', 'create nonsense')
    const summary = join(folder, 'summary.md')
    const words = ['--base', builtinDirectory, '--candidate', copy.directory, '--scale', '227']
    const { code, stdout } = await runCli(
      ['gate', '--format', 'json', '--summary', summary].concat(words),
    )
    expect(code).toBe(1)
    const document = JSON.parse(stdout) as GateDocument
    expect(document).toMatchObject({ status: 'failed', exact: [], timing: null })
    expect(document.findings).toHaveLength(1)
    const [finding] = document.findings
    expect(finding?.title).toBe(`${files.up} can be applied`)
    expect(finding?.place?.file).toBe(`${copy.directory}/${files.up}`)
    expect(finding?.actual).toContain('create nonsense')
    const rules = { color: false, width: 80, verbose: false }
    expect(renderGate(document, 'github', rules)).toContain(
      `::error file=${copy.directory}/${files.up},line=${finding?.place?.line}`,
    )
    expect(renderGate(document, 'junit', rules)).toContain('<failure ')
    expect(await readFile(summary, 'utf8')).toMatch(/^\*\*FAILED 0 exact comparisons, 1 red/)
  })

  test('is 2 for a base that can not be applied, in its very first file', async () => {
    await using copy = await copyMigrations()
    await copy.replace(files.base, 'create table', 'create nonsense')
    const words = ['--base', copy.directory, '--candidate', builtinDirectory, '--scale', '227']
    const { code, stdout, stderr } = await runCli(['gate', ...words])
    expect(stderr).toContain("The base can't be applied")
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })
})
