import type { Database } from '../database/database.ts'
import { rehearse } from '../database/rehearse.ts'
import { QueryError } from '../errors.ts'

/** The first of some indexes, as SQL takes their names, without which something comes out right again. */
export async function blameIndex(
  database: Database,
  indexes: readonly string[],
  isRight: (without: Database) => Promise<boolean>,
): Promise<string | undefined> {
  for (const index of indexes) {
    const isCulprit = await rehearse(database, async (without) => {
      try {
        await without.query(`drop index ${index}`)
      } catch (error) {
        // A constraint needs it: then it is the constraint's doing.
        if (error instanceof QueryError) return false
        throw error
      }
      return isRight(without)
    })
    if (isCulprit) return index
  }
  return undefined
}
