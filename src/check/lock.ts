import type { Database, Row } from '../database/database.ts'
import type { LockContract } from '../migration/contract.ts'
import { type AppliedScript, applyScript } from '../migration/runner.ts'
import type { Script } from '../migration/script.ts'
import type { Statement } from '../migration/statement.ts'
import type { LockFacts, LockMode } from './document.ts'

/** From the weakest to the strongest, as Postgres's table of conflicting lock modes lists them. */
const modes = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
] as const satisfies readonly LockMode[]

/**
 * Whom a lock keeps waiting: SELECT takes ACCESS SHARE, which conflicts with ACCESS EXCLUSIVE alone; INSERT, UPDATE and
 * DELETE take ROW EXCLUSIVE, which conflicts with SHARE and all that are stronger.
 */
function blockedBy(mode: LockMode): LockFacts['blocks'] {
  if (mode === 'ACCESS EXCLUSIVE') return 'reads and writes'
  return modes.indexOf(mode) >= modes.indexOf('SHARE') ? 'writes' : 'nothing'
}

/** `SHARE ROW EXCLUSIVE` as `pg_locks` spells it: `ShareRowExclusiveLock`. */
function spell(mode: LockMode): string {
  const words = mode.split(' ').map((word) => word.charAt(0) + word.slice(1).toLowerCase())
  return `${words.join('')}Lock`
}

interface WatchedTable {
  readonly id: number
  /** Schema and name, as SQL takes them. */
  readonly table: string
  readonly rows: number
}

/** A table at one moment, as the script's own transaction sees it. */
interface TableState {
  /** The file that holds its rows: another one, and the table was written anew. Null: it is gone. */
  readonly filenode: number | null
  /** What the connection holds on it, in the spelling of `pg_locks`. */
  readonly modes: readonly string[]
}

/** A lock that a statement took, and for which statements it lasted. */
interface Held {
  readonly table: WatchedTable
  readonly statement: Statement
  readonly mode: LockMode
  readonly isRewritten: boolean
  readonly from: number
  upto: number
}

/** Watches what scripts lock, and for how long, while they are applied: each script once. */
export class LockWatch {
  readonly facts: LockFacts[] = []
  readonly #allowances: readonly LockContract[]
  /** Tables that were there before a version was applied: for what it creates itself nobody waits. */
  readonly #tables = new Map<number | null, readonly WatchedTable[]>()
  readonly #seen = new Set<Script>()

  constructor(allowances: readonly LockContract[]) {
    this.#allowances = allowances
  }

  /** As `applyScript`. */
  async apply(database: Database, script: Script): Promise<AppliedScript> {
    if (this.#seen.has(script)) return applyScript(database, script)
    this.#seen.add(script)
    const tables = this.#tables.get(script.version) ?? (await listWatched(database))
    this.#tables.set(script.version, tables)
    const held: Held[] = []
    let before = await readStates(database, tables)
    const applied = await applyScript(database, script, {
      afterStatement: async (statement, index) => {
        const after = await readStates(database, tables)
        for (const table of tables) compare(held, table, before, after, statement, index)
        before = after
      },
    })
    this.facts.push(...held.map((one) => describeHeld(one, applied, this.#allowances)))
    return applied
  }
}

const gone: TableState = { filenode: null, modes: [] }

/** Adds what the statement took, and prolongs what was held: until the statement that ends the transaction, it lasts. */
function compare(
  held: Held[],
  table: WatchedTable,
  before: ReadonlyMap<number, TableState>,
  after: ReadonlyMap<number, TableState>,
  statement: Statement,
  index: number,
): void {
  const [was, is] = [before.get(table.id) ?? gone, after.get(table.id) ?? gone]
  for (const one of held)
    if (one.table === table && one.upto === index - 1 && was.modes.includes(spell(one.mode)))
      one.upto = index
  const isRewritten = is.filenode !== null && was.filenode !== is.filenode
  const strongest = modes.findLast(
    (mode) => is.modes.includes(spell(mode)) && !was.modes.includes(spell(mode)),
  )
  if (strongest === undefined && !isRewritten) return
  // Only under this lock is a table written anew, be it held already, or gone again where no block is open.
  const mode = isRewritten ? 'ACCESS EXCLUSIVE' : (strongest ?? 'ACCESS SHARE')
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
      mode === 'ACCESS EXCLUSIVE' &&
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

/** Whether a contract means this table: with its schema, or without. */
export function isNamed(table: string, name: string): boolean {
  return table === name || table.endsWith(`.${name}`)
}

const watchedSql = `
select c.oid as id, format('%I.%I', n.nspname, c.relname) as table
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
order by 2`

async function listWatched(database: Database): Promise<readonly WatchedTable[]> {
  const tables = await database.query<{ id: number; table: string }>(watchedSql)
  const watched: WatchedTable[] = []
  for (const { id, table } of tables) {
    const [count] = await database.query<{ rows: number }>(`select count(*) as rows from ${table}`)
    watched.push({ id, table, rows: count?.rows ?? 0 })
  }
  return watched
}

const statesSql = `
select t.id, pg_relation_filenode(t.id) as filenode,
       coalesce(array_agg(l.mode) filter (where l.mode is not null), '{}') as modes
from unnest($1::text::oid[]) t(id)
left join pg_locks l on l.locktype = 'relation' and l.relation = t.id and l.granted
  and coalesce(l.pid, 0) = pg_backend_pid()
group by t.id`

async function readStates(
  database: Database,
  tables: readonly WatchedTable[],
): Promise<ReadonlyMap<number, TableState>> {
  const rows = await database.query<{ id: number } & TableState & Row>(statesSql, [
    `{${tables.map(({ id }) => id).join(',')}}`,
  ])
  return new Map(rows.map((row) => [row.id, row]))
}
