/**
 * Puts the headlines of the committed runs into the README, each between its markers: `npm run splice`.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'
import type { BenchDocument } from '../src/benchmark/result.ts'
import type { MutateDocument } from '../src/mutation/document.ts'
import type { Provenance } from '../src/provenance.ts'
import { renderLadder } from '../src/report/markdown/ladder.ts'
import { closingLineOfMutation } from '../src/report/mutation-line.ts'
import { formatMs } from '../src/units.ts'

/** What is measured and committed, and where its headlines stand. */
export const ladderFile: string = fileURLToPath(new URL('results/ladder.json', import.meta.url))
export const mutationFile: string = fileURLToPath(new URL('results/mutation.json', import.meta.url))
export const readmeFile: string = fileURLToPath(new URL('../README.md', import.meta.url))

/** The README with the table of a benchmark. @throws {Error} where the markers are not. */
export function spliceLadder(readme: string, document: BenchDocument): string {
  const { provenance, request, durationMs } = document
  return splice(readme, 'ladder', [
    `\`${request.command ?? 'hook-harness bench'}\`, ${formatMs(durationMs)} ${describe(provenance)}`,
    ...renderLadder(document),
  ])
}

/** The README with the score of a run of all mutants. @throws {Error} where the markers are not. */
export function spliceMutation(readme: string, document: MutateDocument): string {
  const { provenance, operators, counts } = document
  return splice(readme, 'mutation', [
    `> ${closingLineOfMutation(document)}`,
    '',
    `${counts.generated} mutants of ${operators.length} operators, ${document.jobs} at a time ${describe(provenance)}`,
  ])
}

function splice(readme: string, name: string, lines: readonly string[]): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const from = readme.indexOf(begin)
  const to = readme.indexOf(end)
  if (from === -1 || to < from) throw new Error(`README: expected '${begin}' and then '${end}'`)
  // Prettier would pad a table to the width of its longest cell.
  const text = ['<!-- prettier-ignore-start -->', ...lines, '<!-- prettier-ignore-end -->']
  return `${readme.slice(0, from + begin.length)}\n\n${text.join('\n')}\n\n${readme.slice(to)}`
}

function describe({ cores, cpu, load, node, engine, startedAt }: Provenance): string {
  return (
    `on ${cores} × ${cpu} (load ${load.toFixed(1)} when it began), Node ${node.replace(/^v/, '')},` +
    ` Postgres ${engine.version} in PGlite ${engine.package}, ${startedAt.slice(0, 10)}.`
  )
}

export async function readResult<Document>(file: string): Promise<Document> {
  return JSON.parse(await readFile(file, 'utf8')) as Document
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const readme = await readFile(readmeFile, 'utf8')
  const withLadder = spliceLadder(readme, await readResult(ladderFile))
  await writeFile(readmeFile, spliceMutation(withLadder, await readResult(mutationFile)))
}
