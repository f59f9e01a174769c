import type { Database } from '../database/database.ts'
import { rehearse } from '../database/rehearse.ts'
import { HarnessError, QueryError } from '../errors.ts'
import { encodeEvents } from '../fixture/encode.ts'
import { eventColumns } from '../fixture/event.ts'
import { generateEvents } from '../fixture/generate.ts'
import type { FixtureFacts } from '../provenance.ts'
import { type ArmName, type Instances, armNames } from './ground.ts'

/** One index, as the catalog knows it. */
export interface IndexSeen {
  readonly bytes: number
  /** As `pg_get_indexdef` prints it. */
  readonly definition: string
  readonly isValid: boolean
}

/** Every index that a user's schema has, by name. */
export type Indexes = ReadonlyMap<string, IndexSeen>

/** What one batch wrote to the write-ahead log. */
export interface WriteFacts {
  readonly bytes: number
  readonly records: number
}

export type WriteSeen = WriteFacts | { readonly failed: string }

/** What a logger writes: `insert` events, and `update` them when they have been processed. */
export const writeNames = ['insert', 'update'] as const
export type WriteName = (typeof writeNames)[number]

export interface WriteSeries {
  readonly name: WriteName
  readonly seen: Readonly<Record<ArmName, WriteSeen>>
  /** The candidate without the indexes that it may pay for; null: there are none. */
  readonly bare: WriteSeen | null
}

export interface Sizes {
  readonly indexes: Readonly<Record<ArmName, Indexes>>
  readonly writes: readonly WriteSeries[]
  /** Indexes of the candidate that a batch may cost more for, by as much as they take themselves. */
  readonly paidFor: readonly string[]
}

/** Rows of a batch, in one statement. */
export const batchRows = 500

export interface SizeRequest {
  readonly fixture: FixtureFacts
  readonly endUs: number
  /** Of the candidate's indexes those that a batch may cost more for. */
  readonly isPaidFor: (index: string, base: Indexes) => boolean
}

/** Measures sizes, then writes and rolls back: the instances are of no use for anything exact afterwards. */
export async function measureSizes(
  { databases }: Instances,
  { fixture, endUs, isPaidFor }: SizeRequest,
): Promise<Sizes> {
  const indexes = {
    base: await captureIndexes(databases.base),
    candidate: await captureIndexes(databases.candidate),
    control: await captureIndexes(databases.control),
  }
  const paidFor = Array.from(indexes.candidate.keys()).filter((name) =>
    isPaidFor(name, indexes.base),
  )
  const batch = encodeBatch(fixture, endUs)
  const writes: WriteSeries[] = []
  for (const name of writeNames) {
    const writeTo = (database: Database, without: readonly string[] = []): Promise<WriteSeen> =>
      write(database, name, batch, without)
    const seen: Partial<Record<ArmName, WriteSeen>> = {}
    for (const arm of armNames) {
      // The first extends the table's files.
      await writeTo(databases[arm])
      seen[arm] = await writeTo(databases[arm])
    }
    const bare = paidFor.length === 0 ? null : await writeTo(databases.candidate, paidFor)
    writes.push({ name, seen: seen as Record<ArmName, WriteSeen>, bare })
  }
  return { indexes, writes, paidFor }
}

export async function captureIndexes(database: Database): Promise<Indexes> {
  const rows = await database.query<
    IndexSeen & { readonly [column: string]: unknown; readonly name: string }
  >(
    `select c.oid::regclass::text as name, pg_relation_size(c.oid) as bytes,
            pg_get_indexdef(c.oid) as definition, i.indisvalid and i.indisready as "isValid"
       from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_index i on i.indexrelid = c.oid
      where c.relkind = 'i' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
      order by c.oid::regclass::text collate "C"`,
  )
  return new Map(rows.map(({ name, ...seen }) => [name, seen]))
}

function encodeBatch({ payload }: FixtureFacts, endUs: number): string {
  const events = generateEvents({ events: batchRows, seed: 'gate writes', payload, endUs })
  const lines = Buffer.concat(Array.from(encodeEvents(events, 'ndjson'))).toString('utf8')
  return `[${lines.trimEnd().split('\n').join(',')}]`
}

const explainSql = 'explain (analyze, wal, timing off, format json)'

const insertSql = `${explainSql}
  insert into hook_events (${eventColumns.join(', ')})
  select ${eventColumns.join(', ')} from jsonb_populate_recordset(null::hook_events, $1::jsonb)`

/** Whether they were processed before makes no difference: a row is written anew. */
const updateSql = `${explainSql}
  update hook_events set processed = true, processed_at = created_at
   where id in (select id from hook_events order by id limit ${batchRows})`

async function write(
  database: Database,
  name: WriteName,
  batch: string,
  without: readonly string[],
): Promise<WriteSeen> {
  try {
    const [row] = await rehearse(database, async (rehearsal) => {
      // As regclass printed them: quoted and qualified where they must be.
      for (const index of without) await rehearsal.query(`drop index ${index}`)
      return name === 'insert' ? rehearsal.query(insertSql, [batch]) : rehearsal.query(updateSql)
    })
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
