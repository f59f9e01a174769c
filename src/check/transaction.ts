import type { Database } from '../database/database.ts'
import { rehearse } from '../database/rehearse.ts'
import { QueryError } from '../errors.ts'
import { activeTransaction } from '../migration/migration-error.ts'
import type { AppliedScript } from '../migration/runner.ts'
import type { Statement } from '../migration/statement.ts'
import { isSetting } from '../migration/transaction.ts'
import { type Outcome, failed, passed } from './check.ts'

/** Whether a script that ran to its end is executed as the contract says, so that all of it happens or nothing. */
export async function judgeTransaction(
  database: Database,
  applied: AppliedScript,
): Promise<Outcome> {
  const { script, statements, elapsedMs } = applied
  const title = titleOf(applied)
  const misuse = await findMisuse(database, applied)
  if (misuse === null) {
    const ran = `${statements.length} statements, ${elapsedMs.toFixed(1)} ms`
    const { notes } = script
    return passed(title, notes.length === 0 ? ran : `${ran}, read without ${notes.join(' and ')}`)
  }
  const { expected, actual, at } = misuse
  return failed(title, expected, actual, { file: script.file, line: at?.position.line ?? 1 })
}

/** What is judged of a script, before it is known whether it applies at all. */
export function titleOf({ script }: Pick<AppliedScript, 'script'>): string {
  return script.transaction === 'none'
    ? `${script.file} applies as one statement, without a transaction`
    : `${script.file} applies in one transaction`
}

interface Misuse {
  readonly expected: string
  readonly actual: string
  /** The statement that is too much; absent: it is about the whole file. */
  readonly at?: Statement | undefined
}

async function findMisuse(
  database: Database,
  { script, statements: applied, transaction }: AppliedScript,
): Promise<Misuse | null> {
  const statements = applied.map(({ statement }) => statement)
  switch (script.transaction) {
    case 'own':
      return transaction === 'one' ? null : findMisuseOfOwn(transaction)
    case 'wrapped':
      return findMisuseOfWrapped(statements)
    case 'none':
      return findMisuseOfNone(
        database,
        statements.filter((statement) => !isSetting(statement)),
      )
  }
}

function findMisuseOfOwn(transaction: AppliedScript['transaction']): Misuse {
  const advice =
    'or, in the contract, transactions: wrapped where whoever executes the file begins and commits'
  const expected = transaction === 'none' ? `one transaction; ${advice}` : 'one transaction'
  return { expected, actual: `transactions: ${transaction}` }
}

function findMisuseOfWrapped(statements: readonly Statement[]): Misuse | null {
  const at = statements.find(({ transaction }) => transaction !== null)
  if (at === undefined) return null
  return {
    expected: 'no BEGIN, COMMIT or ROLLBACK: whoever executes the file makes its transaction',
    actual: `line ${at.position.line}: ${at.text}`,
    at,
  }
}

/** Nothing undoes the first of two statements where the second fails, and executing the file again fails at the first. */
async function findMisuseOfNone(
  database: Database,
  statements: readonly Statement[],
): Promise<Misuse | null> {
  const [only, second] = statements
  if (only === undefined || second !== undefined) {
    return {
      expected:
        'one statement: without a transaction, what fails between two leaves the first behind',
      actual: `${statements.length} statements`,
      at: second,
    }
  }
  if (await refusesTransaction(database, only)) return null
  return {
    expected: 'a statement that refuses to run in a transaction',
    actual: `line ${only.position.line} runs in one: transactions: wrapped makes it all or nothing`,
    at: only,
  }
}

/** Asked of the server, which says so before it does anything; whatever a statement does here is undone. */
async function refusesTransaction(database: Database, { text }: Statement): Promise<boolean> {
  try {
    await rehearse(database, (rehearsal) => rehearsal.query(text))
    return false
  } catch (error) {
    if (error instanceof QueryError) return error.sqlState === activeTransaction
    throw error
  }
}
