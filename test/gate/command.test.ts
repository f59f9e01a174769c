import { tmpdir } from 'node:os'
import { describe, expect, test } from 'vitest'
import { runCli } from '../command/cli.ts'

describe('a command line that can not be followed ends with 64 and says why', () => {
  test.each([
    ['nothing to compare with', [], 'found none'],
    ['two things', ['--base', 'main', '--baseline', 'a.json'], '--base and --baseline'],
    ['an update of nothing', ['--base', 'main', '--update'], 'no --baseline'],
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
    const { code, stdout, stderr } = await runCli(['gate', ...words])
    expect(stderr).toContain(told)
    expect(stdout).toBe('')
    expect(code).toBe(64)
  })
})
