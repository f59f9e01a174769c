import type { Database } from '../database/database.ts'
import { HarnessError, QueryError, messageOf } from '../errors.ts'
import { executable } from './concurrently.ts'
import { MigrationError } from './migration-error.ts'
import type { Script } from './script.ts'
import { splitScript } from './statement.ts'
import type { Statement } from './statement.ts'
import { keepSettings } from './settings.ts'
import { classifyTransaction, isOpenAfter } from './transaction.ts'
import type { ScriptTransaction } from './transaction.ts'

export interface AppliedStatement {
  readonly statement: Statement
  /** Measured next to the engine. */
  readonly elapsedMs: number
}

/** A script that ran to its end. */
export interface AppliedScript {
  readonly script: Script
  readonly statements: readonly AppliedStatement[]
  /** The sum over the statements: what callers do in between doesn't count. */
  readonly elapsedMs: number
  /** After `left open` nothing of the open block remains: it was rolled back, as when psql disconnects. */
  readonly transaction: ScriptTransaction
}

/** Called around each statement, on the same connection and so inside the script's own transaction. */
export interface ApplyHooks {
  onStatement?(statement: Statement, index: number): void | Promise<void>
  /** What it throws stops the script as an error of the server would, and is rethrown as it is. */
  afterStatement?(statement: Statement, index: number): void | Promise<void>
  /** Called after the last, in no transaction, while the connection is as the script leaves it. */
  atEnd?(): void | Promise<void>
}

/**
 * Runs a script as `psql -v ON_ERROR_STOP=1 -f` does: statement by statement, each on its own outside of an explicit
 * transaction; one whose transaction is `wrapped`, between BEGIN and COMMIT. What the script does to transactions can be
 * read from its parse tree: no other statement opens or ends a block. The connection should be outside of one at the
 * start, and is at the end; settings are those of before, as in a connection of its own.
 * @throws {MigrationError} placed in the file; an open transaction has been rolled back. A script that ran out of time once
 * is not executed again, see `forgetTimeouts`.
 */
export async function applyScript(
  database: Database,
  script: Script,
  hooks: ApplyHooks = {},
): Promise<AppliedScript> {
  const expired = timeouts.get(script)
  if (expired !== undefined) throw expired
  const statements = await readStatements(script)
  return keepSettings(database, statements, async () => {
    const applied = await applyStatements(database, script, statements, hooks)
    await hooks.atEnd?.()
    return { script, ...summarise(applied), transaction: classifyTransaction(statements) }
  })
}

/** Scripts with a statement that does not end. A run applies each dozens of times: waiting once is enough. */
const timeouts = new WeakMap<Script, MigrationError>()

/** Lets scripts be executed that ran out of time: whoever begins anew may give them more of it. */
export function forgetTimeouts(scripts: readonly Script[]): void {
  for (const script of scripts) timeouts.delete(script)
}

function summarise(
  statements: readonly AppliedStatement[],
): Pick<AppliedScript, 'statements' | 'elapsedMs'> {
  return { statements, elapsedMs: statements.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0) }
}

async function applyStatements(
  database: Database,
  script: Script,
  statements: readonly Statement[],
  hooks: ApplyHooks,
): Promise<readonly AppliedStatement[]> {
  const applied: AppliedStatement[] = []
  const isWrapped = script.transaction === 'wrapped'
  let isOpen = isWrapped
  if (isWrapped) await database.query('begin')
  try {
    for (const [index, statement] of statements.entries()) {
      await hooks.onStatement?.(statement, index)
      applied.push(await applyStatement(database, script, statement))
      isOpen = isOpenAfter(statement, isOpen)
      await hooks.afterStatement?.(statement, index)
    }
  } catch (error) {
    if (isOpen) await rollBack(database, error)
    throw error
  }
  if (isOpen) await (isWrapped ? commit(database, script, statements) : database.query('rollback'))
  return applied
}

/** What a deferred constraint refuses, it refuses here; the last statement is as near as one can come to it. */
async function commit(
  database: Database,
  script: Script,
  statements: readonly Statement[],
): Promise<void> {
  try {
    await database.query('commit')
  } catch (error) {
    throw placed(script, statements.at(-1) ?? null, error)
  }
}

const cache = new WeakMap<Script, readonly Statement[]>()

/**
 * The statements of a script, cut once: walks and faults apply the same script dozens of times.
 * @throws {MigrationError} where it can't be cut.
 */
export async function readStatements(script: Script): Promise<readonly Statement[]> {
  const known = cache.get(script)
  if (known !== undefined) return known
  try {
    const statements = await splitScript(script.text)
    cache.set(script, statements)
    return statements
  } catch (error) {
    throw error instanceof QueryError ? new MigrationError(script, null, error) : error
  }
}

async function applyStatement(
  database: Database,
  script: Script,
  statement: Statement,
): Promise<AppliedStatement> {
  try {
    const isAlone = script.transaction === 'none'
    const text = isAlone ? executable(statement.text, database.engine) : statement.text
    const { latencyMs } = await database.time(text)
    return { statement, elapsedMs: latencyMs }
  } catch (error) {
    throw placed(script, statement, error)
  }
}

/** What the server or the clock said about a statement, with its place; anything else as it is. */
function placed(script: Script, statement: Statement | null, error: unknown): unknown {
  const isAbout =
    error instanceof QueryError || (error instanceof HarnessError && error.code === 'E_TIMEOUT')
  if (!isAbout) return error
  const complaint = new MigrationError(script, statement, error)
  if (complaint.isTimeout) timeouts.set(script, complaint)
  return complaint
}

/** An engine that is gone (a statement stopped by the clock) has nothing left to roll back: the first error says why. */
async function rollBack(database: Database, reason: unknown): Promise<void> {
  const isAlive =
    reason instanceof QueryError || (reason instanceof MigrationError && !reason.isTimeout)
  const isGone = reason instanceof HarnessError && !isAlive
  try {
    await database.query('rollback')
  } catch (error) {
    if (isGone) return
    throw new HarnessError(
      'E_MIGRATION_ROLLBACK',
      `Rolling back failed (${messageOf(error)}) after: ${messageOf(reason)}`,
      { cause: new AggregateError([reason, error]) },
    )
  }
}
