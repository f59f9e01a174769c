import { channel } from 'node:diagnostics_channel'
import { type Effort } from '../../src/check/subject.ts'
import { verify } from '../../src/check/verify.ts'
import type { Reply, Request } from '../../src/database/pglite-message.ts'
import { loadMigrations } from '../../src/migration/migration.ts'

/** What one `verify` sends to its engine, as psql takes it. */
export interface Recording {
  readonly script: string
  readonly statements: number
  /** Statements that the engine refused, as it should. */
  readonly refused: number
  /** Engines that were opened: before each but the first the script makes its database anew. */
  readonly engines: number
}

const anew = String.raw`\c template1
drop database postgres with (force);
create database postgres;
\c postgres
`

/** Judges the canonical dataset and writes down, in their order, all statements and rows that cross to the engine. */
export async function recordVerify(effort: Effort): Promise<Recording> {
  const parts: string[] = []
  let [statements, refused, engines] = [0, 0, 0]
  const listen = (message: unknown): void => {
    const { kind } = message as Request | Reply
    if (kind === 'failed') refused += 1
    if (kind === 'opened') {
      engines += 1
      if (engines > 1) parts.push(anew)
    }
    const text = writeRequest(message as Request | Reply)
    if (text === undefined) return
    statements += 1
    parts.push(text)
  }
  const messages = channel('hook-harness:engine')
  messages.subscribe(listen)
  try {
    await verify({ migrations: loadMigrations(), effort, codeTier: 'baseline' })
  } finally {
    messages.unsubscribe(listen)
  }
  return { script: parts.join(''), statements, refused, engines }
}

function writeRequest(message: Request | Reply): string | undefined {
  if (message.kind === 'query') return `${inline(message.sql, message.params)};\n`
  if (message.kind === 'script') return `${message.sql};\n`
  if (message.kind !== 'copy') return undefined
  const sql = message.sql.replace(`from '/dev/blob'`, 'from stdin')
  return `${sql};\n${Buffer.from(message.chunk).toString('utf8')}\\.\n`
}

/** psql 15 binds no parameters: they become literals of unknown type, which is what a parameter without a type is. */
export function inline(sql: string, params: readonly unknown[]): string {
  if (params.length === 0) return sql
  return sql.replaceAll(/\$(\d+)/g, (_, place: string) => literal(params[Number(place) - 1]))
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  return `'${textOf(value).replaceAll("'", "''")}'`
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (!Array.isArray(value)) return JSON.stringify(value)
  return `{${value.map((item) => JSON.stringify(item)).join(',')}}`
}
