import type { Database } from '../database/database.ts'
import type { Contract } from '../migration/contract.ts'
import { locateObject } from '../migration/locate-object.ts'
import type { MigrationSet } from '../migration/migration.ts'
import type { Oracle } from '../oracle.ts'
import type { Place } from './check.ts'
import type { TargetFacts } from './document.ts'
import type { Walk } from './walk.ts'

/** Everything that checks may look at. */
export interface Subject {
  /** Base schema, rows, and every migration and patch applied. */
  readonly database: Database
  readonly migrations: MigrationSet
  readonly contract: Contract
  /** What the relations must answer on these rows; null where nobody knows but the SQL. */
  readonly oracle: Oracle | null
  /** Rows that were sent to the server, by table. */
  readonly events: number
  readonly walks: Walks
  /** Filled by the performance checks. */
  readonly targets: TargetFacts[]
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
  { migrations }: Subject,
  kind: 'index' | 'view' | 'function' | 'table',
  name: string,
  options: { readonly identity?: string; readonly action?: 'create' | 'drop' | 'comment' } = {},
): Promise<Place | undefined> {
  const place = await locateObject(migrations, { kind, name, ...options })
  return place === undefined ? undefined : { file: place.file, line: place.line }
}
