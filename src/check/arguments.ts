import type { Database } from '../database/database.ts'
import type { FunctionContract } from '../migration/contract.ts'

/** How many argument lists from the data a function is called with: large data holds more than anyone can wait for. */
const mostCalls = 60

/** Whether anybody has said what the function may be called with. */
export function isCallable({ callsSql, examples }: FunctionContract): boolean {
  return callsSql !== null || examples.length > 0
}

/** Argument lists for a function: the hardest first, the rest of the data's, then the declared edges. */
export async function argumentsFor(
  database: Database,
  { callsSql, examples }: FunctionContract,
): Promise<readonly (readonly unknown[])[]> {
  const rows = callsSql === null ? [] : await database.query(callsSql)
  return [...rows.slice(0, mostCalls).map((row) => Object.values(row)), ...examples]
}
