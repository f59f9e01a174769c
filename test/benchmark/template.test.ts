import {
  access,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rename,
  rm,
  rmdir,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { makeScratch, sweepScratches } from '../../src/benchmark/scratch.ts'
import {
  type Built,
  type Lease,
  type TemplateManifest,
  leaseTemplate,
  listTemplates,
  nameTemplate,
  openTemplate,
  pruneTemplates,
  templateDirectory,
} from '../../src/benchmark/template.ts'
import { withTemplate } from '../../src/benchmark/template-lock.ts'
import { createRandom } from '../../src/random.ts'
import { isAll } from '../amount.ts'
import { killAfter } from './kill.ts'

let cache: string

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'templates-'))
  vi.stubEnv('HOOK_HARNESS_CACHE', cache)
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(cache, { recursive: true })
})

const facts = { events: 10, payload: 'slim' }
const load = { latencyMs: 1, rows: 10 }

async function write(folder: string, text = 'rows'): Promise<Built> {
  await mkdir(join(folder, 'base'), { recursive: true })
  await mkdir(join(folder, 'empty'))
  await writeFile(join(folder, 'base', '1'), text)
  return { load, notes: Buffer.from(`notes of ${text}`) }
}

function lease(name: string, text = 'rows'): Promise<Lease> {
  return leaseTemplate(name, { facts, build: (folder) => write(folder, text) })
}

/** Builds it where it is not there, and lets it go. */
async function keep(name: string, text = 'rows'): Promise<void> {
  await (await lease(name, text))[Symbol.asyncDispose]()
}

async function manifestOf(name: string): Promise<TemplateManifest | undefined> {
  return (await openTemplate(name))?.manifest
}

function late(): Date {
  return new Date(Date.now() + 1_000)
}

function inTemplate(name: string, ...path: readonly string[]): string {
  return join(templateDirectory(), name, ...path)
}

describe('a template', () => {
  test('is found under the name of its content, and copied', async () => {
    const name = nameTemplate(['slim', 10])
    expect(nameTemplate(['slim', 11])).not.toBe(name)
    expect(await manifestOf(name)).toBeUndefined()
    await keep(name)
    expect(await openTemplate(name)).toMatchObject({
      manifest: { events: 10, load, sizeBytes: 4 },
      notes: Buffer.from('notes of rows'),
    })

    const leased = await lease(name)
    const clones = [await leased.clone(), await leased.clone()]
    expect(new Set(clones).size).toBe(2)
    for (const clone of clones) {
      expect(await readFile(join(clone, 'base', '1'), 'utf8')).toBe('rows')
      await access(join(clone, 'empty'))
      await writeFile(join(clone, 'base', '1'), 'changed')
    }
    await leased[Symbol.asyncDispose]()
    expect(await readdir(templateDirectory())).toEqual([name])
    expect(await openTemplate(name)).toBeDefined()
  })

  test('that could not be finished leaves nothing', async () => {
    const name = nameTemplate(['broken'])
    const broken = leaseTemplate(name, {
      facts,
      build: async (folder) => {
        await write(folder)
        throw new Error('no room')
      },
    })
    await expect(broken).rejects.toThrow('no room')
    expect(await readdir(templateDirectory())).toEqual([])
  })

  test.each<readonly [string, (name: string) => Promise<unknown>]>([
    ['cut a file', (name) => writeFile(inTemplate(name, 'data', 'base', '1'), 'cut')],
    [
      'wrote as much into one',
      async (name) => {
        await writeFile(inTemplate(name, 'data', 'base', '1'), 'ROWS')
        await utimes(inTemplate(name, 'data', 'base', '1'), late(), late())
      },
    ],
    [
      'wrote as much into one, and put its time back',
      async (name) => {
        const file = inTemplate(name, 'data', 'base', '1')
        const { atime, mtime } = await stat(file)
        await writeFile(file, 'ROWS')
        await utimes(file, atime, mtime)
      },
    ],
    ['removed an empty folder', (name) => rmdir(inTemplate(name, 'data', 'empty'))],
    [
      'moved a file',
      (name) =>
        rename(inTemplate(name, 'data', 'base', '1'), inTemplate(name, 'data', 'empty', '1')),
    ],
    ['removed all of it', (name) => rm(inTemplate(name, 'data'), { recursive: true })],
    ['damaged the notes', (name) => writeFile(inTemplate(name, 'notes'), 'notes of ROWS')],
    ['removed the notes', (name) => rm(inTemplate(name, 'notes'))],
    ['cut the manifest', (name) => writeFile(inTemplate(name, 'manifest.json'), '{"events":')],
  ])('that somebody damaged is not found, and is built again: %s', async (_, damage) => {
    const name = nameTemplate(['damaged'])
    await keep(name)
    await damage(name)
    expect(await manifestOf(name)).toBeUndefined()
    await keep(name)
    expect(await openTemplate(name)).toMatchObject({ manifest: { sizeBytes: 4 } })
  })

  test('of a gigabyte is told apart by its size and its time', async () => {
    const name = nameTemplate(['large'])
    const text = 'x'.repeat(1_000_000)
    await keep(name, text)
    const file = inTemplate(name, 'data', 'base', '1')
    await utimes(file, late(), late())
    expect(await manifestOf(name)).toBeUndefined()
  })

  test('that two want at once is built by one, and the other waits for it', async () => {
    const name = nameTemplate(['twice'])
    const [one, other] = await Promise.all([lease(name, 'first'), lease(name, 'other')])
    expect(other.manifest).toEqual(one.manifest)
    expect(other.notes).toEqual(one.notes)
    const text = await readFile(inTemplate(name, 'data', 'base', '1'), 'utf8')
    expect(['first', 'other']).toContain(text)
    await one[Symbol.asyncDispose]()
    await other[Symbol.asyncDispose]()
    expect(await readdir(templateDirectory())).toEqual([name])
  })

  test('that somebody else builds is waited for until the signal', async () => {
    const name = nameTemplate(['elsewhere'])
    const controller = new AbortController()
    await withTemplate(name, async () => {
      const waiting = leaseTemplate(name, { facts, build: write, signal: controller.signal })
      controller.abort(new Error('enough'))
      await expect(waiting).rejects.toThrow('aborted')
    })
    expect(await manifestOf(name)).toBeUndefined()
    expect(await readdir(templateDirectory())).toEqual([])
  })

  test('that is copied stops at once when told to, in the middle of a file', async () => {
    const name = nameTemplate(['stopped'])
    await using leased = await lease(name, 'x'.repeat(40_000_000))
    const controller = new AbortController()
    const copying = leased.clone({ signal: controller.signal })
    controller.abort(new Error('enough'))
    await expect(copying).rejects.toThrow('enough')
  })

  test('that was used longest ago goes first when room is needed', async () => {
    const [old, used] = [nameTemplate(['old']), nameTemplate(['used'])]
    await keep(used)
    await keep(old)
    const leased = await lease(used)
    await leased.clone()
    await leased[Symbol.asyncDispose]()
    expect((await listTemplates()).map(({ name }) => name)).toEqual([used, old])
    expect((await pruneTemplates(5)).map(({ name }) => name)).toEqual([old])
    expect((await pruneTemplates(0)).map(({ name }) => name)).toEqual([used])
    expect(await readdir(templateDirectory())).toEqual([])
  })

  test('that somebody works on stays, until he is done', async () => {
    const name = nameTemplate(['leased'])
    const leased = await lease(name)
    await leased.clone()
    expect(await pruneTemplates(0)).toEqual([])
    await leased.clone()
    await leased[Symbol.asyncDispose]()
    expect(await pruneTemplates(0)).toMatchObject([{ name }])
  })

  test('that somebody builds is not removed, and what is over the bound goes by itself', async () => {
    const [used, other] = [nameTemplate(['used']), nameTemplate(['other'])]
    await keep(used)
    await withTemplate(used, async () => {
      expect(await pruneTemplates(0)).toEqual([])
    })
    expect(await openTemplate(used)).toBeDefined()
    vi.stubEnv('HOOK_HARNESS_CACHE_BYTES', '4')
    await keep(other)
    expect(await readdir(templateDirectory())).toEqual([other])
  })

  test('that goes away while it is listed or removed does no harm', async () => {
    const names = ['a', 'b', 'c', 'd'].map((letter) => nameTemplate([letter]))
    for (const name of names) await keep(name)
    await Promise.all([
      ...names.map((name) => rm(inTemplate(name), { recursive: true })),
      listTemplates(),
      pruneTemplates(0),
      pruneTemplates(0),
    ])
    expect(await listTemplates()).toEqual([])
  })

  test('is refused a bound that is none', async () => {
    vi.stubEnv('HOOK_HARNESS_CACHE_BYTES', 'much')
    await expect(keep(nameTemplate(['bound']))).rejects.toMatchObject({
      code: 'E_CACHE_BYTES',
      fault: 'usage',
    })
  })

  test('in a folder that is none is refused with what to do', async () => {
    await writeFile(join(cache, 'rungs'), '')
    await expect(keep(nameTemplate(['none']))).rejects.toMatchObject({ code: 'E_TEMPLATE' })
  })
})

describe('a folder that somebody works in', () => {
  test('stays while he lives', async () => {
    await using scratch = await makeScratch(cache, 'building')
    await sweepScratches(cache)
    expect(await readdir(cache)).toEqual([basename(scratch.path)])
  })

  test('goes when he is dead, though another has his number by now', async () => {
    const { path } = await makeScratch(cache, 'building')
    // The same process id, begun at another time; and one that nobody has.
    const reborn = path.replace(/\.\d+-/, '.1-')
    const dead = path.replace(/-\d+\.\d+-/, '-4194305.1-')
    await cp(path, reborn, { recursive: true })
    await cp(path, dead, { recursive: true })
    await sweepScratches(cache)
    expect((await readdir(cache)).map((name) => join(cache, name))).toEqual([path])
  })

  test('of another machine or container goes only when its pulse is gone', async () => {
    const { path } = await makeScratch(cache, `lease-${nameTemplate(['a'])}`)
    const elsewhere = path.replace(/-[\da-f]{8}-/, '-00000000-')
    await rename(path, elsewhere)
    await sweepScratches(cache)
    await access(elsewhere)
    const longAgo = new Date(Date.now() - 3_600_000)
    await utimes(elsewhere, longAgo, longAgo)
    await sweepScratches(cache)
    expect(await readdir(cache)).toEqual([])
  })
})

/** Builds, copies and damages one template until it is killed; its manifest says that it holds 200 files. */
const endlessBuild = fileURLToPath(new URL('./endless-build.ts', import.meta.url))

test.runIf(isAll)(
  'whoever is killed leaves only what is whole or is built again, and nothing after the next build',
  async () => {
    const random = createRandom('kill')
    const name = nameTemplate(['endless'])
    for (let run = 0; run < 6; run += 1) {
      await killAfter(endlessBuild, random.integer(5, 250))
      const found = await openTemplate(name)
      if (found === undefined) continue
      expect(await readdir(inTemplate(name, 'data', 'base'))).toHaveLength(200)
      expect(found.manifest.sizeBytes).toBe(200_000)
    }
    // The same name, whatever was left of it; what stood in its way may have been whole.
    await keep(name, 'x'.repeat(200_000))
    expect(await openTemplate(name)).toMatchObject({ manifest: { sizeBytes: 200_000 } })
    expect(await readdir(templateDirectory())).toEqual([name])
  },
)
