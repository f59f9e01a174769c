import type { HookEvent } from '../../src/fixture/event.ts'
import { createOracle, type OracleRow } from '../../src/oracle.ts'
import { originUs } from './event.ts'

/** What the oracle of `events` answers when now is the origin. */
export function answer(
  events: readonly HookEvent[],
  relation: string,
  args: readonly unknown[] = [],
): readonly OracleRow[] {
  return createOracle(events).answer(relation, args, originUs)
}

/** One column of that answer. */
export function column(
  events: readonly HookEvent[],
  relation: string,
  name: string,
  args: readonly unknown[] = [],
): readonly unknown[] {
  return answer(events, relation, args).map((row) => row[name])
}
