import type { Database } from './database.ts'

/** Runs `work` in a transaction (or a savepoint) and rolls it back: its result stays, its traces don't. */
export async function rehearse<T>(
  database: Database,
  work: (rehearsal: Database) => Promise<T>,
): Promise<T> {
  const curtain = new Error('rolled back on purpose')
  const results: T[] = []
  try {
    await database.transaction(async (transaction) => {
      results.push(await work(transaction))
      throw curtain
    })
  } catch (error) {
    if (error !== curtain) throw error
  }
  const [result] = results
  return result as T
}
