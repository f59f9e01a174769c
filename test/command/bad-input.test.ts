import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { copyMigrations, files } from '../migration-copy.ts'
import { runCli, runHere } from './cli.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hook-harness-test-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Nothing on stdout, no stack trace, and the exit code of a command line that can't be used. */
async function expectUsageError(
  words: readonly string[],
  ...told: readonly string[]
): Promise<void> {
  const { code, stdout, stderr } = await runHere(words)
  expect(stderr).not.toMatch(/^\s+at /m)
  for (const text of told) expect(stderr).toContain(text)
  expect(stdout).toBe('')
  expect(code).toBe(64)
}

describe('a command line that can not be used ends with 64 and says why', () => {
  test.each([
    ['an unknown command', ['verfy'], ['verfy', 'verify']],
    ['an unknown flag', ['verify', '--evnts', '10'], ['--evnts', '--events']],
    ['a number that is none', ['verify', '--events', 'many'], ['--events', 'many', '10k']],
    ['no events', ['verify', '--events', '0'], ['--events', '0']],
    ['a negative number', ['verify', '--events=-5'], ['--events', '-5']],
    ['half an event', ['verify', '--events', '1.5'], ['--events', '1.5']],
    ['more than fits', ['verify', '--events', '900000000m'], ['--events']],
    ['more than there is room for', ['verify', '--events', '100000m'], ['need about', 'free']],
    ['an unknown category', ['verify', '--only', 'speed'], ['--only', 'speed', 'performance']],
    ['an unknown check', ['verify', '--only', 'metadata/script'], ['metadata/scripts', 'E_CHECK']],
    ['an unknown format', ['verify', '--format', 'pdf'], ['--format', 'pdf', 'junit']],
    ['scales that do not ascend', ['bench', '--scale', '10k,227'], ['--scale', 'larger']],
    ['a scale that is no number', ['bench', '--scale', '227,many'], ['--scale', 'many']],
    ['a time that is none', ['verify', '--timeout', 'soon'], ['--timeout', 'soon', '30s']],
    [
      'a version that is none',
      ['contract', 'init', '--migrations', '.', '--from', 'v1'],
      ['--from', 'such as 4'],
    ],
    ['an unknown payload', ['bench', '--payload', 'huge'], ['--payload', 'huge', 'recorded']],
    ['an unknown file format', ['fixtures', 'generate', '--format', 'xml'], ['xml', 'ndjson']],
    ['a database that is not named', ['migrate', 'up'], ['--data-dir']],
    ['a report without a name', ['verify', '--output', ''], ['empty name']],
    ['a summary without a name', ['run', '--summary', ''], ['empty name']],
    ['an unknown schema', ['schema', 'verdict'], ['verdict', 'verify']],
  ])('%s', async (_title, words, told) => {
    await expectUsageError(words, ...told)
  })

  test('a folder of migrations that is not there', async () => {
    const missing = join(folder, 'nowhere')
    await expectUsageError(['verify', '--migrations', missing], missing)
  })

  test('a file where a folder is expected', async () => {
    const file = join(folder, 'file.sql')
    await writeFile(file, 'select 1;')
    await expectUsageError(['verify', '--migrations', file], file)
  })

  test('an empty folder of migrations', async () => {
    const empty = join(folder, 'empty')
    await mkdir(empty)
    await expectUsageError(['verify', '--migrations', empty], empty)
  })

  test.each([files.up, files.rollback])('a folder that lacks %s', async (file) => {
    await using copy = await copyMigrations()
    await copy.remove(file)
    await expectUsageError(['verify', '--migrations', copy.directory], copy.directory)
  })

  test('a contract that is not JSON', async () => {
    await using copy = await copyMigrations()
    await copy.write(files.contract, '{ "contractVersion": 1,')
    await expectUsageError(['verify', '--migrations', copy.directory], files.contract)
  })

  test('an output folder that is not there', async () => {
    const output = join(folder, 'nowhere', 'report.json')
    await expectUsageError(['verify', '--format', 'json', '--output', output], output)
  })

  test('an output that is a folder', async () => {
    await expectUsageError(['verify', '--output', folder], folder)
  })

  test('a data directory that holds something else', async () => {
    const other = join(folder, 'other')
    await mkdir(other)
    await writeFile(join(other, 'letter.txt'), 'dear reader')
    await expectUsageError(['verify', '--data-dir', other], other, 'PG_VERSION')
    expect(await readdir(other)).toEqual(['letter.txt'])
  })

  test('a data directory that another version of Postgres wrote', async () => {
    const older = join(folder, 'older')
    await mkdir(older)
    await writeFile(join(older, 'PG_VERSION'), '12\n')
    await expectUsageError(['migrate', 'status', '--data-dir', older], older, 'Postgres 12')
  })
})

test('a script with a syntax error is red: file, line, column, snippet and caret', async () => {
  await using copy = await copyMigrations()
  await copy.write(files.patch, 'begin;\ncreate vew v as select 1;\ncommit;\n')
  const { code, stdout, stderr } = await runCli([
    'verify',
    '--only',
    'metadata/scripts',
    '--migrations',
    copy.directory,
  ])
  expect(stderr).toBe('')
  expect(stdout).toContain(files.patch)
  expect(stdout).toContain('line 2, column 8')
  expect(stdout).toContain('create vew v as select 1;')
  expect(stdout).toMatch(/^\W*\^/m)
  expect(code).toBe(1)
})

test.skipIf(process.getuid?.() === 0)('a folder that may not be read', async () => {
  await using copy = await copyMigrations()
  await chmod(copy.directory, 0)
  await expectUsageError(['verify', '--migrations', copy.directory], copy.directory)
  await chmod(copy.directory, 0o700)
})

test('a report is whole or not there: a full disk leaves nothing behind', async () => {
  const { code, stderr } = await runCli([
    'fixtures',
    'generate',
    '--events',
    '50k',
    '--output',
    '/dev/full',
  ])
  expect(stderr).toContain('/dev/full')
  expect(code).toBe(2)
})
