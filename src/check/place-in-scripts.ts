import { MigrationError } from '../migration/migration-error.ts'
import { readStatements } from '../migration/runner.ts'
import type { Script } from '../migration/script.ts'
import type { Statement } from '../migration/statement.ts'
import type { Place } from './check.ts'

/** Statements after which rows are not there any more, or not as they were. */
const removingKinds: ReadonlySet<string> = new Set(['DeleteStmt', 'TruncateStmt', 'UpdateStmt'])

/** Statements that write rows, and can so be behind rows that differ. */
const writingKinds: ReadonlySet<string> = new Set([
  ...removingKinds,
  'CopyStmt',
  'InsertStmt',
  'MergeStmt',
])

/** Whether a statement may be behind differences that say these words. */
type Sign = (statement: Statement, words: ReadonlySet<string>) => boolean

const namesObject: Sign = ({ objects }, words) => objects.some(({ name }) => words.has(name))

const mentions: Sign = ({ text }, words) => wordsOf(text).some((word) => words.has(word))

const removes: Sign = (statement, words) =>
  removingKinds.has(statement.kind) && mentions(statement, words)

const writes: Sign = (statement, words) =>
  writingKinds.has(statement.kind) && mentions(statement, words)

/** Nobody knows what a block of code does, but that it names what differs. */
const isBlock: Sign = (statement, words) =>
  statement.kind === 'DoStmt' && mentions(statement, words)

/** The surest sign first: objects that differ were named, rows that differ were written. */
const signs: Readonly<Record<'objects' | 'rows' | 'lost rows', readonly Sign[]>> = {
  objects: [namesObject, writes, isBlock],
  rows: [writes, isBlock, namesObject],
  'lost rows': [removes, writes, isBlock, namesObject],
}

/**
 * The statement behind differences, of which the first lines count: the first of the scripts, in the order given, that
 * names an object they name, or writes into a table they name; else the first line of the first script.
 */
export async function placeInScripts(
  scripts: readonly Script[],
  differences: readonly string[],
  of: keyof typeof signs = 'objects',
): Promise<Place | undefined> {
  const words = new Set(differences.flatMap((text) => wordsOf(text.split('\n', 1)[0] ?? '')))
  const read = await Promise.all(scripts.map(readIfPossible))
  for (const sign of signs[of]) {
    for (const [index, { file }] of scripts.entries()) {
      const found = read[index]?.find((statement) => sign(statement, words))
      if (found !== undefined) return { file, line: found.position.line }
    }
  }
  const [first] = scripts
  return first && { file: first.file, line: 1 }
}

/** The last statement of some kinds of node that says a word. */
export async function placeOfMention(
  scripts: readonly Script[],
  word: string,
  kinds: RegExp,
): Promise<Place | undefined> {
  const read = await Promise.all(scripts.map(readIfPossible))
  const found = scripts.flatMap(({ file }, index) =>
    (read[index] ?? [])
      .filter(({ kind, text }) => kinds.test(kind) && wordsOf(text).includes(word))
      .map(({ position }) => ({ file, line: position.line })),
  )
  return found.at(-1)
}

/** Its statements; none where it can't be cut, which is a finding of its own. */
export async function readIfPossible(script: Script): Promise<readonly Statement[]> {
  try {
    return await readStatements(script)
  } catch (error) {
    if (error instanceof MigrationError) return []
    throw error
  }
}

function wordsOf(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}_$]+/gu) ?? []
}
