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

/** What `hook-harness:engine` tells. */
interface Crossing {
  readonly engine: object
  readonly message: Request | Reply
}

/** Judges the canonical dataset and writes down, engine by engine, all statements and rows that cross to it, in their order. */
export async function recordVerify(effort: Effort): Promise<Recording> {
  const engines = new Map<object, string[]>()
  let refused = 0
  const listen = (crossing: unknown): void => {
    const { engine, message } = crossing as Crossing
    const sent = engines.get(engine) ?? []
    engines.set(engine, sent)
    if (message.kind === 'failed') refused += 1
    const text = writeRequest(message)
    if (text !== undefined) sent.push(text)
  }
  const messages = channel('hook-harness:engine')
  messages.subscribe(listen)
  try {
    await verify({ migrations: loadMigrations(), effort, codeTier: 'baseline' })
  } finally {
    messages.unsubscribe(listen)
  }
  const sent = Array.from(engines.values()).filter((texts) => texts.length > 0)
  return {
    script: sent.map((texts) => texts.join('')).join(anew),
    statements: sent.flat().length,
    refused,
    engines: sent.length,
  }
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
