import type { Database } from '../database/database.ts'
import type { FixtureSource } from '../fixture/source.ts'
import type { Contract, FunctionContract } from '../migration/contract.ts'
import { locateObject } from '../migration/locate-object.ts'
import type { MigrationSet } from '../migration/migration.ts'
import type { Oracle } from '../oracle.ts'
import type { Place } from './check.ts'
import type { CoverageFacts, TargetFacts } from './document.ts'
import type { Walk } from './walk.ts'
import type { Workbench } from './workbench.ts'

/** How much of the heavy parts runs: seconds, some ten of them, or minutes. */
export const efforts = ['quick', 'standard', 'thorough'] as const
export type Effort = (typeof efforts)[number]

/** What there is before anything was walked. */
export interface Setting {
  /** Databases in the state before the first migration, as many as a check likes, one after the other. */
  readonly workbench: Workbench
  readonly migrations: MigrationSet
  readonly contract: Contract
  /** What the relations must answer on the fixture's rows; null where nobody knows but the SQL. */
  readonly oracle: Oracle | null
  readonly fixture: FixtureSource
  readonly effort: Effort
  /** Decides what is drawn by chance; printed with whatever it finds. */
  readonly seed: string
  /** The first counterexample ends a search, as it was drawn: for whoever asks only whether there is one. */
  readonly isVerdictEnough?: boolean
}

/** Everything there is once the routes are walked. */
export interface Subject extends Setting {
  /** Base schema, rows, and every migration and patch applied. */
  readonly database: Database
  readonly walks: Walks
  /** Filled by the performance checks. */
  readonly targets: TargetFacts[]
  /** Filled by the checks that count what the rows reach. */
  readonly coverage: CoverageFacts[]
}

/** The routes that were walked before the checks, each from a database of its own. */
export interface Walks {
  /** With all rows: forward, back, forward. Its last stage is the subject's database. */
  readonly main: Walk
  /** Without the last patches: forward, back. */
  readonly unpatched: Walk
  /** Onto an existing record table: forward, write, back. */
  readonly recorded: Walk
}

export const legsOfMain = ['forward', 'back', 'forward'] as const
export const legsOfUnpatched = ['forward', 'back'] as const
export const legsOfRecorded = ['forward', 'write', 'back'] as const

/** The statement that created an object, where one names it. */
export async function placeOf(
  { migrations }: Pick<Setting, 'migrations'>,
  kind: 'index' | 'view' | 'function' | 'table',
  name: string,
  options: { readonly identity?: string; readonly action?: 'create' | 'drop' | 'comment' } = {},
): Promise<Place | undefined> {
  const place = await locateObject(migrations, { kind, name, ...options })
  return place === undefined ? undefined : { file: place.file, line: place.line }
}

/** The statement that created a function as it is before the last patches. */
export function placeBeforePatches(
  { migrations }: Pick<Setting, 'migrations'>,
  { name, identityArgumentsBeforePatches }: FunctionContract,
): Promise<Place | undefined> {
  const patches = migrations.steps.at(-1)?.patches ?? []
  const forward = migrations.forward.filter((script) => !patches.includes(script))
  const identity = identityArgumentsBeforePatches ?? ''
  return placeOf({ migrations: { ...migrations, forward } }, 'function', name, { identity })
}
