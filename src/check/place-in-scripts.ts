import { MigrationError } from '../migration/migration-error.ts'
import { readStatements } from '../migration/runner.ts'
import type { Script } from '../migration/script.ts'
import type { Statement } from '../migration/statement.ts'
import type { Place } from './check.ts'
import type { Writing } from './lock.ts'

/** Statements after which rows are not there any more, or not as they were. */
const removingKinds: ReadonlySet<string> = new Set(['DeleteStmt', 'TruncateStmt', 'UpdateStmt'])

/** The clause of a query that writes is as good as a statement of its own. */
const writingClause = /\b(?:delete\s+from|update|insert\s+into|merge\s+into)\s/i

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
  (writingKinds.has(statement.kind) || isWritingQuery(statement)) && mentions(statement, words)

function isWritingQuery({ kind, text }: Statement): boolean {
  return kind === 'SelectStmt' && writingClause.test(text)
}

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
  const words = firstWords(differences)
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

/** Where a rollback should have dropped what is left: the statement that names it, else the last that drops anything. */
export async function placeOfDrop(script: Script, differences: readonly string[]): Promise<Place> {
  const words = firstWords(differences)
  const statements = await readIfPossible(script)
  const found =
    statements.find((statement) => namesObject(statement, words)) ??
    statements.findLast(({ action }) => action === 'drop') ??
    statements.findLast(({ transaction }) => transaction === null)
  return { file: script.file, line: found?.position.line ?? 1 }
}

function firstWords(differences: readonly string[]): ReadonlySet<string> {
  return new Set(differences.flatMap((text) => wordsOf(text.split('\n', 1)[0] ?? '')))
}

/** The first statement that was seen to write rows of some tables: surer than any name. */
export function placeOfWriting(
  writings: readonly Writing[],
  scripts: readonly Script[],
  tables: readonly string[],
): Place | undefined {
  const found = writings.find(
    ({ script, table }) => scripts.includes(script) && tables.includes(table),
  )
  return found && { file: found.script.file, line: found.statement.position.line }
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
