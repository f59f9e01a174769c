import type { Database, Row } from '../database/database.ts'
import { quoteIdentifier } from '../database/identifier.ts'

/** Where a sequence stands. */
export interface SequencePosition {
  /** Schema and name, as SQL takes them. */
  readonly sequence: string
  readonly increment: bigint
  readonly last: bigint
  /** Whether `last` was given already. */
  readonly isCalled: boolean
  /** What it gives next. */
  readonly next: bigint
  /** Rows of the column it belongs to that it has yet to run into; null: it belongs to none. */
  readonly ahead: number | null
}

const sequencesSql = `
select format('%I.%I', n.nspname, c.relname) as sequence, s.seqincrement::text as increment,
       case when a.attname is not null then format('%I.%I', tn.nspname, t.relname) end as table, a.attname::text as column
from pg_sequence s
join pg_class c on c.oid = s.seqrelid
join pg_namespace n on n.oid = c.relnamespace
left join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i')
  and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0
left join pg_class t on t.oid = d.refobjid
left join pg_namespace tn on tn.oid = t.relnamespace
left join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relpersistence <> 't'
order by 1`

interface State extends Row {
  readonly last: string
  readonly isCalled: boolean
  readonly next: string
  readonly ahead: number | null
}

interface Found extends Row {
  readonly sequence: string
  readonly increment: string
  readonly table: string | null
  readonly column: string | null
}

/** Every sequence outside the system's schemas. @throws {QueryError} */
export async function captureSequences(database: Database): Promise<readonly SequencePosition[]> {
  const found = await database.query<Found>(sequencesSql)
  const positions: SequencePosition[] = []
  for (const { sequence, increment, table, column } of found) {
    const isRising = !increment.startsWith('-')
    const ahead =
      table === null || column === null
        ? 'null'
        : `(select count(*) from ${table} where ${quoteIdentifier(column)} ${isRising ? '>=' : '<='} next)`
    const [row] = await database.query<State>(
      `select last::text, "isCalled", next::text, ${ahead} as ahead
       from (select last_value as last, is_called as "isCalled",
               last_value::numeric + case when is_called then ${increment} else 0 end as next
             from ${sequence}) s`,
    )
    if (row === undefined) continue
    const [last, next] = [BigInt(row.last), BigInt(row.next)]
    positions.push({ ...row, sequence, increment: BigInt(increment), last, next })
  }
  return positions
}

/** Does something, and sets every sequence back to where it was: nothing else takes back what was drawn from one. */
export async function keepSequences<T>(database: Database, work: () => Promise<T>): Promise<T> {
  const kept = await captureSequences(database)
  try {
    return await work()
  } finally {
    for (const { sequence, last, isCalled } of kept)
      await database.query('select setval($1::text::regclass, $2::text::bigint, $3::boolean)', [
        sequence,
        String(last),
        isCalled,
      ])
  }
}

/** What keeps the next value of a sequence from being a new one, one line each. */
export function compareSequences(
  before: readonly SequencePosition[],
  after: readonly SequencePosition[],
): readonly string[] {
  return after.flatMap((is) => {
    const was = before.find(({ sequence }) => sequence === is.sequence)
    if (is.ahead !== null) {
      // A row that was written past its sequence before is nobody's fault here.
      const more = is.ahead - (was?.ahead ?? 0)
      return more > 0
        ? [`${is.sequence}: gives ${is.next} next, ${is.ahead} rows have that or come after`]
        : []
    }
    if (was === undefined || (is.next - was.next) * is.increment >= 0n) return []
    return [`${is.sequence}: gives ${is.next} next, ${was.next} before`]
  })
}
