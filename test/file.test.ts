import {
  lstat,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeFileWhole } from '../src/file.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hook-harness-test-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('a link stays a link, and the file that it names is the new one', async () => {
  const [file, link] = [join(folder, 'file'), join(folder, 'link')]
  await writeFile(file, 'before')
  await symlink('file', link)
  await writeFileWhole(link, ['after'])
  expect(await readlink(link)).toBe('file')
  expect((await lstat(link)).isSymbolicLink()).toBe(true)
  expect(await readFile(file, 'utf8')).toBe('after')
})

test.skipIf(process.platform === 'win32')('a device is written to, and stays one', async () => {
  await writeFileWhole('/dev/null', ['gone'])
  expect((await stat('/dev/null')).isCharacterDevice()).toBe(true)
})

function* fail(): Generator<string> {
  yield 'half'
  throw new Error('no more')
}

test('what can not be written leaves what was there, and nothing else', async () => {
  const file = join(folder, 'kept')
  await writeFile(file, 'before')
  await expect(writeFileWhole(file, fail())).rejects.toMatchObject({ code: 'E_FILE_WRITE' })
  expect(await readFile(file, 'utf8')).toBe('before')
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([])
})
