import type { Database } from '../database/database.ts'
import { rehearse } from '../database/rehearse.ts'
import { encodeEvents } from '../fixture/encode.ts'
import { QueryError } from '../errors.ts'
import { type HookEvent, eventColumns } from '../fixture/event.ts'
import { type GenerateOptions, generateEvents } from '../fixture/generate.ts'
import type { PayloadShape } from '../fixture/tool-output.ts'
import { estimateLocation } from '../statistics/rank.ts'
import { nonEmpty } from '../statistics/samples.ts'
import { formatRows } from '../units.ts'
import type { Measurement, Sample, Subject, WriteCost } from './result.ts'
import { summarise } from './summary.ts'

/** Without the migrations and with them. */
const phases = ['before', 'after'] as const
type Phase = (typeof phases)[number]

/** How often a write is executed in both phases: so often at least, and at most while its time lasts. */
interface Pairs {
  readonly least: number
  readonly most: number
}

interface Write {
  readonly name: string
  readonly title: string
  readonly rows: number
  readonly pairs: Pairs
  /** Makes what is written next; the time it takes counts for nothing. */
  readonly prepare: () => Execution
}

type Execution = (database: Database) => Promise<Sample>

/** What the generator is asked for; the number of events is the write's own. */
export type WrittenEvents = Omit<GenerateOptions, 'events'>

export interface WriteAmount {
  /** Rows that are there already. */
  readonly scale: number
  readonly maximumSamples: number
  /** More pairs than the least are taken only while they fit into this. */
  readonly patienceMs: number
}

/** With fewer pairs nothing is known of a ratio at 95 %. */
const leastPairs = 6

const batchRows = 1_000

/** What COPY sends is encoded beforehand, and has to fit into memory. */
export const copyRows: Readonly<Record<PayloadShape, number>> = { slim: 100_000, recorded: 5_000 }

/** COPY executions in each database, the untimed one included; their rows go, the room that they took stays. */
export const mostCopies: number = leastPairs + 1

const insertSql = `insert into hook_events (${eventColumns.join(', ')})`

/**
 * Times a logger's writes in transactions that are rolled back, so that each phase writes the same rows into the same table.
 * Each execution is taken in both phases, one right after the other, and the order turns around every time: what drifts on
 * the machine hits both alike. The time is the statement's: commit is not in it. A write that is refused is void, and the
 * others stand. @throws {HarnessError} when an engine is gone.
 */
export async function measureWrites(
  databases: Readonly<Record<Phase, Database>>,
  events: WrittenEvents,
  amount: WriteAmount,
  onProgress?: (done: number, total: number) => void,
): Promise<readonly Measurement[]> {
  const measurements: Measurement[] = []
  const writes = listWrites(events, amount)
  for (const [done, write] of writes.entries()) {
    onProgress?.(done, writes.length)
    const taken = await rehearse(databases.before, (before) =>
      rehearse(databases.after, (after) => alternate(write, { before, after }, amount)),
    )
    for (const phase of phases) measurements.push(describe(write, phase, amount.scale, taken))
  }
  return measurements
}

/** Of each phase the samples in order, one an execution, and what the server refused. */
interface Taken {
  readonly samples: Readonly<Record<Phase, Sample[]>>
  readonly refusals: Partial<Record<Phase, QueryError>>
}

async function alternate(
  write: Write,
  databases: Readonly<Record<Phase, Database>>,
  { maximumSamples, patienceMs }: WriteAmount,
): Promise<Taken> {
  const taken: Taken = { samples: { before: [], after: [] }, refusals: {} }
  const least = Math.min(write.pairs.least, maximumSamples)
  const most = Math.min(write.pairs.most, maximumSamples)
  const started = performance.now()
  for (let execution = 0; execution <= most; execution += 1) {
    if (execution > least && performance.now() - started > patienceMs) break
    const execute = write.prepare()
    for (const phase of execution % 2 === 0 ? phases : phases.toReversed()) {
      // A transaction that failed takes no more.
      if (taken.refusals[phase] !== undefined) continue
      const sample = await execute(databases[phase]).catch((error: unknown) => {
        if (!(error instanceof QueryError)) throw error
        taken.refusals[phase] = error
      })
      // The first execution warms up.
      if (sample !== undefined && execution > 0) taken.samples[phase].push(sample)
    }
  }
  return taken
}

/** What each write costs more, from its executions in pairs; a write that is void in one phase has no cost. */
export function compareWrites(measurements: readonly Measurement[]): readonly WriteCost[] {
  return measurements.flatMap((before) => {
    const afterId = before.workloadId.replace(/-before$/, '-after')
    const after = measurements.find(({ workloadId }) => workloadId === afterId)
    if (afterId === before.workloadId || after === undefined) return []
    if (before.state === 'void' || after.state === 'void') return []
    const { samples } = after
    const ratios = before.samples.flatMap(({ latencyMs }, index) => {
      const pair = samples[index]
      return pair === undefined || latencyMs === 0 || pair.latencyMs === 0
        ? []
        : [Math.log(pair.latencyMs / latencyMs)]
    })
    if (ratios.length === 0) return []
    const { estimate, interval } = estimateLocation(nonEmpty(ratios), confidence)
    return [
      {
        title: before.title.replace(/, before$/, ''),
        beforeId: before.workloadId,
        afterId,
        pairs: ratios.length,
        ratio: Math.exp(estimate),
        ratioInterval: interval === null ? null : [Math.exp(interval[0]), Math.exp(interval[1])],
      },
    ]
  })
}

const confidence = 0.95

function describe(
  { name, title, rows }: Write,
  phase: Phase,
  scale: number,
  { samples, refusals }: Taken,
): Measurement {
  const subject: Subject = {
    workloadId: `ingest/${name}-${phase}`,
    title: `${title}, ${phase}`,
    object: null,
    scale,
  }
  const refusal = refusals[phase]
  if (refusal !== undefined) {
    const reason = `refused: ${refusal.message}`
    if (phase === 'before' || refusals.before !== undefined) {
      return { ...subject, state: 'void', fault: 'error', reason }
    }
    const expected = 'accepted, as it is without the migrations'
    return { ...subject, state: 'void', fault: 'wrong', reason, expected }
  }
  const [first, ...rest] = samples[phase]
  if (first === undefined) {
    return { ...subject, state: 'void', fault: 'error', reason: 'was not executed' }
  }
  const wrong = [first, ...rest].find((sample) => sample.rows !== rows)
  if (wrong === undefined) return { ...subject, ...summarise([first, ...rest], null, null) }
  const mismatch = { expectedRows: rows, actualRows: wrong.rows }
  const reason = `wrote ${wrong.rows} rows, expected ${rows}`
  return { ...subject, state: 'void', fault: 'wrong', reason, mismatch }
}

function listWrites(events: WrittenEvents, { scale }: WriteAmount): readonly Write[] {
  const inserts = [insertOne(events), insertBatch(events)]
  // Into a table smaller than the copy, it would be another table that is measured.
  return scale >= copyRows[events.payload] ? [...inserts, copy(events)] : inserts
}

function insertOne(options: WrittenEvents): Write {
  const pairs = { least: leastPairs, most: 200 }
  const events = generateEvents({ ...options, events: pairs.most + 1 })
  const values = eventColumns.map((_, index) => `$${index + 1}`).join(', ')
  const sql = `${insertSql} values (${values}) returning 1`
  return {
    name: 'insert-one',
    title: 'INSERT of one event',
    rows: 1,
    pairs,
    prepare: () => {
      const event = JSON.parse(encodeLines(events, 1)) as Readonly<Record<string, unknown>>
      const params = eventColumns.map((column) => event[column])
      return (database) => timeInsert(database, sql, params)
    },
  }
}

function insertBatch(options: WrittenEvents): Write {
  const pairs = { least: leastPairs, most: 40 }
  const seed = `${options.seed} batch`
  const events = generateEvents({ ...options, seed, events: (pairs.most + 1) * batchRows })
  const sql = `${insertSql} select * from jsonb_populate_recordset(null::hook_events, $1::jsonb) returning 1`
  return {
    name: 'insert-batch',
    title: `INSERT of ${batchRows} events`,
    rows: batchRows,
    pairs,
    prepare: () => {
      const batch = `[${encodeLines(events, batchRows).replaceAll('\n', ',')}]`
      return (database) => timeInsert(database, sql, [batch])
    },
  }
}

async function timeInsert(
  database: Database,
  sql: string,
  params: readonly unknown[],
): Promise<Sample> {
  const { rows, latencyMs } = await database.time(sql, params)
  return { latencyMs, rows: rows.length }
}

function copy(options: WrittenEvents): Write {
  const rows = copyRows[options.payload]
  const seed = `${options.seed} copy`
  const encoded = Array.from(
    encodeEvents(generateEvents({ ...options, seed, events: rows }), 'copy'),
  )
  return {
    name: 'copy',
    title: `COPY of ${formatRows(rows)} events`,
    rows,
    pairs: { least: leastPairs, most: leastPairs },
    prepare: () => (database) =>
      // The same rows each time: their keys are free again once the ones before are gone.
      rehearse(database, async (savepoint) => {
        const started = performance.now()
        const stored = await savepoint.copyIn('hook_events', eventColumns, encoded)
        return { latencyMs: performance.now() - started, rows: stored }
      }),
  }
}

/** The next events as one JSON document a line, its keys the columns. */
function encodeLines(events: Iterator<HookEvent>, count: number): string {
  function* take(): Generator<HookEvent> {
    for (let taken = 0; taken < count; taken += 1) {
      const { done, value } = events.next()
      if (done === true) return
      yield value
    }
  }
  return Buffer.concat(Array.from(encodeEvents(take(), 'ndjson')))
    .toString('utf8')
    .trimEnd()
}
