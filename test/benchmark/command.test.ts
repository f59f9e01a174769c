import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { leaveOutPlans } from '../../src/benchmark/plan-json.ts'
import { leaseTemplate, nameTemplate, openTemplate } from '../../src/benchmark/template.ts'
import { isAll } from '../amount.ts'
import { type Ended, runCli } from '../command/cli.ts'
import { redBench } from '../report/documents.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-command-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function run(...words: readonly string[]): Promise<Ended> {
  return runCli(words, { environment: { HOOK_HARNESS_CACHE: join(folder, 'cache') } })
}

describe('bench refuses before it measures, with 64,', () => {
  test.each([
    ['a time that is none', ['--budget', 'soon'], ['--budget', 'soon', '30s']],
    ['workloads that are not there', ['--workloads', '/no/such/folder'], ['/no/such/folder']],
    ['a budget that nothing fits into', ['--scale', '10m', '--budget', '1m'], ['Budget 60.0 s']],
    ['a size without room', ['--scale', '227,900000m'], ['need about', 'are free', 'cache prune']],
  ])('%s', async (_, words, told) => {
    const { code, stdout, stderr } = await run('bench', ...words)
    for (const text of told) expect(stderr).toContain(text)
    expect([stdout, code]).toEqual(['', 64])
  })

  test('a workload that can not be read, by file and line', async () => {
    await writeFile(join(folder, 'bad.sql'), '-- id: view/a\n-- colour: red\n\nselect 1')
    const { code, stderr } = await run('bench', '--workloads', folder)
    expect(stderr).toContain("Workload 'bad.sql' line 2")
    expect(code).toBe(64)
  })
})

/** Sends Ctrl-C as soon as the cache holds a path like this; resolves to the run's end, and to what was there then. */
async function interruptAt(
  pattern: RegExp,
): Promise<Ended & { readonly seen: string | undefined }> {
  const cacheFolder = join(folder, 'interrupted')
  let seen: string | undefined
  const end = new AbortController()
  const watch = async (kill: (signal: NodeJS.Signals) => void): Promise<void> => {
    while (!end.signal.aborted && seen === undefined) {
      const paths = await readdir(join(cacheFolder, 'rungs'), { recursive: true }).catch(() => [])
      seen = paths.find((path) => pattern.test(path))
      if (seen !== undefined) kill('SIGINT')
      await wait(20)
    }
  }
  const ended = await runCli(['bench', '--scale', '4k', '--payload', 'recorded'], {
    environment: { HOOK_HARNESS_CACHE: cacheFolder },
    onStart: (kill) => void watch(kill),
  })
  end.abort()
  return { ...ended, seen }
}

test.runIf(isAll)(
  'Ctrl-C while a template is built, or copied, ends with 130 and leaves nothing but what is whole',
  async () => {
    const rungs = join(folder, 'interrupted', 'rungs')
    const building = await interruptAt(/^building-.*PG_VERSION$/)
    expect(building.seen).toBeDefined()
    expect(building.code).toBe(130)
    expect(await readdir(rungs)).toEqual([])

    const copying = await interruptAt(/^lease-.*clone-1\/PG_VERSION$/)
    expect(copying.seen).toBeDefined()
    expect(copying.code).toBe(130)
    vi.stubEnv('HOOK_HARNESS_CACHE', join(folder, 'interrupted'))
    const left = await readdir(rungs)
    expect(left).toHaveLength(1)
    expect(await openTemplate(left[0] ?? '')).toBeDefined()
    vi.unstubAllEnvs()
  },
)

test('the cache can be listed and pruned', async () => {
  vi.stubEnv('HOOK_HARNESS_CACHE', join(folder, 'cache'))
  const leased = await leaseTemplate(nameTemplate(['listed']), {
    facts: { events: 65_000, payload: 'slim' },
    build: async (data) => {
      await mkdir(data)
      await writeFile(join(data, 'rows'), 'x'.repeat(2_048))
      return { load: { latencyMs: 1, rows: 65_000 }, notes: Buffer.from('') }
    },
  })
  vi.unstubAllEnvs()
  const listed = await run('cache', 'list')
  expect(listed.stdout).toMatch(/65k slim events +2\.0 KiB {2}used .*Z\n2\.0 KiB in 1 database in /)
  expect((await run('cache', 'prune')).stdout).toBe('0 B in 0 databases removed\n')
  await leased[Symbol.asyncDispose]()
  expect((await run('cache', 'prune', '--keep', '2k')).stdout).toBe('0 B in 0 databases removed\n')
  expect((await run('cache', 'prune')).stdout).toContain('2.0 KiB in 1 database removed\n')
  expect(await readdir(join(folder, 'cache', 'rungs'))).toEqual([])
  expect((await run('cache', 'prune', '--keep', 'all')).code).toBe(64)
})

test("plans can be left out, and with them nothing but EXPLAIN's own words", () => {
  const words = JSON.stringify(redBench)
  expect(words).toContain('Node Type')
  const bare = JSON.stringify(leaveOutPlans(redBench))
  expect(bare).not.toContain('Node Type')
  expect(bare.replaceAll('"json":null', '')).toBe(
    words.replaceAll(/"json":(?:\[\]|\[\{.*?\}\}\])/g, ''),
  )
})
