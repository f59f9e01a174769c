import type { Database } from '../database/database.ts'
import {
  type LockMode,
  blockedBy,
  blockingModes,
  lockModes,
  spellMode,
  strongestOf,
} from '../database/lock-mode.ts'
import type { LockContract } from '../migration/contract.ts'
import { type AppliedScript, applyScript, readStatements } from '../migration/runner.ts'
import type { Script } from '../migration/script.ts'
import {
  type SessionEntry,
  captureSession,
  findLeaving,
  listLeftovers,
} from '../migration/session.ts'
import type { Statement } from '../migration/statement.ts'
import type { Place } from './check.ts'
import type { LockFacts } from './document.ts'
import type { LocksAlone } from './lock-alone.ts'
import {
  type TableState,
  type WatchedTable,
  isWritten,
  listWatched,
  readStates,
} from './table-state.ts'

/** A lock that a statement took, and for which statements it lasted. */
interface Held {
  readonly table: WatchedTable
  readonly statement: Statement
  readonly mode: LockMode
  readonly isRewritten: boolean
  readonly from: number
  upto: number
}

/** A statement that wrote rows of a table, or took them all away. */
export interface Writing {
  readonly table: string
  readonly script: Script
  readonly statement: Statement
}

/** What a script leaves in its session; where no statement names it, the first line stands for it. */
export interface Leftover {
  readonly entry: SessionEntry
  readonly place: Place
}

/** Watches what scripts lock and for how long, which rows they write, and what they leave in the session: each script once. */
export class LockWatch {
  readonly facts: LockFacts[] = []
  /** In the order of execution. */
  readonly writings: Writing[] = []
  readonly leftovers: Leftover[] = []
  readonly #allowances: readonly LockContract[]
  readonly #alone: LocksAlone
  /** Tables that were there before a version was applied: for what it creates itself nobody waits. */
  readonly #tables = new Map<number | null, readonly WatchedTable[]>()
  readonly #seen = new Set<Script>()

  /** `alone`: what the statements take by themselves, for locks that are held already and taken again. */
  constructor(allowances: readonly LockContract[], alone: LocksAlone) {
    this.#allowances = allowances
    this.#alone = alone
  }

  /** As `applyScript`. */
  async apply(database: Database, script: Script): Promise<AppliedScript> {
    if (this.#seen.has(script)) return applyScript(database, script)
    this.#seen.add(script)
    const tables = this.#tables.get(script.version) ?? (await listWatched(database))
    this.#tables.set(script.version, tables)
    const held: Held[] = []
    let before = await readStates(database, tables)
    const session = await captureSession(database)
    const applied = await applyScript(database, script, {
      afterStatement: async (statement, index) => {
        const after = await readStates(database, tables)
        for (const table of tables) {
          const again = this.#alone.get(statement)?.get(table.table)
          compare(held, table, before, after, { statement, index, again })
          if (hasWritten(statement, before.get(table.id) ?? gone, after.get(table.id) ?? gone))
            this.writings.push({ table: table.table, script, statement })
        }
        before = after
      },
      atEnd: async () => {
        this.leftovers.push(...(await this.#findLeftovers(database, script, session)))
      },
    })
    this.facts.push(...held.map((one) => describeHeld(one, applied, this.#allowances)))
    return applied
  }

  async #findLeftovers(
    database: Database,
    script: Script,
    before: readonly SessionEntry[],
  ): Promise<readonly Leftover[]> {
    const statements = await readStatements(script)
    const left = listLeftovers(before, await captureSession(database), statements)
    return left.map((entry) => {
      const line = findLeaving(statements, entry)?.position.line ?? 1
      return { entry, place: { file: script.file, line } }
    })
  }
}

const gone: TableState = { filenode: null, modes: [], written: 0 }

/** TRUNCATE counts no rows, but leaves another file. */
function hasWritten(statement: Statement, before: TableState, after: TableState): boolean {
  const isEmptied = statement.kind === 'TruncateStmt' && before.filenode !== after.filenode
  return isEmptied || isWritten(before, after)
}

interface Executed {
  readonly statement: Statement
  readonly index: number
  /** What it takes by itself, as far as that is known. */
  readonly again: LockMode | undefined
}

/**
 * Adds what the statement took, and prolongs what was held: until the statement that ends the transaction, it lasts. What was
 * held already and is taken again counts where somebody waits for it: without this statement others might wait less long.
 */
function compare(
  held: Held[],
  table: WatchedTable,
  before: ReadonlyMap<number, TableState>,
  after: ReadonlyMap<number, TableState>,
  { statement, index, again }: Executed,
): void {
  const [was, is] = [before.get(table.id) ?? gone, after.get(table.id) ?? gone]
  for (const one of held)
    if (one.table === table && one.upto === index - 1 && was.modes.includes(spellMode(one.mode)))
      one.upto = index
  const isRewritten = is.filenode !== null && was.filenode !== is.filenode
  const first = strongestOf(is.modes.filter((mode) => !was.modes.includes(mode)))
  const blocking = blockingModes.find((mode) => mode === again)
  const mode = isRewritten ? 'ACCESS EXCLUSIVE' : (first ?? blocking)
  // Only under ACCESS EXCLUSIVE is a table written anew, be it held already, or gone again where no block is open.
  if (mode === undefined) return
  held.push({ table, statement, mode, isRewritten, from: index, upto: index })
}

function describeHeld(
  { table: { table, rows }, statement, mode, isRewritten, from, upto }: Held,
  { script, statements }: AppliedScript,
  allowances: readonly LockContract[],
): LockFacts {
  const elapsed = statements.slice(from, upto + 1).map(({ elapsedMs }) => elapsedMs)
  const allowance = allowances.find(
    (one) =>
      one.file === script.file &&
      isNamed(table, one.table) &&
      blockingModes.includes(mode) &&
      lockModes.indexOf(mode) <= lockModes.indexOf(allowedMode(one)) &&
      (one.rewrite || !isRewritten),
  )
  return {
    place: { file: script.file, line: statement.position.line },
    statement: statement.text.split('\n', 1)[0] ?? '',
    table,
    mode,
    blocks: blockedBy(mode),
    heldMs: elapsed.reduce((sum, ms) => sum + ms, 0),
    rows,
    rewritten: isRewritten,
    allowed: allowance?.reason ?? null,
  }
}

/** The strongest that it allows. */
export function allowedMode({ mode }: LockContract): LockMode {
  return mode ?? 'ACCESS EXCLUSIVE'
}

/** Whether a contract means this table: with its schema, or without. */
export function isNamed(table: string, name: string): boolean {
  return table === name || table.endsWith(`.${name}`)
}
