import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { builtinDirectory } from '../src/migration/migration.ts'

export const files = {
  base: '000_hook_events.sql',
  up: '004_add_hook_intelligence_indexes.sql',
  patch: '004b_fix_function_signatures.sql',
  rollback: '004_rollback_hook_intelligence.sql',
  contract: 'contract.json',
} as const

/** Migrations of somebody else's. */
export const foreignFolder: string = fileURLToPath(new URL('foreign', import.meta.url))

/** A copy of a folder of migrations that a test may break; gone when disposed. */
export interface MigrationCopy extends AsyncDisposable {
  readonly directory: string
  /** Replaces text in one file. Throws when the file does not hold it: a defect that was not planted proves nothing. */
  replace(file: string, what: string | RegExp, by: string): Promise<MigrationCopy>
  remove(file: string): Promise<MigrationCopy>
  write(file: string, text: string): Promise<MigrationCopy>
}

/** Text of one file, and what stands in its place; whatever else a case holds is not looked at. */
export type Edit = readonly [file: string, what: string, by: string, ...rest: unknown[]]

/** Copies a folder to a new one, with text replaced. Throws as `replace` does. */
export async function copyEdited(
  from: string,
  directory: string,
  edits: readonly Edit[],
): Promise<string> {
  await cp(from, directory, { recursive: true })
  for (const [file, what, by] of edits) {
    const text = await readFile(join(directory, file), 'utf8')
    if (!text.includes(what)) throw new Error(`${file} does not hold ${what}`)
    await writeFile(
      join(directory, file),
      text.replace(what, () => by),
    )
  }
  return directory
}

export async function copyMigrations(from: string = builtinDirectory): Promise<MigrationCopy> {
  const directory = await mkdtemp(join(tmpdir(), 'hook-harness-test-'))
  await cp(from, directory, { recursive: true })
  const copy: MigrationCopy = {
    directory,
    replace: async (file, what, by) => {
      const text = await readFile(join(directory, file), 'utf8')
      const broken = text.replace(what, by)
      if (broken === text) throw new Error(`${file} does not hold ${String(what)}`)
      await writeFile(join(directory, file), broken)
      return copy
    },
    remove: async (file) => {
      await rm(join(directory, file))
      return copy
    },
    write: async (file, text) => {
      await writeFile(join(directory, file), text)
      return copy
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
  return copy
}
