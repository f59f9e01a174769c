import { hasSqlDetails, parse, parsePlPgSQL, scan } from 'libpg-query'
import type { Node, RawStmt, TransactionStmtKind } from 'libpg-query'
import { QueryError } from '../errors.ts'
import type { Position } from '../errors.ts'
import { describeAction } from './action.ts'
import type { Action, NamedObject } from './action.ts'
import { advancePosition } from './position.ts'

/** One statement of a script, as Postgres's own grammar cuts it. */
export interface Statement {
  /** From its first token to its last: no comment before it, no semicolon after it. */
  readonly text: string
  /** The node of the parse tree, e.g. `IndexStmt`. */
  readonly kind: string
  /** Of the first token. */
  readonly position: Position
  /** The line of the last token. */
  readonly endLine: number
  readonly action: Action
  /** What it creates, drops, comments or alters, as far as the text names it; one DROP may name several. */
  readonly objects: readonly NamedObject[]
  /** What it does to the transaction block; null for all else, savepoints included. */
  readonly transaction: 'begin' | 'commit' | 'rollback' | null
  /** `COMMIT AND CHAIN`, `ROLLBACK AND CHAIN`: the next transaction is open at once. */
  readonly chained: boolean
}

/**
 * Cuts a script into statements with libpg-query, the parser of Postgres 18. Empty statements and comments vanish.
 * @throws {QueryError} placed in the script: a syntax error (42601), a NUL character (22021), `COPY … FROM stdin`
 * (0A000), whose rows only psql can find in a script.
 */
export async function splitScript(text: string): Promise<readonly Statement[]> {
  refuseNul(text)
  if (text.trim() === '') return []
  const parsed = await parseText(text)
  const bytes = Buffer.from(text)
  const statements: Statement[] = []
  let position: Position = { line: 1, column: 1 }
  let passed = 0
  for (const raw of parsed) {
    // The parser counts bytes, and leaves the length out where no semicolon follows.
    const start = raw.stmt_location ?? 0
    const source = raw.stmt_len
      ? bytes.toString('utf8', start, start + raw.stmt_len).trimEnd()
      : await withoutTrailingComments(bytes.toString('utf8', start))
    position = advancePosition(position, bytes.toString('utf8', passed, start))
    passed = start
    if (raw.stmt !== undefined) statements.push(describeStatement(raw.stmt, source, position))
  }
  return statements
}

/** A script as the parser sees it: its nodes as they come, and its tokens without comments. Places count bytes. */
export interface ParseTree {
  readonly statements: readonly {
    readonly node: Node
    /** Of its first token. */
    readonly start: number
    /** Behind its last token; the semicolon is not part of it. */
    readonly end: number
  }[]
  readonly tokens: readonly ScriptToken[]
}

export interface ScriptToken {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Reads what a script says without giving it a meaning. @throws {QueryError} placed in the text: a syntax error. */
export async function parseTree(text: string): Promise<ParseTree> {
  const parsed = await parseText(text)
  const tokens = await scanTokens(text)
  return {
    tokens,
    statements: parsed.flatMap(({ stmt, stmt_location: start = 0, stmt_len: length }) => {
      const within = tokens.filter((token) => !length || token.start < start + length)
      return stmt === undefined ? [] : [{ node: stmt, start, end: within.at(-1)?.end ?? start }]
    }),
  }
}

/** The tokens of a text, comments left out, whether or not they make statements. */
export async function scanTokens(text: string): Promise<readonly ScriptToken[]> {
  const { tokens } = await scan(text)
  return tokens.filter(({ tokenName }) => !tokenName.endsWith('_COMMENT'))
}

/**
 * What PL/pgSQL's own parser makes of the body of a DO block or a function, given the whole statement: a block as it has it,
 * expressions as text, without any place but lines. Null: it can't read it.
 */
export async function parseProcedure(statement: string): Promise<unknown> {
  try {
    // Its declared type is that of `parse`, which is another.
    const parsed: unknown = await parsePlPgSQL(statement)
    const { plpgsql_funcs: bodies = [] } = parsed as {
      readonly plpgsql_funcs?: readonly {
        readonly PLpgSQL_function?: { readonly action?: unknown }
      }[]
    }
    return bodies[0]?.PLpgSQL_function?.action ?? null
  } catch (error) {
    // The server is asked before anything is broken: what it takes and this parser doesn't is left whole.
    if (error instanceof Error) return null
    throw error
  }
}

const transactionEffects: Partial<Record<TransactionStmtKind, Statement['transaction']>> = {
  TRANS_STMT_BEGIN: 'begin',
  TRANS_STMT_START: 'begin',
  TRANS_STMT_COMMIT: 'commit',
  TRANS_STMT_ROLLBACK: 'rollback',
}

function describeStatement(node: Node, text: string, position: Position): Statement {
  if (isCopyFromStdin(node)) throw copyError(text, position)
  const control = 'TransactionStmt' in node ? node.TransactionStmt : undefined
  return {
    text,
    kind: Object.keys(node)[0] ?? '',
    position,
    endLine: advancePosition(position, text).line,
    ...describeAction(node),
    transaction: (control?.kind && transactionEffects[control.kind]) ?? null,
    chained: control?.chain ?? false,
  }
}

function isCopyFromStdin(node: Node | undefined): boolean {
  if (node === undefined || !('CopyStmt' in node)) return false
  return node.CopyStmt.is_from === true && node.CopyStmt.filename === undefined
}

async function parseText(text: string): Promise<readonly RawStmt[]> {
  try {
    return (await parse(text)).stmts ?? []
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep(text)
    if (!hasSqlDetails(error) || error.sqlDetails === undefined) throw error
    const before = Array.from(text).slice(0, error.sqlDetails.cursorPosition).join('')
    await refuseCopyData(before)
    const position = advancePosition({ line: 1, column: 1 }, before)
    const isPsql = text.startsWith('\\', before.length)
    throw new QueryError(
      {
        message: error.message,
        sqlState: '42601',
        ...(isPsql && {
          hint: 'Backslash commands belong to psql, the server never sees them: write plain SQL instead.',
        }),
      },
      lineAt(text, position),
      position,
    )
  }
}

/** An expression of thousands of terms is as many levels of a tree, which the parser can't write down. */
function tooDeep(text: string): QueryError {
  const position = { line: 1, column: 1 }
  return new QueryError(
    {
      message: 'a statement is nested too deeply to be read',
      sqlState: '54001',
      hint: 'Break long chains of operators up.',
    },
    lineAt(text, position),
    position,
  )
}

/** Where a syntax error follows `COPY … FROM stdin;` it met the rows, and the COPY is what there is to say. */
async function refuseCopyData(before: string): Promise<void> {
  if (before.trim() === '') return
  let parsed: readonly RawStmt[]
  try {
    parsed = (await parse(before)).stmts ?? []
  } catch (error) {
    if (hasSqlDetails(error)) return
    throw error
  }
  const last = parsed.at(-1)
  if (!isCopyFromStdin(last?.stmt)) return
  const bytes = Buffer.from(before)
  const start = last?.stmt_location ?? 0
  const position = advancePosition({ line: 1, column: 1 }, bytes.toString('utf8', 0, start))
  throw copyError(bytes.toString('utf8', start, start + (last?.stmt_len ?? bytes.length)), position)
}

function copyError(text: string, position: Position): QueryError {
  return new QueryError(
    {
      message: 'COPY … FROM stdin in a script: its rows follow as text that only psql can send',
      sqlState: '0A000',
      hint: 'Write the rows as INSERT … VALUES.',
    },
    text.trimEnd(),
    position,
  )
}

/** The parser takes NUL for the end of the text, and would drop the rest without a word. */
function refuseNul(text: string): void {
  const index = text.indexOf('\0')
  if (index < 0) return
  const position = advancePosition({ line: 1, column: 1 }, text.slice(0, index))
  throw new QueryError(
    { message: 'NUL character in the script', sqlState: '22021' },
    lineAt(text, position),
    position,
  )
}

async function withoutTrailingComments(text: string): Promise<string> {
  const last = (await scanTokens(text)).at(-1)
  return Buffer.from(text).toString('utf8', 0, last?.end)
}

function lineAt(text: string, position: Position): string {
  return text.split('\n')[position.line - 1] ?? ''
}
