import type { Database } from '../database/database.ts'
import { quoteIdentifier } from '../database/identifier.ts'
import type { Contract } from '../migration/contract.ts'
import type { Measurement, Sample } from './result.ts'
import { summarise } from './summary.ts'

/** ANALYZE is repeated while it is cheap. */
const mostTimes = 5

/**
 * Freezes and analyses everything, and then times ANALYZE of the main table by itself: after a migration it is what its
 * plans wait for. Its work are the columns that have statistics after it, those of indexes on expressions among them.
 */
export async function measureUpkeep(
  database: Database,
  { tables }: Contract,
  scale: number,
  patienceMs: number,
): Promise<readonly Measurement[]> {
  await database.query('vacuum (freeze, analyze)')
  const [table] = tables
  if (table === undefined) return []
  const name = table.split('.').map(quoteIdentifier).join('.')
  const analyse = async (): Promise<Sample> => {
    const { latencyMs } = await database.time(`analyze ${name}`)
    return { latencyMs, rows: await countAnalysed(database, table) }
  }
  const started = performance.now()
  const samples: [Sample, ...Sample[]] = [await analyse()]
  while (samples.length < mostTimes && performance.now() - started < patienceMs) {
    samples.push(await analyse())
  }
  const subject = { workloadId: 'maintain/analyze', title: `ANALYZE ${table}`, object: null, scale }
  return [{ ...subject, ...summarise(samples, null, null) }]
}

async function countAnalysed(database: Database, table: string): Promise<number> {
  const [row] = await database.query<{ readonly columns: number }>(
    `select count(*)::integer as columns from pg_statistic
      where starelid = $1::regclass
         or starelid in (select indexrelid from pg_index where indrelid = $1::regclass)`,
    [table],
  )
  return row?.columns ?? 0
}
