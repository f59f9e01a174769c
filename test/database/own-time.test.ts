import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openOwnTime } from '../../src/database/own-time.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hook-harness-test-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('is without the time that the system counts as ready to run, read anew each time', async () => {
  const file = join(folder, 'schedstat')
  await writeFile(file, '9000000 2500000 3\n')
  const start = openOwnTime(file)
  const first = start()
  await writeFile(file, '9000001 3600002500000 4\n')
  const anHour = 3_600_000
  expect(first()).toBeLessThan(-anHour / 2)
  const second = start()
  expect(second()).toBeGreaterThanOrEqual(0)
})

test('is not known where nothing is counted', async () => {
  expect(openOwnTime(join(folder, 'none'))()()).toBeUndefined()
  const empty = join(folder, 'empty')
  await writeFile(empty, '')
  expect(openOwnTime(empty)()()).toBeUndefined()
})

test('of this thread is no more than all time, and has a sleep in it', async () => {
  const started = performance.now()
  const stop = openOwnTime()()
  await new Promise((resolve) => {
    setTimeout(resolve, 50)
  })
  const ownMs = stop()
  const all = performance.now() - started
  // Elsewhere than on Linux it is not known.
  expect(ownMs ?? 0).toBeLessThanOrEqual(all)
  expect(ownMs ?? Infinity).toBeGreaterThan(0)
})
