import { HarnessError } from '../errors.ts'
import type { Position, QueryError } from '../errors.ts'
import { advancePosition, renderSnippet } from './position.ts'
import type { Script } from './script.ts'
import type { Statement } from './statement.ts'

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

  /** `cause` is what the server, or the parser, said about `statement`. */
  constructor(script: Script, statement: Statement | null, cause: QueryError) {
    const position = locate(statement, cause)
    const { hint, detail, message } = cause.complaint
    super(
      'E_MIGRATION_FAILED',
      `Migration '${script.file}' line ${position.line}, column ${position.column}: ${message}`,
      { cause, ...(hint === undefined ? {} : { hint }) },
    )
    this.name = 'MigrationError'
    this.file = script.file
    this.path = script.path
    this.position = position
    this.line = position.line
    this.column = position.column
    this.sqlState = cause.sqlState
    this.snippet = renderSnippet(script.text, position)
    this.statement = statement
    this.detail = detail
  }
}

/** The server counts characters from the start of the statement it was sent; it names no place for some errors. */
function locate(statement: Statement | null, { complaint, position }: QueryError): Position {
  if (statement === null) return position ?? { line: 1, column: 1 }
  if (complaint.offset === undefined) return statement.position
  const passed = Array.from(statement.text).slice(0, complaint.offset - 1)
  return advancePosition(statement.position, passed.join(''))
}
