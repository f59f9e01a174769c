import type { Database } from '../database/database.ts'
import { type Check, type Outcome, failed, passed } from './check.ts'
import { notReached } from './not-reached.ts'
import { placeInScripts } from './place-in-scripts.ts'

/** Columns that hold when a row was written, wherever it says nothing else. */
const columnsSql = `
select quote_ident(a.attname) as name from pg_attribute a
join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attrelid = to_regclass($1) and not a.attisdropped
  and a.atttypid in ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype)
  and pg_get_expr(d.adbin, d.adrelid) ~* 'now\\(|_timestamp|current_date'
order by a.attnum`

/** Time zones are less than a day apart, and the migrations were applied just now. */
const recordMoment: Check = {
  id: 'metadata/record-moment',
  title: 'The moment that is recorded of a migration is that of its execution',
  owes: ({ contract }) => (contract.record === null ? 0 : 1),
  async run({ contract: { record }, database, walks, migrations }) {
    if (record === null) return []
    const title = `${record.table} says when each migration was applied`
    const stage = walks.main.stages[1]
    if (stage === undefined) return [notReached(title, walks.main)]
    const wrong = await listWrong(database, record.table)
    const place = await placeInScripts(migrations.forward, [record.table], 'rows')
    return [
      wrong.length === 0
        ? passed(title)
        : failed(title, 'a moment of the last day', wrong.join('\n'), place),
    ] satisfies readonly Outcome[]
  },
}

export const recordMomentChecks: readonly Check[] = [recordMoment]

async function listWrong(database: Database, table: string): Promise<readonly string[]> {
  const columns = await database.query<{ name: string }>(columnsSql, [table])
  const wrong: string[] = []
  for (const { name } of columns) {
    const rows = await database.query<{ moment: string }>(
      `select ${name}::text as moment from ${table}
       where ${name} not between now() - interval '1 day' and now() + interval '1 day'`,
    )
    wrong.push(...rows.map(({ moment }) => `${name}: ${moment}`))
  }
  return wrong
}
