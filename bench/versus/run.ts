/**
 * `npx tsx bench/versus/run.ts cold [rounds]` and `… scale [events] [rounds]` measure and keep a result in `results/`;
 * `… page` puts the kept results into the page. Names of what is measured: see the page.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { engineVersion } from './engine-version.ts'
import { measureCold } from './cold.ts'
import { putAwayOnSignals } from './leftover.ts'
import { renderPage } from './page.ts'
import { measureScale } from './scale.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const results = join(here, 'results')

async function keep(name: string, measured: unknown): Promise<void> {
  await mkdir(results, { recursive: true })
  const machine = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    node: process.version,
    ...(await engineVersion()),
  }
  const document = { takenAt: new Date().toISOString(), machine, measured }
  await writeFile(join(results, `${name}.json`), `${JSON.stringify(document, roundTimes, 2)}\n`)
}

/** Microseconds are as much as a clock can tell. */
function roundTimes(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1_000) / 1_000 : value
}

async function splice(): Promise<void> {
  const page = join(here, 'README.md')
  const text = await readFile(page, 'utf8')
  await writeFile(page, await renderPage(text, results))
}

putAwayOnSignals()
const [what, ...words] = process.argv.slice(2)
const [first, second] = words.map(Number)
if (what === 'cold') {
  const rounds = first ?? 5
  await keep('cold', [await measureCold('quick', rounds), await measureCold('standard', rounds)])
} else if (what === 'scale') {
  await keep('scale', await measureScale(first ?? 1_000_000, second ?? 3))
} else if (what !== 'page') {
  throw new Error(`'${what ?? ''}': expected cold, scale or page`)
}
await splice()
