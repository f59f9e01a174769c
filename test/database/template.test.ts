import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { postgresVersions } from '../../src/database/postgres-version.ts'
import {
  cacheDirectory,
  openFresh,
  readTemplate,
  templatePath,
} from '../../src/database/template.ts'
import { isAll } from '../amount.ts'

let scratch: string
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'hook-harness-test-'))
})
afterAll(() => rm(scratch, { recursive: true, force: true }))
afterEach(() => vi.unstubAllEnvs())

async function tables(): Promise<number | undefined> {
  await using database = await openFresh()
  const [row] = await database.query<{ count: number }>('select count(*) from pg_tables')
  return row?.count
}

describe('where templates live', () => {
  test('HOOK_HARNESS_CACHE, then XDG_CACHE_HOME where it is absolute, then the home', () => {
    vi.stubEnv('HOOK_HARNESS_CACHE', '/chosen')
    vi.stubEnv('XDG_CACHE_HOME', '/xdg')
    expect(cacheDirectory()).toBe('/chosen')
    vi.stubEnv('HOOK_HARNESS_CACHE', '')
    expect(cacheDirectory()).toBe('/xdg/hook-harness')
    const fallback = join(homedir(), '.cache', 'hook-harness')
    for (const unusable of ['', 'relative/cache']) {
      vi.stubEnv('XDG_CACHE_HOME', unusable)
      expect(cacheDirectory()).toBe(fallback)
    }
  })

  test('every version has a file of its own', () => {
    const paths = postgresVersions.map((postgres) => templatePath(postgres))
    expect(new Set(paths).size).toBe(postgresVersions.length)
    expect(templatePath()).toBe(templatePath('18'))
  })
})

describe('a template', () => {
  let cache: string
  beforeEach(async () => {
    cache = await mkdtemp(join(scratch, 'cache-'))
    vi.stubEnv('HOOK_HARNESS_CACHE', cache)
  })

  /** What is in the cache, and whether the template in it is whole. */
  async function look(): Promise<{ files: number; isWhole: boolean }> {
    const isWhole = (await readTemplate(templatePath())) !== undefined
    return { files: (await readdir(cache)).length, isWhole }
  }

  test.runIf(isAll)(
    'is kept, is used again, and is built again when a bit of it is wrong',
    async () => {
      const built = await tables()
      expect(await look()).toEqual({ files: 1, isWhole: true })
      const bytes = await readFile(templatePath())
      const flipped = Buffer.from(bytes)
      flipped.writeUInt8(flipped.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1)
      const damages = [flipped, bytes.subarray(0, 100_000), Buffer.alloc(0), Buffer.from('x')]
      for (const damaged of damages) {
        await writeFile(templatePath(), damaged)
        expect(await readTemplate(templatePath())).toBeUndefined()
      }
      expect(await tables()).toBe(built)
      expect(await look()).toEqual({ files: 1, isWhole: true })
      // What one database does is not in the next.
      await using first = await openFresh()
      await first.query('create table left_behind ()')
      expect(await tables()).toBe(built)
    },
  )

  test.runIf(isAll)('that can not be kept costs time, not the answer', async () => {
    await rm(cache, { recursive: true })
    await writeFile(cache, 'a file where the folder should be')
    expect(await tables()).toBeGreaterThan(0)
    await rm(cache)
    // A folder in the place of the file: it can be neither read nor replaced.
    await mkdir(join(templatePath(), 'in the way'), { recursive: true })
    expect(await tables()).toBeGreaterThan(0)
    expect(await readdir(cache)).toHaveLength(1)
  })

  test.skipIf(process.getuid?.() === 0)('an unreadable cache is as good as none', async () => {
    await chmod(cache, 0)
    expect(await tables()).toBeGreaterThan(0)
    await chmod(cache, 0o700)
    expect(await readdir(cache)).toEqual([])
  })

  test.runIf(isAll)(
    'built by two processes at once is whole, and nothing else is left',
    async () => {
      const module = new URL('../../dist/database/template.js', import.meta.url).href
      const script = `const { openFresh } = await import(${JSON.stringify(module)})
      const database = await openFresh()
      process.stdout.write(String((await database.query('select 1 as one'))[0].one))
      await database.close()`
      const run = (): Promise<{ stdout: string }> =>
        promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
      const answers = await Promise.all([run(), run()])
      expect(answers.map(({ stdout }) => stdout)).toEqual(['1', '1'])
      expect(await look()).toEqual({ files: 1, isWhole: true })
    },
  )
})
