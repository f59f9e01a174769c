import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadBase, loadCandidate } from '../../src/gate/arm.ts'
import { builtinDirectory } from '../../src/migration/migration.ts'
import { files } from '../migration-copy.ts'

const execute = promisify(execFile)
let root: string
let folder: string

async function git(...words: readonly string[]): Promise<string> {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org']
  const { stdout } = await execute('git', ['-C', root, ...identity, ...words])
  return stdout.trim()
}

beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'hook-harness-test-')))
  folder = join(root, 'db', 'migrations')
  await git('init', '--quiet', '--initial-branch', 'main')
  await writeFile(join(root, 'unrelated.txt'), 'nothing\n')
  await git('add', '.')
  await git('commit', '--quiet', '-m', 'empty')
  await git('tag', 'empty')
  await mkdir(folder, { recursive: true })
  await cp(builtinDirectory, folder, { recursive: true })
  await git('add', '.')
  await git('commit', '--quiet', '-m', 'migrations')
  await git('tag', 'v1')
  await rm(join(folder, files.patch))
  await writeFile(join(folder, 'note.sql'), '-- not committed\n')
})
afterAll(() => rm(root, { recursive: true, force: true }))

describe('a base from git', () => {
  test('is the folder as the ref has it, whatever the work tree holds, and leaves that alone', async () => {
    const before = await git('status', '--porcelain')
    const [base, original] = await Promise.all([
      loadBase('v1', folder),
      loadCandidate(builtinDirectory),
    ])
    expect(base.facts).toMatchObject({
      kind: 'git',
      name: 'v1',
      commit: await git('rev-parse', 'v1'),
      checksum: original.facts.checksum,
      directory: 'v1:db/migrations',
    })
    expect(base.set.forward.map(({ path }) => path)).toContain(`v1:db/migrations/${files.patch}`)
    expect(await git('status', '--porcelain')).toBe(before)
    expect(await git('rev-parse', '--abbrev-ref', 'HEAD')).toBe('main')
  })

  test('leaves nothing behind', async () => {
    const before = await listCheckouts()
    await loadBase('main', folder)
    expect(await listCheckouts()).toEqual(before)
  })

  test('with a contract of another shape is read by the names of its files', async () => {
    const other = join(root, 'older')
    await cp(builtinDirectory, other, { recursive: true })
    await writeFile(join(other, files.contract), '{ "contractVersion": 0 }')
    await git('add', 'older')
    await git('commit', '--quiet', '-m', 'older')
    const base = await loadBase('main', other)
    expect(base.facts.contractSource).toBe('builtin')
    expect(base.notes.join()).toContain('found by their names')
  })

  test.each([
    ['a ref that nobody knows', 'no-such-branch', () => folder, 'E_GATE_REF', 'no-such-branch'],
    ['a ref that looks like a flag', '--help', () => folder, 'E_GATE_REF', '--help'],
    ['a ref without the folder', 'empty', () => folder, 'E_GATE_REF_FOLDER', 'db/migrations'],
    ['a folder outside of any repository', 'main', () => tmpdir(), 'E_GATE_REPOSITORY', tmpdir()],
  ])('%s is told as what it is', async (_, ref, candidate, code, told) => {
    await expect(loadBase(ref, candidate())).rejects.toMatchObject({
      code,
      fault: 'usage',
      message: expect.stringContaining(told) as string,
    })
  })

  test('that lacks a part names the ref, not where the files were for a moment', async () => {
    await git('rm', '--quiet', '--cached', `db/migrations/${files.rollback}`)
    await git('commit', '--quiet', '-m', 'no rollback')
    await expect(loadBase('main', folder)).rejects.toMatchObject({
      code: 'E_MIGRATION_ROLE',
      message: expect.stringContaining("'main:db/migrations'") as string,
    })
  })
})

test('a folder that is named like a tag is asked about, and a path is a folder', async () => {
  // Tests run where the package has a folder of that name, too.
  await git('tag', 'migrations', 'v1')
  await expect(loadBase('migrations', folder)).rejects.toMatchObject({
    code: 'E_GATE_AMBIGUOUS',
    fault: 'usage',
  })
  expect((await loadBase('./migrations', folder)).facts.kind).toBe('folder')
  expect((await loadBase('tags/migrations', folder)).facts.kind).toBe('git')
})

test('a base that is a folder is a folder', async () => {
  const base = await loadBase(builtinDirectory)
  expect(base.facts).toMatchObject({ kind: 'folder', commit: null, directory: builtinDirectory })
})

async function listCheckouts(): Promise<readonly string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith('hook-harness-gate-'))
}
