import type { HookEvent } from '../fixture/event.ts'
import type { OracleRow } from '../oracle.ts'

/** Answers by call (`get_session_stats('a')`), every cell canonical. */
export type Answers = ReadonlyMap<string, Answer>

export interface Answer {
  readonly relation: string
  /** The argument of a function; undefined for a view. */
  readonly key: unknown
  readonly rows: readonly OracleRow[]
}

/** Asks the database, not the oracle: a relation holds between two of its own answers. */
export type Ask = (events: readonly HookEvent[]) => Promise<Answers>

/** Something that must hold between the answers on a set of events and on another that is made from it. */
export interface MetamorphicRelation {
  /** `the order of the rows does not matter` */
  readonly title: string
  /** Both sides, to be compared call by call. */
  readonly compare: (
    events: readonly HookEvent[],
    ask: Ask,
  ) => Promise<{ readonly expected: Answers; readonly actual: Answers }>
}
