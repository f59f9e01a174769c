import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { holdDirectory, holdTemporaryDirectory } from '../../src/database/data-directory.ts'
import { openDatabase } from '../../src/database/pglite.ts'
import { postgresVersions } from '../../src/database/postgres-version.ts'
import { openFresh } from '../../src/database/template.ts'

let scratch: string
let folder: string
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'hook-harness-test-'))
})
afterAll(() => rm(scratch, { recursive: true, force: true }))
beforeEach(async () => {
  folder = join(await mkdtemp(join(scratch, 'case-')), 'data')
})

test('a folder is created, held by one alone, and free again', async () => {
  const held = await holdDirectory(folder)
  expect(held).toMatchObject({ path: folder, isNew: true })
  await expect(holdDirectory(folder)).rejects.toMatchObject({
    code: 'E_DATA_DIRECTORY_IN_USE',
    fault: 'judging',
    message: expect.stringContaining(folder),
  })
  await held.release()
  expect(await readdir(folder)).toEqual([])
  await (await holdDirectory(folder)).release()
})

test('what is no folder, or holds something else, is refused and left alone', async () => {
  await writeFile(folder, 'a file')
  await expect(holdDirectory(folder)).rejects.toMatchObject({
    code: 'E_DATA_DIRECTORY',
    fault: 'usage',
  })
  await expect(holdDirectory(join(folder, 'below'))).rejects.toMatchObject({
    code: 'E_DATA_DIRECTORY',
  })
  await rm(folder)
  await mkdir(folder)
  await writeFile(join(folder, 'thesis.txt'), 'irreplaceable')
  await expect(holdDirectory(folder)).rejects.toMatchObject({
    code: 'E_DATA_DIRECTORY',
    message: expect.stringContaining('no PG_VERSION'),
  })
  expect(await readdir(folder)).toEqual(['thesis.txt'])
})

test.each(postgresVersions)('what Postgres %s wrote is its own to open', async (postgres) => {
  await mkdir(folder)
  {
    await using database = await openFresh({ postgres, dataDirectory: folder })
    await database.execute('create table kept (n int); insert into kept values (1)')
  }
  for (const other of postgresVersions.filter((version) => version !== postgres)) {
    await expect(holdDirectory(folder, other)).rejects.toMatchObject({
      code: 'E_DATA_DIRECTORY_VERSION',
      fault: 'usage',
      message: expect.stringMatching(`Postgres ${postgres}, expected Postgres ${other}`),
    })
  }
  const held = await holdDirectory(folder, postgres)
  expect(held.isNew).toBe(false)
  await using database = await openDatabase({ postgres, dataDirectory: folder })
  expect(await database.query('select n from kept')).toEqual([{ n: 1 }])
  await held.release()
})

test('a folder that a Postgres server has open is in use', async () => {
  await mkdir(folder)
  await writeFile(join(folder, 'PG_VERSION'), '18\n')
  const pidFile = join(folder, 'postmaster.pid')
  await writeFile(pidFile, `${process.pid}\n${folder}\n`)
  await expect(holdDirectory(folder)).rejects.toMatchObject({
    code: 'E_DATA_DIRECTORY_IN_USE',
    message: expect.stringContaining(`process id ${process.pid}`),
  })
  // A server that is gone, and what PGlite itself writes there.
  for (const pid of ['999999999', '-42']) {
    await writeFile(pidFile, `${pid}\n${folder}\n`)
    await (await holdDirectory(folder)).release()
  }
})

test('a process that was killed holds its folder no longer than its lock lives', async () => {
  const module = new URL('../../dist/database/data-directory.js', import.meta.url).href
  const script = `const { holdDirectory } = await import(${JSON.stringify(module)})
    await holdDirectory(${JSON.stringify(folder)})
    process.stdout.write('held')
    setInterval(() => undefined, 1_000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
  await expect(holdDirectory(folder)).rejects.toMatchObject({ code: 'E_DATA_DIRECTORY_IN_USE' })
  // Instead of waiting for the ten seconds to pass.
  const past = new Date(Date.now() - 11_000)
  await utimes(join(folder, '.hook-harness.lock'), past, past)
  await (await holdDirectory(folder)).release()
})

test('a temporary folder is gone when it is released, whatever it holds', async () => {
  const held = await holdTemporaryDirectory()
  await writeFile(join(held.path, 'file'), 'x')
  await held.release()
  await expect(access(held.path)).rejects.toMatchObject({ code: 'ENOENT' })
})
