import type { Database } from '../database/database.ts'
import { quoteIdentifier } from '../database/identifier.ts'
import { rehearse } from '../database/rehearse.ts'
import { QueryError } from '../errors.ts'
import { listHostileCases } from '../fixture/hostile-case.ts'
import { renderInsert } from '../fixture/insert.ts'
import type { FunctionContract } from '../migration/contract.ts'
import { isCallable } from './arguments.ts'
import { type Check, type Outcome, type Place, failed, passed } from './check.ts'
import type { CoverageFacts, CoveragePoint } from './document.ts'
import { isEventSetting } from './event-setting.ts'
import { type Reach, type ReachedFork, type Relation, captureReach } from './reach.ts'
import { type Subject, placeOf } from './subject.ts'

/** On so many rows a few calls show what many would, and each takes its time. */
const manyRows = 10_000
const callsOnManyRows = 12

/** What is red here: an object that no execution got an answer from. */
const executed = 'an answer'

/**
 * Executes views or functions and notes what their rows reached: every column with a value, every arm of a CASE, and rows
 * that each FILTER keeps and drops. What the fixture's rows leave out is looked for once more with the hostile rows that
 * the other checks write.
 *
 * Red is only an object that can't be executed. An arm that no row reaches is not wrong, it is unproven: some guard
 * against what no data of ours can be. So it is counted, listed in every report, and left to the reader.
 */
async function judgeRelations(
  subject: Subject,
  relations: readonly Relation[],
): Promise<readonly Outcome[]> {
  const reached = new Map<Relation, Reach>()
  for (const relation of relations)
    reached.set(relation, await look(subject, subject.database, relation))
  const hostile = await reachWithHostileRows(subject, reached)
  const outcomes: Outcome[] = []
  for (const [relation, reach] of reached) {
    const facts = describeCoverage(relation, reach, hostile.get(relation))
    subject.coverage.push(facts)
    outcomes.push(await judgeReach(subject, relation, reach, facts))
  }
  return outcomes
}

function look({ fixture }: Subject, database: Database, relation: Relation): Promise<Reach> {
  const isLarge = fixture.facts.events > manyRows
  return captureReach(database, relation, isLarge ? callsOnManyRows : Infinity)
}

async function reachWithHostileRows(
  subject: Subject,
  reached: ReadonlyMap<Relation, Reach>,
): Promise<ReadonlyMap<Relation, Reach>> {
  const again = new Map<Relation, Reach>()
  const unfinished = Array.from(reached).filter(([relation, reach]) =>
    listPoints(relation, reach).some(({ state }) => state === 'missed'),
  )
  const table = subject.contract.tables[0]
  if (subject.effort === 'quick' || !isEventSetting(subject) || table === undefined) return again
  if (unfinished.length === 0) return again
  await rehearse(subject.database, async (transaction) => {
    await insertHostileRows(transaction, quoteIdentifier(table))
    for (const [relation] of unfinished)
      again.set(relation, await look(subject, transaction, relation))
  })
  return again
}

/** Those that the table takes: some of them Postgres itself refuses. */
async function insertHostileRows(database: Database, table: string): Promise<void> {
  for (const { row } of listHostileCases()) {
    try {
      await database.transaction((inner) => inner.query(renderInsert(table, [row])))
    } catch (error) {
      if (!(error instanceof QueryError)) throw error
    }
  }
}

async function judgeReach(
  subject: Subject,
  relation: Relation,
  { answered, refusal }: Reach,
  facts: CoverageFacts,
): Promise<Outcome> {
  const { kind, declared } = relation
  const title = `${declared.name} is executed`
  const identity = kind === 'function' ? { identity: declared.identityArguments } : {}
  const place = await placeOf(subject, kind, declared.name, identity)
  if (kind === 'function' && !isCallable(declared)) return judgeUncalled(title, declared, place)
  if (answered > 0) return passed(title, describePoints(facts))
  const found = refusal === null ? 'no arguments to call it with' : `refused: ${refusal.message}`
  return failed(title, executed, found, place)
}

/** What nobody ever executed may be wrong in every line. */
function judgeUncalled(
  title: string,
  { waiver }: FunctionContract,
  place: Place | undefined,
): Outcome {
  if (waiver !== undefined) return passed(title, `waived: ${waiver}`)
  const expected = 'callsSql or examples to call it with, or a waiver that says why nothing does'
  return failed(title, expected, 'nothing calls it', place)
}

function describePoints({ points }: CoverageFacts): string {
  const count = (state: CoveragePoint['state']): number =>
    points.filter((point) => point.state === state).length
  const unmeasured = count('not measured')
  const reached = `${count('hit')} of ${points.length - unmeasured} reached`
  return unmeasured === 0 ? reached : `${reached}, ${unmeasured} not measured`
}

function describeCoverage(relation: Relation, first: Reach, hostile?: Reach): CoverageFacts {
  const before = listPoints(relation, first)
  const after = hostile === undefined ? before : listPoints(relation, mergeReach(first, hostile))
  const points = after.map((point, index): CoveragePoint => {
    const { kind, text, state } = point
    const isLater = state === 'hit' && before[index]?.state === 'missed'
    return isLater ? { kind, text, state, detail: 'with hostile rows only' } : point
  })
  return { kind: relation.kind, object: relation.declared.name, points }
}

function mergeReach(first: Reach, second: Reach): Reach {
  return {
    ...first,
    columns: new Set([...first.columns, ...second.columns]),
    forks: first.forks.map(({ fork, kept, left }, place) => ({
      fork,
      kept: kept || second.forks[place]?.kept === true,
      left: left || second.forks[place]?.left === true,
    })),
  }
}

function listPoints(relation: Relation, reach: Reach): readonly CoveragePoint[] {
  const { kind, declared } = relation
  if (kind === 'function' && !isCallable(declared)) {
    const detail = 'the contract names no call'
    return [{ kind: 'call', text: declared.name, state: 'not measured', detail }]
  }
  const columns = declared.columns.map(({ name }): CoveragePoint => {
    const isHit = reach.columns.has(name)
    const missing = isHit ? null : 'no row has a value in it'
    return { kind: 'column', text: name, state: isHit ? 'hit' : 'missed', detail: missing }
  })
  const isForeign = kind === 'function' && declared.language !== 'sql'
  const body: readonly CoveragePoint[] = isForeign
    ? [
        {
          kind: 'body',
          text: declared.name,
          state: 'not measured',
          detail: `it is written in ${declared.language}, which has no probes here`,
        },
      ]
    : reach.forks.map(pointOf)
  return [...columns, ...body]
}

function pointOf(reached: ReachedFork): CoveragePoint {
  const { kind, text, obstacle } = reached.fork
  if (obstacle !== null) return { kind, text, state: 'not measured', detail: obstacle }
  const missing =
    kind === 'filter' ? missingOfFilter(reached) : reached.kept ? null : 'no row takes it'
  return { kind, text, state: missing === null ? 'hit' : 'missed', detail: missing }
}

function missingOfFilter({ kept, left }: ReachedFork): string | null {
  if (kept && left) return null
  if (kept) return 'it drops no row'
  return left ? 'it keeps no row' : 'no row comes to it'
}

const views: Check = {
  id: 'views/coverage',
  title: 'Every declared view is executed, and what its rows reach is counted',
  owes: ({ contract }) => contract.views.length,
  run: (subject) =>
    judgeRelations(
      subject,
      subject.contract.views.map((declared) => ({ kind: 'view', declared })),
    ),
}

const functions: Check = {
  id: 'functions/coverage',
  title: 'Every declared function is executed, and what its rows reach is counted',
  owes: ({ contract }) => contract.functions.length,
  run: (subject) =>
    judgeRelations(
      subject,
      subject.contract.functions.map((declared) => ({ kind: 'function', declared })),
    ),
}

export const coverageChecks: readonly Check[] = [views, functions]
