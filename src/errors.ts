/** What went wrong, as far as the exit code is concerned: the command line was, or the judging was. */
export type Fault = 'usage' | 'judging'

/** Everything thrown on purpose. `code` is stable and documented; `hint` says what to do next. */
export class HarnessError extends Error {
  readonly code: `E_${string}`
  readonly hint: string | undefined
  /** `usage` ends a command with 64, `judging` with 2. */
  readonly fault: Fault

  constructor(
    code: `E_${string}`,
    message: string,
    options: { hint?: string; cause?: unknown; fault?: Fault } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.name = 'HarnessError'
    this.code = code
    this.hint = options.hint
    this.fault = options.fault ?? 'judging'
  }
}

/** A mistake in what the user typed or named: the command ends with 64. */
export function usageError(code: `E_${string}`, message: string, hint?: string): HarnessError {
  return new HarnessError(code, message, {
    fault: 'usage',
    ...(hint === undefined ? {} : { hint }),
  })
}

/** Somebody pressed Ctrl-C: what was asked will not be answered. */
export function interrupted(): HarnessError {
  return new HarnessError('E_INTERRUPTED', 'Interrupted before the answer was known.')
}

/** A place in a script: 1-based line, 1-based column in characters. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** What the server said, as plain data: it crosses threads. */
export interface ServerComplaint {
  readonly message: string
  /** Five characters, Postgres appendix A. */
  readonly sqlState: string
  readonly detail?: string
  readonly hint?: string
  /** 1-based character offset into the statement, as the protocol sends it. */
  readonly offset?: number
}

/** Postgres said no: its SQLSTATE, the statement, and the place in the script (1-based). */
export class QueryError extends HarnessError {
  readonly sqlState: string
  readonly statement: string
  readonly complaint: ServerComplaint
  readonly position: Position | undefined

  constructor(complaint: ServerComplaint, statement: string, position?: Position) {
    super(
      'E_QUERY',
      complaint.message,
      complaint.hint === undefined ? {} : { hint: complaint.hint },
    )
    this.name = 'QueryError'
    this.sqlState = complaint.sqlState
    this.statement = statement
    this.complaint = complaint
    this.position = position
  }
}

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
