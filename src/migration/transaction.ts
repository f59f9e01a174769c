import type { Statement } from './statement.ts'

/**
 * Who makes the transaction that a script is. `own`: the file does, it begins and commits; `wrapped`: whoever executes the
 * file does; `none`: nobody, as CREATE INDEX CONCURRENTLY demands.
 */
export const transactionModes = ['own', 'wrapped', 'none'] as const
export type TransactionMode = (typeof transactionModes)[number]

/**
 * How a script uses transactions. `one`: everything in one block; `none`: no block, each statement on its own;
 * `several`: more than one block, or statements outside of it that commit by themselves; `left open`: the last
 * block is never ended, so that whoever closes the connection undoes it.
 */
export type ScriptTransaction = 'one' | 'none' | 'several' | 'left open'

/** Whether a transaction block is open after `statement`, given whether one was open before it. */
export function isOpenAfter(statement: Statement, wasOpen: boolean): boolean {
  if (statement.transaction === null) return wasOpen
  return statement.transaction === 'begin' || (wasOpen && statement.chained)
}

/** Settings of the connection: outside of a transaction they change nothing that stays. */
const settingKinds: ReadonlySet<string> = new Set(['VariableSetStmt', 'VariableShowStmt'])

/** Whether a statement only looks at the connection's settings or changes them. */
export function isSetting({ kind }: Pick<Statement, 'kind'>): boolean {
  return settingKinds.has(kind)
}

/** Reads the use of transactions from the parse tree alone. */
export function classifyTransaction(statements: readonly Statement[]): ScriptTransaction {
  let blocks = 0
  let alone = 0
  let isOpen = false
  for (const statement of statements) {
    const wasOpen = isOpen
    isOpen = isOpenAfter(statement, wasOpen)
    if (isOpen && (!wasOpen || statement.chained)) blocks += 1
    if (!wasOpen && statement.transaction === null && !isSetting(statement)) alone += 1
  }
  if (isOpen) return 'left open'
  if (blocks === 0) return 'none'
  return blocks === 1 && alone === 0 ? 'one' : 'several'
}
