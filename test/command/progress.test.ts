import { Writable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startProgress } from '../../src/command/progress.ts'

/** A terminal that remembers what was drawn since it was last asked. */
function openTerminal(): { stderr: Writable & { isTTY: boolean }; drawn: () => string } {
  let text = ''
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      text += chunk.toString()
      done()
    },
  })
  return {
    stderr: Object.assign(stream, { isTTY: true, columns: 120 }),
    drawn: () => {
      const seen = text
      text = ''
      return seen
    },
  }
}

test('each phase counts its own time, and one that can not be counted has no share', async () => {
  const { stderr, drawn } = openTerminal()
  const { signal } = new AbortController()
  const progress = await startProgress({ stdout: stderr, stderr, signal, environment: {} })
  progress.show(0, 100, 'load')
  await wait(1_100)
  progress.show(50, 100, 'load')
  await wait(300)
  const load = drawn()
  expect(load).toMatch(/ 50 % · \d+ s left · load/)

  progress.show(0, 0, 'migrate')
  await wait(300)
  const migrate = drawn()
  expect(migrate).toContain('… migrate')
  expect(migrate).not.toContain('%')

  progress.show(0, 40, 'measure')
  // Nothing of it is done, whatever was before: nobody can tell how long it takes.
  await wait(300)
  expect(drawn()).toMatch(/ 0 % · measure/)
  progress.stop()
})

test('nothing is drawn where nobody looks', async () => {
  const { stderr, drawn } = openTerminal()
  const { signal } = new AbortController()
  const progress = await startProgress({
    stdout: stderr,
    stderr,
    signal,
    environment: { CI: 'true' },
  })
  progress.show(1, 2, 'load')
  progress.stop()
  expect(drawn()).toBe('')
})
