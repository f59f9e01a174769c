import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { VerifyDocument } from '../../src/check/document.ts'
import { resultSchemas } from '../../src/report/schema/schema.ts'
import { render } from '../../src/report/report.ts'
import type { RunDocument } from '../../src/report/run-document.ts'
import { isAll } from '../amount.ts'
import { copyMigrations, files } from '../migration-copy.ts'
import { runCli, runHere } from './cli.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hook-harness-test-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function expectValid(document: RunDocument): Promise<void> {
  const { verify, bench } = document
  const { stdout } = await runCli(['schema', 'run'])
  const ajv = new Ajv2020({ strict: true, allErrors: true })
  const judged: readonly [unknown, object][] = [
    [document, JSON.parse(stdout) as object],
    [verify, resultSchemas.verify],
    [bench, resultSchemas.bench],
  ]
  for (const [part, schema] of judged) {
    const isValid = ajv.compile(schema)
    isValid(part)
    expect(isValid.errors ?? []).toEqual([])
  }
}

describe('the main job', () => {
  test.runIf(isAll)(
    'ends green, with everything it promises; its JSON and its parts are what the schemas say',
    async () => {
      const words = ['run', '--effort', 'quick', '--format', 'json']
      const { code, stdout, stderr } = await runCli(words)
      const document = JSON.parse(stdout) as RunDocument
      await expectValid(document)
      const terminal = render(document, 'terminal', { color: false, width: 80, verbose: false })
      const last = terminal.trimEnd().split('\n').at(-1)
      expect(last).toMatch(/^PASSED 8\/8 categories/)
      for (const part of [
        '16 objects',
        '9 timings',
        '227 events',
        '3 sessions',
        'rollback clean',
      ]) {
        expect(last).toContain(part)
      }
      expect([code, stderr]).toEqual([0, ''])
    },
  )
})

describe('verify', () => {
  test.runIf(isAll)('is red with 1, and names the object, where something is wrong', async () => {
    await using copy = await copyMigrations()
    await copy.remove(files.patch)
    const words = [
      'verify',
      '--effort',
      'quick',
      '--migrations',
      copy.directory,
      '--only',
      'functions',
    ]
    const { code, stdout } = await runCli(words)
    expect(stdout).toContain('get_session_stats')
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^FAILED /)
    expect(code).toBe(1)
  })

  test('writes a report whole, and adds a summary to what is there', async () => {
    const output = join(folder, 'report.xml')
    const summary = join(folder, 'summary.md')
    await writeFile(summary, 'before\n')
    const words = [
      'verify',
      '--effort',
      'quick',
      '--only',
      'indexes',
      '--format',
      'junit',
      '--output',
      output,
      '--summary',
      summary,
    ]
    const { code, stdout, stderr } = await runCli(words)
    expect(stdout).toBe('')
    expect(stderr).toBe(`Report written to ${output}\n`)
    expect(await readFile(output, 'utf8')).toMatch(/^<\?xml[\s\S]*<\/testsuites>\n$/)
    expect(await readFile(summary, 'utf8')).toMatch(
      /^before\n# Delivery summary: [\s\S]*PASSED 1\/1/,
    )
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([])
    expect(code).toBe(0)
  })

  test.runIf(isAll)(
    'keeps the database where it is asked to, and refuses to judge on it again',
    async () => {
      const dataDir = join(folder, 'kept')
      const words = [
        'verify',
        '--effort',
        'quick',
        '--only',
        'indexes,views/columns',
        '--data-dir',
        dataDir,
      ]
      expect((await runCli(words)).code).toBe(0)
      const status = await runCli(['migrate', 'status', '--data-dir', dataDir])
      expect(status.stdout).toContain(`recorded  ${files.patch}`)
      const again = await runCli(words)
      expect(again.stderr).toContain('found a database in it')
      expect(again.code).toBe(64)
    },
  )

  test('a statement that never ends does not hang it: the report names the statement', async () => {
    await using copy = await copyMigrations()
    await copy.replace(
      files.patch,
      'begin;',
      'begin;\nselect count(*) from generate_series(1, 100000000000);',
    )
    const temporary = await mkdtemp(join(folder, 'tmp-'))
    const narrow = ['--effort', 'quick', '--only', 'metadata/scripts', '--format', 'json']
    const words = ['run', '--timeout', '4s', '--migrations', copy.directory, ...narrow]
    const { code, stdout } = await runCli(words, { environment: { TMPDIR: temporary } })
    const { schema, findings } = JSON.parse(stdout) as VerifyDocument
    // What can't be applied is not timed.
    expect(schema).toBe('hook-harness/verify')
    const failures = findings.filter(({ status }) => status === 'failed')
    expect(failures).toMatchObject([
      {
        actual: expect.stringContaining('generate_series(1, 100000000000)'),
        place: { file: files.patch, line: 6 },
      },
    ])
    expect(await readdir(temporary)).toEqual([])
    expect(code).toBe(1)
  })
})

describe('migrate', () => {
  test('goes up, says so, and comes down again', async () => {
    const dataDir = join(folder, 'own')
    for (const word of ['status', 'down']) {
      const early = await runHere(['migrate', word, '--data-dir', dataDir])
      expect(early.stderr).toContain(`Data directory '${dataDir}': found no database in it`)
      expect(early.code).toBe(64)
      expect(await readdir(folder)).not.toContain('own')
    }
    await using broken = await copyMigrations()
    await broken.replace(files.patch, 'begin;', 'begin;\nselect nonsense;')
    const words = ['migrate', 'up', '--data-dir', dataDir]
    expect((await runHere([...words, '--migrations', broken.directory])).code).toBe(1)
    expect(await readdir(dataDir)).toEqual([])
    const up = await runCli(['migrate', 'up', '--data-dir', dataDir])
    expect(up.stdout).toContain(`applied           ${files.up}`)
    const again = await runHere(['migrate', 'up', '--data-dir', dataDir])
    expect(again.stdout).toContain('nothing to do')
    const down = await runHere(['migrate', 'down', '--data-dir', dataDir])
    expect(down.stdout).toContain(`applied           ${files.rollback}`)
    const status = await runHere(['migrate', 'status', '--data-dir', dataDir, '--format', 'json'])
    expect(JSON.parse(status.stdout)).toMatchObject({ recordTable: 'absent' })
    expect([up.code, again.code, down.code, status.code]).toEqual([0, 0, 0, 0])
  })
})

describe('fixtures generate', () => {
  test('the same seed gives the same bytes', async () => {
    const words = ['fixtures', 'generate', '--events', '1k', '--seed', 'a', '--format', 'copy']
    const [first, second, other] = await Promise.all([
      runCli(words),
      runCli(words),
      runCli([...words.slice(0, 4), '--seed', 'b', '--format', 'copy']),
    ])
    expect(first.stdout.trimEnd().split('\n')).toHaveLength(1_000)
    expect(second.stdout).toBe(first.stdout)
    expect(other.stdout).not.toBe(first.stdout)
  })
})

describe('Ctrl-C', () => {
  test.each([
    ['in the middle of judging', ['verify', '--events', '300k']],
    ['in the middle of writing', ['fixtures', 'generate', '--events', '50m', '--output']],
  ])('%s ends with 130 and leaves no temporary file', async (_title, words) => {
    const temporary = await mkdtemp(join(folder, 'tmp-'))
    const output = words.at(-1) === '--output' ? [join(temporary, 'events.ndjson')] : []
    const { code } = await runCli([...words, ...output], {
      environment: { TMPDIR: temporary },
      onStart: (kill) => setTimeout(() => kill('SIGINT'), 2_500),
    })
    expect(code).toBe(130)
    expect(await readdir(temporary)).toEqual([])
  })
})
