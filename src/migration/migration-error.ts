import { defined } from '../defined.ts'
import { HarnessError, QueryError } from '../errors.ts'
import type { Position } from '../errors.ts'
import { advancePosition, renderSnippet } from './position.ts'
import type { Script } from './script.ts'
import type { Statement } from './statement.ts'

/** Says of a statement that it refuses to run in a transaction. */
export const activeTransaction = '25001'

/** What Postgres itself says about a statement that was ended from outside. */
const queryCanceled = '57014'

/** A script that Postgres refused: which file, where, and the lines around it. */
export class MigrationError extends HarnessError {
  /** The script's name, without its folder. */
  readonly file: string
  readonly path: string
  readonly position: Position
  readonly line: number
  readonly column: number
  readonly sqlState: string
  /** The line, the line before it and a caret, see `renderSnippet`. */
  readonly snippet: string
  /** Null where the script could not even be cut into statements. */
  readonly statement: Statement | null
  /** What else the server said. */
  readonly detail: string | undefined
  /** Whether it ran out of time and was ended, and its engine with it: whoever executes it again waits as long again. */
  readonly isTimeout: boolean

  /** `cause` is what the server, the parser or the clock (`E_TIMEOUT`) said about `statement`. */
  constructor(script: Script, statement: Statement | null, cause: QueryError | HarnessError) {
    const complaint = cause instanceof QueryError ? cause.complaint : undefined
    const position = locate(statement, cause)
    super(
      'E_MIGRATION_FAILED',
      `Migration '${script.file}' line ${position.line}, column ${position.column}: ${cause.message}`,
      { cause, ...defined({ hint: cause.hint ?? hintOf(cause) }) },
    )
    this.name = 'MigrationError'
    this.file = script.file
    this.path = script.path
    this.position = position
    this.line = position.line
    this.column = position.column
    this.sqlState = cause instanceof QueryError ? cause.sqlState : queryCanceled
    this.snippet = renderSnippet(script.text, position)
    this.statement = statement
    this.detail = complaint?.detail
    this.isTimeout = cause.code === 'E_TIMEOUT'
  }
}

/** What to do about complaints that Postgres leaves without a hint. */
function hintOf(cause: QueryError | HarnessError): string | undefined {
  if (!(cause instanceof QueryError) || cause.sqlState !== activeTransaction) return undefined
  return 'Give it a file of its own without BEGIN and COMMIT, and say in the contract: transactions, files, none.'
}

/** The server counts characters from the start of the statement it was sent; it names no place for some errors. */
function locate(statement: Statement | null, cause: QueryError | HarnessError): Position {
  const { complaint, position } = cause instanceof QueryError ? cause : {}
  if (statement === null) return position ?? { line: 1, column: 1 }
  if (complaint?.offset === undefined) return statement.position
  const passed = Array.from(statement.text).slice(0, complaint.offset - 1)
  return advancePosition(statement.position, passed.join(''))
}
