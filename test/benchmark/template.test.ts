import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  buildTemplate,
  cloneTemplate,
  listTemplates,
  nameTemplate,
  pruneTemplates,
  readManifest,
  templateDirectory,
} from '../../src/benchmark/template.ts'
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

describe('a template', () => {
  test('is found under the name of its content, and copied', async () => {
    const name = nameTemplate(['slim', 10])
    expect(nameTemplate(['slim', 11])).not.toBe(name)
    expect(await readManifest(name)).toBeUndefined()
    await buildTemplate(name, facts, (folder) => write(folder))
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
    const broken = buildTemplate(name, facts, async (folder) => {
      await write(folder)
      throw new Error('no room')
    })
    await expect(broken).rejects.toThrow('no room')
    expect(await readdir(templateDirectory())).toEqual([])
  })

  test('that somebody damaged is not found, and is built again', async () => {
    const name = nameTemplate(['damaged'])
    await buildTemplate(name, facts, (folder) => write(folder))
    await writeFile(join(templateDirectory(), name, 'data', 'base', '1'), 'cut')
    expect(await readManifest(name)).toBeUndefined()
    await buildTemplate(name, facts, (folder) => write(folder))
    expect(await readManifest(name)).toMatchObject({ sizeBytes: 4 })
    await writeFile(join(templateDirectory(), name, 'manifest.json'), '{"files":')
    expect(await readManifest(name)).toBeUndefined()
  })

  test('that two build at once is the one that came first', async () => {
    const name = nameTemplate(['twice'])
    await Promise.all([
      buildTemplate(name, facts, (folder) => write(folder, 'first')),
      buildTemplate(name, facts, (folder) => write(folder, 'other')),
    ])
    expect(await readManifest(name)).toMatchObject({ sizeBytes: 5 })
    expect(await readdir(templateDirectory())).toEqual([name])
  })

  test('goes when its time is over, and others are built', async () => {
    const old = nameTemplate(['old'])
    await buildTemplate(old, { ...facts, expiresAtMs: 1 }, (folder) => write(folder))
    await buildTemplate(nameTemplate(['new']), facts, (folder) => write(folder))
    expect(await readdir(templateDirectory())).toEqual([nameTemplate(['new'])])
  })

  test('that was used longest ago goes first when room is needed', async () => {
    const [old, used] = [nameTemplate(['old']), nameTemplate(['used'])]
    await buildTemplate(used, facts, (folder) => write(folder))
    await buildTemplate(old, facts, (folder) => write(folder))
    await (await cloneTemplate(used))[Symbol.asyncDispose]()
    expect((await listTemplates()).map(({ name }) => name)).toEqual([used, old])
    expect((await pruneTemplates(5)).map(({ name }) => name)).toEqual([old])
    expect((await pruneTemplates(0)).map(({ name }) => name)).toEqual([used])
    expect(await readdir(templateDirectory())).toEqual([])
  })

  test('in a folder that is none is refused with what to do', async () => {
    await writeFile(join(cache, 'rungs'), '')
    await expect(
      buildTemplate(nameTemplate(['none']), facts, (folder) => write(folder)),
    ).rejects.toMatchObject({ code: 'E_TEMPLATE' })
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
  await buildTemplate(nameTemplate(['last']), facts, (folder) => write(folder))
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
