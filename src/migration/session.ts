import type { Database, Row } from '../database/database.ts'
import type { Statement } from './statement.ts'

/** Something that a connection has, and keeps until it is closed: `setting lock_timeout`, and its value. */
export interface SessionEntry {
  readonly what: string
  readonly value: string
  /** Whether somebody made it so in this session; a setting may as well be as the server has it. */
  readonly isOwn: boolean
}

const sessionSql = `
select 'setting ' || name as what, current_setting(name) as value, source = 'session' as "isOwn" from pg_settings
where context in ('user', 'superuser') and name !~ '^transaction_'
union all
select 'role ' || current_user, session_user::text, true
union all
select 'advisory lock ' || case objsubid when 1 then ((classid::bigint << 32) | objid::bigint)::text
    else classid || ', ' || objid end, mode, true
from pg_locks where locktype = 'advisory' and granted and coalesce(pid, 0) = pg_backend_pid()
union all
select 'channel ' || channel, '', true from pg_listening_channels() channel
union all
select 'prepared statement ' || name, statement, true from pg_prepared_statements where from_sql
union all
select 'held cursor ' || name, statement, true from pg_cursors where is_holdable
union all
select 'temporary relation ' || relname, '', true from pg_class
where relnamespace = pg_my_temp_schema() and relkind in ('r', 'p', 'v', 'S', 'f')`

/** What the connection has that outlives a transaction, the settings of users with their values. @throws {QueryError} */
export function captureSession(database: Database): Promise<readonly SessionEntry[]> {
  return database.query<SessionEntry & Row>(sessionSql)
}

/** What is there after that was not before, or is another; and what the statements change of the server for good. */
export function listLeftovers(
  before: readonly SessionEntry[],
  after: readonly SessionEntry[],
  statements: readonly Statement[],
): readonly SessionEntry[] {
  const left = after.filter(
    ({ what, value, isOwn }) =>
      isOwn && !before.some((one) => one.what === what && one.value === value),
  )
  return [...left, ...statements.flatMap(readServerSetting)]
}

/** ALTER SYSTEM works nowhere but in a statement of its own: reading it is enough. */
function readServerSetting({ kind, text }: Statement): readonly SessionEntry[] {
  if (kind !== 'AlterSystemStmt') return []
  const [, name = 'all', value = ''] = /system\s+(?:re)?set\s+([\w.]+)(.*)/is.exec(text) ?? []
  return [{ what: `server setting ${name}`, value: value.trim(), isOwn: true }]
}

/** Statements that say what they leave, by the first word of that. */
const leavingKinds: Readonly<Record<string, string>> = {
  setting: 'VariableSetStmt',
  channel: 'ListenStmt',
  prepared: 'PrepareStmt',
  temporary: 'CreateStmt',
  server: 'AlterSystemStmt',
}

/** The last statement that names it, of the kind that leaves it if there is one; undefined: none does. */
export function findLeaving(
  statements: readonly Statement[],
  { what }: SessionEntry,
): Statement | undefined {
  const [first = ''] = what.split(' ', 1)
  const last = what.slice(what.lastIndexOf(' ') + 1).toLowerCase()
  const name = first === 'advisory' ? 'advisory_' : last
  const naming = statements.filter(({ text }) => text.toLowerCase().includes(name))
  return naming.findLast(({ kind }) => kind === leavingKinds[first]) ?? naming.at(-1)
}
