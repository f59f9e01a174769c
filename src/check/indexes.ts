import type { Database } from '../database/database.ts'
import { QueryError } from '../errors.ts'
import type { IndexContract } from '../migration/contract.ts'
import { type Check, type Outcome, compared, failed, passed } from './check.ts'
import { unexpectedObjects } from './created.ts'
import { type Subject, placeOf } from './subject.ts'

interface FoundIndex {
  readonly table_name: string
  readonly method: string
  readonly is_unique: boolean
  readonly is_usable: boolean
  readonly keys: string[]
  readonly include: string[]
  readonly predicate: string | null
}

/** `pg_get_indexdef` leaves direction, collation and operator class out of a single column: they are put back here. */
const indexSql = `
select c.relname::text as table_name, a.amname::text as method, i.indisunique as is_unique,
       i.indisvalid and i.indisready and i.indislive as is_usable,
       array(
         select pg_get_indexdef(i.indexrelid, k, true)
           || case when not o.opcdefault then ' ' || o.opcname else '' end
           || case when i.indcollation[k - 1] not in (0, coalesce(att.attcollation, 100))
                   then ' COLLATE ' || quote_ident(l.collname) else '' end
           || case i.indoption[k - 1]
                when 3 then ' DESC' when 2 then ' NULLS FIRST' when 1 then ' DESC NULLS LAST' else '' end
         from generate_series(1, i.indnkeyatts) k
         join pg_opclass o on o.oid = i.indclass[k - 1]
         left join pg_attribute att on att.attrelid = i.indrelid and att.attnum = i.indkey[k - 1]
         left join pg_collation l on l.oid = i.indcollation[k - 1]
         order by k) as keys,
       array(
         select pg_get_indexdef(i.indexrelid, k, true)
         from generate_series(i.indnkeyatts + 1, i.indnatts) k order by k) as include,
       pg_get_expr(i.indpred, i.indrelid, true) as predicate
from pg_index i
join pg_class x on x.oid = i.indexrelid
join pg_class c on c.oid = i.indrelid
join pg_am a on a.oid = x.relam
where x.relname = $1 and pg_table_is_visible(x.oid)`

function describe(
  table: string,
  method: string,
  unique: boolean,
  keys: readonly string[],
  include: readonly string[],
  predicate: string | null,
): string {
  const parts = [`${unique ? 'unique ' : ''}${method} on ${table} (${keys.join(', ')})`]
  if (include.length > 0) parts.push(`include (${include.join(', ')})`)
  if (predicate !== null) parts.push(`where ${predicate}`)
  return parts.join(' ')
}

async function findIndex(database: Database, name: string): Promise<FoundIndex | undefined> {
  const [found] = await database.query<FoundIndex & Record<string, unknown>>(indexSql, [name])
  return found
}

async function compareDefinition(subject: Subject, declared: IndexContract): Promise<Outcome> {
  const title = `${declared.name} is defined as declared`
  const expected = describe(
    declared.table,
    declared.method,
    declared.unique,
    declared.keys,
    declared.include,
    declared.predicate,
  )
  const place = await placeOf(subject, 'index', declared.name)
  const found = await findIndex(subject.database, declared.name)
  if (found === undefined) return failed(title, expected, 'no such index', place)
  const actual = describe(
    found.table_name,
    found.method,
    found.is_unique,
    found.keys,
    found.include,
    found.predicate,
  )
  return compared(title, expected, actual, place)
}

const definition: Check = {
  id: 'indexes/definition',
  title: 'Every declared index has its declared table, method, keys, predicate and uniqueness',
  owes: ({ contract }) => contract.indexes.length,
  run: (subject) =>
    Promise.all(subject.contract.indexes.map((declared) => compareDefinition(subject, declared))),
}

const validity: Check = {
  id: 'indexes/validity',
  title: 'Every declared index is valid and ready',
  owes: ({ contract }) => contract.indexes.length,
  async run(subject) {
    const outcomes: Outcome[] = []
    for (const { name } of subject.contract.indexes) {
      const title = `${name} is valid and ready`
      const found = await findIndex(subject.database, name)
      const actual =
        found === undefined ? 'no such index' : found.is_usable ? 'usable' : 'not usable'
      outcomes.push(compared(title, 'usable', actual, await placeOf(subject, 'index', name)))
    }
    return outcomes
  },
}

/** Leaves the planner no sequential scan: an index that even then stays aside can't serve the query. */
async function canServe(database: Database, index: string, sql: string): Promise<boolean> {
  return database.transaction(async (transaction) => {
    await transaction.query('set local enable_seqscan = off')
    const [row] = await transaction.query<{ 'QUERY PLAN': unknown }>(
      `explain (format json, costs off) ${sql}`,
    )
    await transaction.query('set local enable_seqscan = on')
    return JSON.stringify(row?.['QUERY PLAN']).includes(`"Index Name":${JSON.stringify(index)}`)
  })
}

async function judgeUse(subject: Subject, declared: IndexContract): Promise<Outcome> {
  const title = `${declared.name} can serve a declared query`
  const place = await placeOf(subject, 'index', declared.name)
  if (declared.waiver !== null) return passed(title, `waived: ${declared.waiver}`)
  const refusals: string[] = []
  for (const sql of declared.serves) {
    try {
      if (await canServe(subject.database, declared.name, sql)) return passed(title, sql)
      refusals.push(`not in the plan of: ${sql}`)
    } catch (error) {
      if (!(error instanceof QueryError)) throw error
      refusals.push(`${error.message}: ${sql}`)
    }
  }
  const actual =
    refusals.length === 0 ? 'the contract declares no query for it' : refusals.join('\n')
  return failed(title, 'the index in the plan of at least one query', actual, place)
}

const use: Check = {
  id: 'indexes/use',
  title: 'Every declared index can serve a query it exists for',
  owes: ({ contract }) => contract.indexes.length,
  async run(subject) {
    const outcomes: Outcome[] = []
    for (const declared of subject.contract.indexes)
      outcomes.push(await judgeUse(subject, declared))
    return outcomes
  },
}

const nothingElse: Check = {
  id: 'indexes/nothing-else',
  title: 'No index is created that the contract does not declare',
  owes: () => 1,
  run: (subject) => unexpectedObjects(subject, 'index', subject.contract.indexes),
}

export const indexChecks: readonly Check[] = [definition, validity, use, nothingElse]
