import { access, readFile } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import { openFresh } from '../database/template.ts'
import { defined } from '../defined.ts'
import { usageError } from '../errors.ts'
import { writeFileWhole } from '../file.ts'
import { type Draft, draftContract } from './draft.ts'
import { builtinDirectory, loadUndeclared } from './migration.ts'

export interface WriteDraftOptions {
  readonly directory: string
  readonly title: string | undefined
  readonly output: string | undefined
  readonly force: boolean
  readonly signal: AbortSignal
  readonly statementTimeoutMs: number
}

/**
 * Drafts a folder's contract and writes it, with the schema it refers to beside it.
 * @throws {HarnessError} E_CONTRACT where there is one already; {MigrationError} where a script is refused
 */
export async function writeDraft(
  options: WriteDraftOptions,
): Promise<{ readonly path: string; readonly gaps: Draft['gaps'] }> {
  const { directory, signal, statementTimeoutMs } = options
  const path = options.output ?? join(directory, 'contract.json')
  if (!options.force && (await exists(path))) {
    throw usageError(
      'E_CONTRACT',
      `Contract '${path}' is there already.`,
      'Add --force to overwrite it, or name another --output.',
    )
  }
  const set = await loadUndeclared(directory)
  await using database = await openFresh(defined({ signal, statementTimeoutMs }))
  const title = options.title ?? basename(resolve(directory))
  const { contract, gaps } = await draftContract(database, set, title)
  const document = { $schema: './contract.schema.json', ...contract }
  await writeFileWhole(path, [`${JSON.stringify(document, null, 2)}\n`])
  const schema = await readFile(join(builtinDirectory, 'contract.schema.json'))
  await writeFileWhole(join(path, '..', 'contract.schema.json'), [schema])
  return { path: relative('', path) || path, gaps }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
