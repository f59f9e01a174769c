import type { Database } from '../database/database.ts'
import { QueryError } from '../errors.ts'
import type { Contract } from '../migration/contract.ts'

/** What one preserved query or write said, as text that two stages can compare. */
export interface PreservedAnswer {
  readonly title: string
  readonly sql: string
  /** Rows as JSON, one a line, or the server's refusal. */
  readonly answer: string
  readonly accepted: boolean
}

/** Thrown to leave a transaction without committing it. */
class Undo extends Error {}

/**
 * Asks every preserved query and tries every preserved write. A write happens, with its RETURNING rows kept, and is
 * rolled back.
 * @throws {HarnessError} when the engine is gone; what the server refuses is an answer.
 */
export async function capturePreserved(
  database: Database,
  { preserved }: Contract,
): Promise<readonly PreservedAnswer[]> {
  const answers: PreservedAnswer[] = []
  for (const { title, sql } of [...preserved.queries, ...preserved.writes]) {
    answers.push({ title, sql, ...(await askPreserved(database, sql)) })
  }
  return answers
}

/** What one says, its rows or its refusal; nothing of it stays. @throws {HarnessError} when the engine is gone. */
export async function askPreserved(
  database: Database,
  sql: string,
): Promise<Pick<PreservedAnswer, 'answer' | 'accepted'>> {
  let answer = ''
  try {
    await database.transaction(async (transaction) => {
      const rows = await transaction.query(sql)
      answer = rows.map((row) => JSON.stringify(row)).join('\n')
      // Deferred constraints speak at the end of a transaction: make them speak before it is undone.
      await transaction.query('set constraints all immediate')
      throw new Undo()
    })
  } catch (error) {
    if (error instanceof QueryError) {
      return { answer: `refused: ${error.message} (${error.sqlState})`, accepted: false }
    }
    if (!(error instanceof Undo)) throw error
  }
  return { answer, accepted: true }
}
