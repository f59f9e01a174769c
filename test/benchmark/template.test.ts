import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  type TemplateManifest,
  cloneTemplate,
  ensureTemplate,
  listTemplates,
  nameTemplate,
  pruneTemplates,
  readManifest,
  templateDirectory,
} from '../../src/benchmark/template.ts'
import { withTemplate } from '../../src/benchmark/template-lock.ts'
import { createRandom } from '../../src/random.ts'

let cache: string

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'templates-'))
  vi.stubEnv('HOOK_HARNESS_CACHE', cache)
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(cache, { recursive: true })
})

const load = { latencyMs: 1, rows: 10 }
const facts = { events: 10, payload: 'slim', expiresAtMs: Number.MAX_SAFE_INTEGER }

async function write(folder: string, text = 'rows'): Promise<typeof load> {
  await mkdir(join(folder, 'base'), { recursive: true })
  await writeFile(join(folder, 'base', '1'), text)
  return load
}

function keep(
  name: string,
  text = 'rows',
  expiresAtMs = facts.expiresAtMs,
): Promise<TemplateManifest> {
  return ensureTemplate(name, {
    facts: { ...facts, expiresAtMs },
    build: (folder) => write(folder, text),
  })
}

describe('a template', () => {
  test('is found under the name of its content, and copied', async () => {
    const name = nameTemplate(['slim', 10])
    expect(nameTemplate(['slim', 11])).not.toBe(name)
    expect(await readManifest(name)).toBeUndefined()
    await keep(name)
    expect(await readManifest(name)).toMatchObject({ events: 10, load, files: 1, sizeBytes: 4 })

    const { dataDirectory, ...clone } = await cloneTemplate(name)
    expect(await readFile(join(dataDirectory, 'base', '1'), 'utf8')).toBe('rows')
    await writeFile(join(dataDirectory, 'base', '1'), 'changed')
    await clone[Symbol.asyncDispose]()
    expect(await readdir(templateDirectory())).toEqual([name])
    expect(await readManifest(name)).toBeDefined()
  })

  test('that could not be finished leaves nothing', async () => {
    const name = nameTemplate(['broken'])
    const broken = ensureTemplate(name, {
      facts,
      build: async (folder) => {
        await write(folder)
        throw new Error('no room')
      },
    })
    await expect(broken).rejects.toThrow('no room')
    expect(await readdir(templateDirectory())).toEqual([])
  })

  test('that somebody damaged is not found, and is built again', async () => {
    const name = nameTemplate(['damaged'])
    await keep(name)
    await writeFile(join(templateDirectory(), name, 'data', 'base', '1'), 'cut')
    expect(await readManifest(name)).toBeUndefined()
    await keep(name)
    expect(await readManifest(name)).toMatchObject({ sizeBytes: 4 })
    await writeFile(join(templateDirectory(), name, 'manifest.json'), '{"files":')
    expect(await readManifest(name)).toBeUndefined()
  })

  test('that somebody wrote into is not found, though it weighs the same', async () => {
    const name = nameTemplate(['edited'])
    await keep(name)
    const file = join(templateDirectory(), name, 'data', 'base', '1')
    await writeFile(file, 'ROWS')
    await utimes(file, new Date(), new Date(Date.now() + 1_000))
    expect(await readManifest(name)).toBeUndefined()
  })

  test('that two want at once is built by one, and the other waits for it', async () => {
    const name = nameTemplate(['twice'])
    const manifests = await Promise.all([keep(name, 'first'), keep(name, 'other')])
    expect(manifests.map(({ sizeBytes }) => sizeBytes)).toEqual([5, 5])
    expect(await readdir(templateDirectory())).toEqual([name])
    const text = await readFile(join(templateDirectory(), name, 'data', 'base', '1'), 'utf8')
    const [one] = manifests
    expect(manifests).toEqual([one, one])
    expect(['first', 'other']).toContain(text)
  })

  test('that somebody else builds is waited for until the signal', async () => {
    const name = nameTemplate(['elsewhere'])
    const controller = new AbortController()
    await withTemplate(name, async () => {
      const waiting = ensureTemplate(name, {
        facts,
        build: write,
        signal: controller.signal,
      })
      controller.abort(new Error('enough'))
      await expect(waiting).rejects.toThrow('aborted')
    })
    expect(await readManifest(name)).toBeUndefined()
  })

  test('goes when its time is over, and others are built', async () => {
    const old = nameTemplate(['old'])
    await keep(old, 'rows', 1)
    await keep(nameTemplate(['new']))
    expect(await readdir(templateDirectory())).toEqual([nameTemplate(['new'])])
  })

  test('that was used longest ago goes first when room is needed', async () => {
    const [old, used] = [nameTemplate(['old']), nameTemplate(['used'])]
    await keep(used)
    await keep(old)
    await (await cloneTemplate(used))[Symbol.asyncDispose]()
    expect((await listTemplates()).map(({ name }) => name)).toEqual([used, old])
    expect((await pruneTemplates(5)).map(({ name }) => name)).toEqual([old])
    expect((await pruneTemplates(0)).map(({ name }) => name)).toEqual([used])
    expect(await readdir(templateDirectory())).toEqual([])
  })

  test('in use is not removed, and what is over the bound goes by itself', async () => {
    const [used, other] = [nameTemplate(['used']), nameTemplate(['other'])]
    await keep(used)
    await withTemplate(used, async () => {
      expect(await pruneTemplates(0)).toEqual([])
    })
    expect(await readManifest(used)).toBeDefined()
    vi.stubEnv('HOOK_HARNESS_CACHE_BYTES', '4')
    await keep(other)
    expect(await readdir(templateDirectory())).toEqual([other])
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

/** Builds templates one after another until it is killed; the manifest of each says that it holds 200 files. */
const endlessBuild = fileURLToPath(new URL('./endless-build.ts', import.meta.url))

test('whoever is killed while building leaves only what is whole, and nothing after the next build', async () => {
  const random = createRandom('kill')
  for (let run = 0; run < 6; run += 1) {
    await killAfter(random.integer(5, 120))
    for (const name of await readdir(templateDirectory())) {
      if (name.startsWith('building-')) continue
      expect(await readManifest(name)).toMatchObject({ files: 200, sizeBytes: 200_000 })
    }
  }
  await keep(nameTemplate(['last']))
  const left = await readdir(templateDirectory())
  expect(left.filter((name) => name.startsWith('building-'))).toEqual([])
  expect(left).toContain(nameTemplate(['last']))
})

/** Lets it begin, and gives it so many milliseconds more. */
async function killAfter(delayMs: number): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', endlessBuild], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise((resolve) => {
    child.once('exit', resolve)
  })
  await new Promise((resolve) => {
    child.stdout.once('data', resolve)
  })
  await new Promise((resolve) => {
    setTimeout(resolve, delayMs)
  })
  child.kill('SIGKILL')
  await ended
}
