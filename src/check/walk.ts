import type { Database, Row } from '../database/database.ts'
import { defined } from '../defined.ts'
import { type HarnessError, QueryError } from '../errors.ts'
import type { Contract } from '../migration/contract.ts'
import { MigrationError } from '../migration/migration-error.ts'
import type { MigrationSet } from '../migration/migration.ts'
import { type AppliedScript, applyScript } from '../migration/runner.ts'
import type { Script } from '../migration/script.ts'
import { type Snapshot, captureSnapshot } from '../migration/snapshot.ts'
import { type SequencePosition, captureSequences } from '../migration/sequences.ts'
import { type Ledger, captureLedger } from '../migration/ledger.ts'
import { exclusionsOf } from './blind-spot.ts'
import type { LockFacts } from './document.ts'
import type { LocksAlone } from './lock-alone.ts'
import { type Leftover, LockWatch, type Writing } from './lock.ts'
import { type PreservedAnswer, capturePreserved } from './preserved.ts'
import { type WriteAnswer, type WritePlan, askWrites, planWrites } from './table-write.ts'

/** Everything worth comparing about a database at one moment. */
export interface Stage {
  readonly snapshot: Snapshot
  readonly ledger: Ledger
  /** Empty on a route that does not ask, and where nobody walks. */
  readonly sequences: readonly SequencePosition[]
  /** Empty on a route that does not ask. */
  readonly preserved: readonly PreservedAnswer[]
  /** What became of plain writes; empty on a route that does not ask, and where the rows are events. */
  readonly writes: readonly WriteAnswer[]
  /** Rows of the contract's record query; the server's refusal where it has no table to ask. */
  readonly record: readonly Row[] | QueryError
  /** Every row of the record table, as text; null where there is no such table. */
  readonly recordRows: readonly string[] | null
}

/** `forward` applies the scripts, `write` adds rows as a logger would meanwhile, `back` rolls back. */
export type Leg = 'forward' | 'back' | 'write'

export interface Route {
  readonly legs: readonly Leg[]
  /** Leaves the last migration's patches out: its rollback must work without them, too. */
  readonly withoutLastPatches?: boolean
  /** Asks the preserved queries and tries the preserved writes at every stage. */
  readonly withPreserved?: boolean
  /** Watches what each script locks, the first time that it is applied; what its statements take by themselves. */
  readonly locksAlone?: LocksAlone
  /** What `write` does; resolves to why rows of it are not there. */
  readonly write?: (database: Database) => Promise<readonly HarnessError[]>
}

/** One script executed on the way. */
export type Step =
  | {
      readonly script: Script
      readonly applied: AppliedScript
      /** From before its first statement to after its last, as a clock outside of the engine sees it. */
      readonly wallMs: number
    }
  | { readonly script: Script; readonly error: MigrationError }

/** Where a route led: a stage before the first leg and after each leg that was reached. */
export interface Walk {
  readonly stages: readonly Stage[]
  readonly steps: readonly Step[]
  /** Empty on a route that does not ask. */
  readonly locks: readonly LockFacts[]
  /** Who wrote rows; empty on a route that does not ask. */
  readonly writings: readonly Writing[]
  /** What scripts left in their sessions; empty on a route that does not ask. */
  readonly leftovers: readonly Leftover[]
  /** Why rows that were to be written on the way are not all there; empty: they are, or nobody wrote. */
  readonly refusals: readonly HarnessError[]
  /** What stopped it, in which leg (an index of `legs`); null: it went all the way. */
  readonly stopped: { readonly leg: number; readonly error: MigrationError } | null
}

/**
 * Walks a route and looks around at every stage. A script that Postgres refuses ends the walk: that is a finding, not an
 * error.
 * @throws {HarnessError} when the engine is gone.
 */
export async function walk(database: Database, set: MigrationSet, route: Route): Promise<Walk> {
  const { withPreserved = false, write = writeNothing } = route
  const isAsked = withPreserved && set.contract.fixture === null
  const writes = isAsked ? await planWrites(database, set.contract) : []
  const looking = { withPreserved, withSequences: true, writes }
  const stages: Stage[] = [await captureStage(database, set.contract, looking)]
  const steps: Step[] = []
  const watch = new LockWatch(set.contract.locks ?? [], route.locksAlone ?? new Map())
  const apply = route.locksAlone === undefined ? applyScript : watch.apply.bind(watch)
  const { facts, writings, leftovers } = watch
  const refusals: HarnessError[] = []
  const walked = { stages, steps, locks: facts, writings, leftovers, refusals }
  for (const [leg, kind] of route.legs.entries()) {
    if (kind === 'write') refusals.push(...(await write(database)))
    else {
      const error = await applyAll(database, scriptsOf(set, kind, route), steps, apply)
      if (error !== null) return { ...walked, stopped: { leg, error } }
    }
    const options = { ...looking, ...defined({ base: stages[0] }) }
    stages.push(await captureStage(database, set.contract, options))
  }
  return { ...walked, stopped: null }
}

function writeNothing(): Promise<readonly []> {
  return Promise.resolve([])
}

function scriptsOf(set: MigrationSet, leg: 'forward' | 'back', route: Route): readonly Script[] {
  if (leg === 'back') return set.backward
  const last = set.steps.at(-1)
  if (route.withoutLastPatches !== true || last === undefined) return set.forward
  return set.forward.filter((script) => !last.patches.includes(script))
}

async function applyAll(
  database: Database,
  scripts: readonly Script[],
  steps: Step[],
  apply: (database: Database, script: Script) => Promise<AppliedScript>,
): Promise<MigrationError | null> {
  for (const script of scripts) {
    const started = performance.now()
    try {
      const applied = await apply(database, script)
      steps.push({ script, applied, wallMs: performance.now() - started })
    } catch (error) {
      if (!(error instanceof MigrationError)) throw error
      steps.push({ script, error })
      return error
    }
  }
  return null
}

interface LookOptions {
  readonly withPreserved?: boolean
  readonly withSequences?: boolean
  readonly writes?: WritePlan
  /** Where it started: of its tables only the columns that they had there. */
  readonly base?: Stage
  /** Columns whose values say nothing. */
  readonly unsteady?: ReadonlySet<string>
}

/** Looks around. @throws {HarnessError} when the engine is gone. */
export async function captureStage(
  database: Database,
  contract: Contract,
  { withPreserved = false, withSequences = false, writes = [], base, unsteady }: LookOptions = {},
): Promise<Stage> {
  return {
    snapshot: await captureSnapshot(database, { exclude: exclusionsOf(contract) }),
    ledger: await captureLedger(database, base?.ledger, unsteady),
    sequences: withSequences ? await captureSequences(database) : [],
    preserved: withPreserved ? await capturePreserved(database, contract) : [],
    writes: await askWrites(database, writes),
    recordRows: await captureRecordRows(database, contract),
    // Last: a refusal is an answer, but in a transaction there is nothing more to ask after it.
    record: await captureRecord(database, contract),
  }
}

async function captureRecord(
  database: Database,
  { record }: Contract,
): Promise<readonly Row[] | QueryError> {
  if (record === null) return []
  try {
    return await database.query(record.sql)
  } catch (error) {
    if (error instanceof QueryError) return error
    throw error
  }
}

/** Every row of the record table, as text; null where there is no such table. */
export async function captureRecordRows(
  database: Database,
  { record }: Pick<Contract, 'record'>,
): Promise<readonly string[] | null> {
  if (record === null) return null
  const [found] = await database.query<{ name: string | null }>(
    'select to_regclass($1)::text as name',
    [record.table],
  )
  if (found?.name == null) return null
  const rows = await database.query<{ row: string }>(
    `select t::text as row from ${found.name} t order by 1`,
  )
  return rows.map(({ row }) => row)
}
