/**
 * Puts the headline of a committed run into the README, between its markers:
 * `npx tsx bench/splice.ts [bench/results/ladder.json [README.md]]`
 */
import { readFile, writeFile } from 'node:fs/promises'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'
import type { BenchDocument } from '../src/benchmark/result.ts'
import { renderLadder } from '../src/report/markdown/ladder.ts'
import { formatMs } from '../src/units.ts'

/** What is measured and committed, and where its headline stands. */
export const resultFile: string = fileURLToPath(new URL('results/ladder.json', import.meta.url))
export const readmeFile: string = fileURLToPath(new URL('../README.md', import.meta.url))

const begin = '<!-- ladder -->'
const end = '<!-- /ladder -->'

/** The README with the headline of a run between its markers. @throws {Error} where the markers are not. */
export function splice(readme: string, document: BenchDocument): string {
  const from = readme.indexOf(begin)
  const to = readme.indexOf(end)
  if (from === -1 || to < from) throw new Error(`README: expected '${begin}' and then '${end}'`)
  // Prettier would pad the table to the width of its longest cell.
  const text = [
    '<!-- prettier-ignore-start -->',
    ...describe(document),
    '<!-- prettier-ignore-end -->',
  ]
  return `${readme.slice(0, from + begin.length)}\n\n${text.join('\n')}\n\n${readme.slice(to)}`
}

function describe(document: BenchDocument): readonly string[] {
  const { provenance, request, durationMs } = document
  const { engine } = provenance
  return [
    `\`${request.command ?? 'hook-harness bench'}\`, ${formatMs(durationMs)} on ${provenance.cores} × ${provenance.cpu}` +
      ` (load ${provenance.load.toFixed(1)} when it began), Node ${provenance.node.replace(/^v/, '')},` +
      ` Postgres ${engine.version} in PGlite ${engine.package}, ${provenance.startedAt.slice(0, 10)}.`,
    ...renderLadder(document),
  ]
}

export async function readResult(file: string): Promise<BenchDocument> {
  return JSON.parse(await readFile(file, 'utf8')) as BenchDocument
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const [from = resultFile, to = readmeFile] = argv.slice(2)
  await writeFile(to, splice(await readFile(to, 'utf8'), await readResult(from)))
}
