import type { Database } from '../database/database.ts'
import { blockingModes, strongestOf } from '../database/lock-mode.ts'
import type { LockContract, SessionContract } from './contract.ts'
import { applyScript, readStatements } from './runner.ts'
import type { Script } from './script.ts'
import { type SessionEntry, captureSession, listLeftovers } from './session.ts'

const tablesSql = `
select c.oid::bigint as id, c.oid::regclass::text as name, pg_relation_filenode(c.oid)::bigint as filenode
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
order by 2`

const heldSql = `
select relation::bigint as id, array_agg(mode) as modes from pg_locks
where locktype = 'relation' and granted and coalesce(pid, 0) = pg_backend_pid()
group by relation`

interface Held {
  readonly [column: string]: unknown
  readonly id: number
  readonly modes: readonly string[]
}

interface Table {
  readonly [column: string]: unknown
  readonly id: number
  readonly name: string
  readonly filenode: number | null
}

const observed = 'Drafted: seen to be taken; say why it may.'
const leaving = 'Drafted: seen to be left; say why it may.'

/** Tables that were there before a version was applied: for what it creates itself nobody waits. */
export type Watched = Map<number | null, readonly Table[]>

/** What a script was seen to do that outlives its statements. */
export interface Watch {
  readonly locks: readonly LockContract[]
  readonly session: readonly SessionContract[]
}

/**
 * Applies a script and writes down which tables of before it closed to readers or writers, and what it leaves in the session.
 * @throws {MigrationError}
 */
export async function applyAndDraftLocks(
  database: Database,
  script: Script,
  watched: Watched,
): Promise<Watch> {
  const tablesNow = await database.query<Table>(tablesSql)
  const earlier = watched.get(script.version) ?? tablesNow
  watched.set(script.version, earlier)
  // Their files as they are now: only what this script does to them counts.
  const before = tablesNow.filter(({ id }) => earlier.some((table) => table.id === id))
  const drafts = new Map<string, LockContract>()
  const session = await captureSession(database)
  const left: SessionEntry[] = []
  await applyScript(database, script, {
    atEnd: async () => {
      const now = await captureSession(database)
      left.push(...listLeftovers(session, now, await readStatements(script)))
    },
    afterStatement: async () => {
      const held = await database.query<Held>(heldSql)
      const tables = await database.query<Table>(tablesSql)
      for (const { id, name, filenode } of before) {
        const after = tables.find((table) => table.id === id)
        const isRewritten = after !== undefined && after.filenode !== filenode
        const rewrite = isRewritten || drafts.get(name)?.rewrite === true
        const mode = strongestOf(held.find((lock) => lock.id === id)?.modes ?? [])
        if (isRewritten || mode === 'ACCESS EXCLUSIVE')
          drafts.set(name, { file: script.file, table: name, rewrite, reason: observed })
        else if (mode !== undefined && blockingModes.includes(mode))
          drafts.set(name, { file: script.file, table: name, mode, rewrite, reason: observed })
      }
    },
  })
  const allowed = left.map(({ what }) => ({ file: script.file, effect: what, reason: leaving }))
  return { locks: [...drafts.values()], session: allowed }
}
