import type { Database } from '../database/database.ts'
import { rehearse } from '../database/rehearse.ts'
import { encodeEvents } from '../fixture/encode.ts'
import { eventColumns } from '../fixture/event.ts'
import { type GenerateOptions, generateEvents } from '../fixture/generate.ts'
import { formatRows } from '../units.ts'
import type { Measurement, Sample, Subject, WriteCost } from './result.ts'
import { summarise } from './summary.ts'

/** Without the migrations and with them. */
const phases = ['before', 'after'] as const
type Phase = (typeof phases)[number]

interface Write {
  readonly name: string
  readonly title: string
  /** Executions that count; one more comes first. */
  readonly samples: number
  readonly rows: number
  readonly execute: (database: Database, execution: number) => Promise<Sample>
}

const batchRows = 1_000

/** What COPY sends is encoded beforehand, and has to fit into memory. */
const copyRows = { slim: 100_000, recorded: 5_000 } as const

const insertSql = `insert into hook_events (${eventColumns.join(', ')})`

/**
 * Times a logger's writes in transactions that are rolled back, so that each phase writes the same rows into the same table.
 * Each execution is taken in both phases, one right after the other, and the order turns around every time: what drifts on
 * the machine hits both alike. The time is the statement's: commit is not in it.
 */
export async function measureWrites(
  databases: Readonly<Record<Phase, Database>>,
  options: Omit<GenerateOptions, 'events'>,
  amount: { readonly scale: number; readonly maximumSamples: number },
): Promise<readonly Measurement[]> {
  const { scale, maximumSamples } = amount
  const measurements: Measurement[] = []
  for (const write of listWrites(options, scale, maximumSamples)) {
    const taken = await rehearse(databases.before, (before) =>
      rehearse(databases.after, (after) => alternate(write, { before, after })),
    )
    for (const phase of phases) measurements.push(describe(write, phase, scale, taken[phase]))
  }
  return measurements
}

async function alternate(
  write: Write,
  databases: Readonly<Record<Phase, Database>>,
): Promise<Readonly<Record<Phase, readonly Sample[]>>> {
  const taken: Record<Phase, Sample[]> = { before: [], after: [] }
  for (let execution = 0; execution <= write.samples; execution += 1) {
    for (const phase of execution % 2 === 0 ? phases : phases.toReversed()) {
      const sample = await write.execute(databases[phase], execution)
      // The first execution warms up.
      if (execution > 0) taken[phase].push(sample)
    }
  }
  return taken
}

/** Pairs the writes of both phases; a write that is void in one has no cost. */
export function compareWrites(measurements: readonly Measurement[]): readonly WriteCost[] {
  return measurements.flatMap((before) => {
    const afterId = before.workloadId.replace(/-before$/, '-after')
    const after = measurements.find(({ workloadId }) => workloadId === afterId)
    if (afterId === before.workloadId || after === undefined) return []
    if (before.state === 'void' || after.state === 'void') return []
    const [one, other] = [before.medianIntervalMs, after.medianIntervalMs]
    return [
      {
        title: before.title.replace(/, before$/, ''),
        beforeId: before.workloadId,
        afterId,
        ratio: after.p50Ms / before.p50Ms,
        ratioInterval:
          one === null || other === null ? null : ([other[0] / one[1], other[1] / one[0]] as const),
      },
    ]
  })
}

function describe(
  { name, title, rows }: Write,
  phase: Phase,
  scale: number,
  [first, ...rest]: readonly Sample[],
): Measurement {
  const subject: Subject = {
    workloadId: `ingest/${name}-${phase}`,
    title: `${title}, ${phase}`,
    object: null,
    scale,
  }
  if (first === undefined) {
    return { ...subject, state: 'void', fault: 'error', reason: 'was not executed' }
  }
  const wrong = [first, ...rest].find((sample) => sample.rows !== rows)
  if (wrong === undefined) return { ...subject, ...summarise([first, ...rest], null, null) }
  const mismatch = { expectedRows: rows, actualRows: wrong.rows }
  const reason = `wrote ${wrong.rows} rows, expected ${rows}`
  return { ...subject, state: 'void', fault: 'wrong', reason, mismatch }
}

function listWrites(
  options: Omit<GenerateOptions, 'events'>,
  scale: number,
  maximumSamples: number,
): readonly Write[] {
  const inserts = [
    insertOne(options, Math.min(100, maximumSamples)),
    insertBatch(options, Math.min(10, maximumSamples)),
  ]
  // Into a table smaller than the copy, it would be another table that is measured.
  return scale >= copyRows[options.payload] ? [...inserts, copy(options, 2)] : inserts
}

function insertOne(options: Omit<GenerateOptions, 'events'>, samples: number): Write {
  const events = encodeLines({ ...options, events: samples + 1 })
  const values = eventColumns.map((_, index) => `$${index + 1}`).join(', ')
  return {
    name: 'insert-one',
    title: 'INSERT of one event',
    samples,
    rows: 1,
    execute: async (database, execution) => {
      const event = JSON.parse(events[execution] ?? '{}') as Readonly<Record<string, unknown>>
      const params = eventColumns.map((column) => event[column])
      const { rows, latencyMs } = await database.time(
        `${insertSql} values (${values}) returning 1`,
        params,
      )
      return { latencyMs, rows: rows.length }
    },
  }
}

function insertBatch(options: Omit<GenerateOptions, 'events'>, samples: number): Write {
  const events = encodeLines({
    ...options,
    seed: `${options.seed} batch`,
    events: (samples + 1) * batchRows,
  })
  return {
    name: 'insert-batch',
    title: `INSERT of ${batchRows} events`,
    samples,
    rows: batchRows,
    execute: async (database, execution) => {
      const batch = events.slice(execution * batchRows, (execution + 1) * batchRows)
      const { rows, latencyMs } = await database.time(
        `${insertSql} select * from jsonb_populate_recordset(null::hook_events, $1::jsonb) returning 1`,
        [`[${batch.join(',')}]`],
      )
      return { latencyMs, rows: rows.length }
    },
  }
}

function copy(options: Omit<GenerateOptions, 'events'>, samples: number): Write {
  const rows = copyRows[options.payload]
  const encoded = Array.from(
    encodeEvents(
      generateEvents({ ...options, seed: `${options.seed} copy`, events: rows }),
      'copy',
    ),
  )
  return {
    name: 'copy',
    title: `COPY of ${formatRows(rows)} events`,
    samples,
    rows,
    execute: (database) =>
      // The same rows each time: their keys are free again once the ones before are gone.
      rehearse(database, async (savepoint) => {
        const started = performance.now()
        const stored = await savepoint.copyIn('hook_events', eventColumns, encoded)
        return { latencyMs: performance.now() - started, rows: stored }
      }),
  }
}

/** One JSON document an event, its keys the columns. */
function encodeLines(options: GenerateOptions): readonly string[] {
  const chunks = Array.from(encodeEvents(generateEvents(options), 'ndjson'))
  return Buffer.concat(chunks).toString('utf8').trimEnd().split('\n')
}
