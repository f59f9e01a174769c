import { readStatements } from '../migration/runner.ts'
import type { Script } from '../migration/script.ts'
import type { Place } from './check.ts'

/** Statements that change rows, and can so be behind rows that differ. */
const writingKinds: ReadonlySet<string> = new Set(['DeleteStmt', 'InsertStmt', 'UpdateStmt'])

/**
 * The statement of a script that is behind differences: the first that names an object they name, else the first that
 * writes into a table they name, else the script's first line.
 */
export async function placeInScript(
  script: Script,
  differences: readonly string[],
): Promise<Place> {
  const statements = await readStatements(script)
  const words = new Set(differences.flatMap((text) => text.split('\n', 1)[0]?.match(/\w+/g) ?? []))
  const found =
    statements.find(({ objects }) => objects.some(({ name }) => words.has(name))) ??
    statements.find(
      ({ kind, text }) =>
        writingKinds.has(kind) && text.match(/\w+/g)?.some((word) => words.has(word)) === true,
    )
  return { file: script.file, line: found?.position.line ?? 1 }
}
