import { access, readFile } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import { openFresh } from '../database/template.ts'
import { usageError } from '../errors.ts'
import { writeFileWhole } from '../file.ts'
import { type Draft, draftContract } from './draft.ts'
import { MigrationError } from './migration-error.ts'
import { type UndeclaredSet, builtinDirectory, loadUndeclared } from './migration.ts'

export interface WriteDraftOptions {
  readonly directory: string
  readonly title: string | undefined
  readonly output: string | undefined
  /** The first version that is a migration; those before it make the base schema. */
  readonly from: number | undefined
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
  const { directory } = options
  const path = options.output ?? join(directory, 'contract.json')
  if (!options.force && (await exists(path))) {
    throw usageError(
      'E_CONTRACT',
      `Contract '${path}' is there already.`,
      'Add --force to overwrite it, or name another --output.',
    )
  }
  const set = await loadUndeclared(directory, options.from)
  const { contract, gaps } = await draft(set, options)
  const document = { $schema: './contract.schema.json', ...contract }
  await writeFileWhole(path, [`${JSON.stringify(document, null, 2)}\n`])
  const schema = await readFile(join(builtinDirectory, 'contract.schema.json'))
  await writeFileWhole(join(path, '..', 'contract.schema.json'), [schema])
  return { path: relative('', path) || path, gaps }
}

/** With rows in every table; a folder that only works without gets its contract all the same, and is told. */
async function draft(
  set: UndeclaredSet,
  {
    directory,
    title = basename(resolve(directory)),
    signal,
    statementTimeoutMs,
  }: WriteDraftOptions,
): Promise<Draft> {
  const on = async (filled: boolean): Promise<Draft> => {
    await using database = await openFresh({ signal, statementTimeoutMs })
    return await draftContract(database, set, { title, filled })
  }
  try {
    return await on(true)
  } catch (error) {
    if (!(error instanceof MigrationError) || error.isTimeout) throw error
    const { contract, gaps } = await on(false)
    const gap = `a migration that works where there are rows; drafted without, for with some: ${error.message}`
    return { contract, gaps: [gap, ...gaps] }
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
