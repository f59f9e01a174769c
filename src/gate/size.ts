import type { Database } from '../database/database.ts'
import { rehearse } from '../database/rehearse.ts'
import { HarnessError, QueryError } from '../errors.ts'
import { encodeEvents } from '../fixture/encode.ts'
import { eventColumns } from '../fixture/event.ts'
import { generateEvents } from '../fixture/generate.ts'
import type { FixtureFacts } from '../provenance.ts'
import { type ArmName, type Instances, armNames } from './ground.ts'

/** Bytes of every index that a user's schema has, by name. */
export type IndexSizes = ReadonlyMap<string, number>

/** What one batch of rows wrote to the write-ahead log. */
export interface WriteFacts {
  readonly bytes: number
  readonly records: number
}

export type WriteSeen = WriteFacts | { readonly failed: string }

export interface Sizes {
  readonly indexes: Readonly<Record<ArmName, IndexSizes>>
  /** The batch twice: the first extends the table's files. */
  readonly writes: readonly Readonly<Record<ArmName, WriteSeen>>[]
}

/** Rows of the batch, in one statement. */
const batchRows = 500

/** Measures sizes, then writes and rolls back: the instances are of no use for anything exact afterwards. */
export async function measureSizes(
  { databases }: Instances,
  fixture: FixtureFacts,
  endUs: number,
): Promise<Sizes> {
  const indexes = {
    base: await captureIndexes(databases.base),
    candidate: await captureIndexes(databases.candidate),
    control: await captureIndexes(databases.control),
  }
  const batch = encodeBatch(fixture, endUs)
  const writes: Record<ArmName, WriteSeen>[] = []
  for (let round = 0; round < 2; round += 1) {
    const seen: Partial<Record<ArmName, WriteSeen>> = {}
    for (const arm of armNames) seen[arm] = await write(databases[arm], batch)
    writes.push(seen as Record<ArmName, WriteSeen>)
  }
  return { indexes, writes }
}

/** Bytes of every index. */
export async function captureIndexes(database: Database): Promise<IndexSizes> {
  const rows = await database.query<{ readonly name: string; readonly bytes: number }>(
    `select c.oid::regclass::text as name, pg_relation_size(c.oid) as bytes
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'i' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
      order by c.oid::regclass::text collate "C"`,
  )
  return new Map(rows.map(({ name, bytes }) => [name, bytes]))
}

function encodeBatch({ payload }: FixtureFacts, endUs: number): string {
  const events = generateEvents({ events: batchRows, seed: 'gate writes', payload, endUs })
  const lines = Buffer.concat(Array.from(encodeEvents(events, 'ndjson'))).toString('utf8')
  return `[${lines.trimEnd().split('\n').join(',')}]`
}

const writeSql = `explain (analyze, wal, timing off, format json)
  insert into hook_events (${eventColumns.join(', ')})
  select ${eventColumns.join(', ')} from jsonb_populate_recordset(null::hook_events, $1::jsonb)`

async function write(database: Database, batch: string): Promise<WriteSeen> {
  try {
    const [row] = await rehearse(database, (rehearsal) => rehearsal.query(writeSql, [batch]))
    return readWrite(row?.['QUERY PLAN'])
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    return { failed: error.message }
  }
}

function readWrite(document: unknown): WriteFacts {
  const [statement] = document as readonly { readonly Plan?: Readonly<Record<string, unknown>> }[]
  const [bytes, records] = [statement?.Plan?.['WAL Bytes'], statement?.Plan?.['WAL Records']]
  if (typeof bytes !== 'number' || typeof records !== 'number') {
    throw new HarnessError('E_PLAN', "EXPLAIN of a write: expected 'WAL Bytes', found none")
  }
  return { bytes, records }
}
