import type { Database, Row } from '../database/database.ts'
import { QueryError } from '../errors.ts'
import type { RecordContract } from '../migration/contract.ts'
import { MigrationError } from '../migration/migration-error.ts'
import { applyScript, readStatements } from '../migration/runner.ts'
import type { Script } from '../migration/script.ts'
import { msPerDay } from '../units.ts'
import { type Outcome, type Place, type ScratchCheck, failed, passed, skipped } from './check.ts'
import type { Setting } from './subject.ts'
import type { Workbench } from './workbench.ts'

const hourMs = 3_600_000

/** Where the clock is put while each script runs, and what its record may then say. */
interface Leap {
  readonly title: string
  readonly aheadMs: number
  readonly leastMs: number
  /** With what the script really took. */
  readonly mostMs: (wallMs: number) => number
}

/** Rounded to a whole millisecond, up or down. */
const graceMs = 1

const leaps: readonly Leap[] = [
  {
    title: 'records a day where the clock is put forward by one',
    aheadMs: msPerDay,
    leastMs: msPerDay - graceMs,
    mostMs: (wallMs) => msPerDay + wallMs + graceMs,
  },
  {
    title: 'records nothing below 0 where the clock is set back',
    aheadMs: -hourMs,
    leastMs: 0,
    mostMs: (wallMs) => wallMs + graceMs,
  },
]

/** What a script takes here is milliseconds, and most wrong ways to count them come to the same: a day does not. */
const recordClock: ScratchCheck = {
  stage: 'scratch',
  effort: 'standard',
  id: 'metadata/record-clock',
  title: 'The recorded time follows the clock, and is never negative',
  owes: ({ contract }) => leaps.length * (contract.record?.rows.length ?? 0),
  async run(setting) {
    const { record } = setting.contract
    if (record === null) return []
    const outcomes: Outcome[] = []
    for (const leap of leaps) outcomes.push(...(await judge(setting, record, leap)))
    return outcomes
  },
}

export const recordClockChecks: readonly ScratchCheck[] = [recordClock]

/** Where a script writes its record, and how long it really took. */
interface Applied {
  readonly place: Place
  readonly wallMs: number
}

async function judge(
  { workbench, migrations }: Setting,
  record: RecordContract,
  leap: Leap,
): Promise<readonly Outcome[]> {
  const titles = record.rows.map(({ file }) => `${file} ${leap.title}`)
  const database = await workbench.prepare(migrations, { record: false })
  try {
    const applied = new Map<string, Applied>()
    for (const script of migrations.forward)
      applied.set(script.file, await applyLeaping(database, workbench, script, { record, leap }))
    const rows = await database.query(record.sql)
    return record.rows.map(({ file }, index) => {
      const row = rows.find((one) => one['file'] === file)
      return judgeTime(titles[index] ?? '', leap, row, applied.get(file))
    })
  } catch (error) {
    if (error instanceof MigrationError) return titles.map((title) => skipped(title, error.message))
    if (!(error instanceof QueryError)) throw error
    // What it wrote is no number that the record's own query can read.
    return titles.map((title) => failed(title, 'a number', `refused: ${error.message}`))
  }
}

/** Whatever a script counts from, it has begun to before it writes its record: there the clock leaps. */
async function applyLeaping(
  database: Database,
  workbench: Workbench,
  script: Script,
  { record, leap }: { readonly record: RecordContract; readonly leap: Leap },
): Promise<Applied> {
  const statements = await readStatements(script)
  const writing = statements.findLast(
    ({ kind, text }) => writingKinds.has(kind) && text.includes(record.table),
  )
  const started = performance.now()
  try {
    await applyScript(database, script, {
      onStatement: (statement) =>
        statement === writing ? workbench.setClock(leap.aheadMs) : undefined,
    })
  } finally {
    await workbench.setClock(0)
  }
  return {
    place: { file: script.file, line: writing?.position.line ?? 1 },
    wallMs: performance.now() - started,
  }
}

function judgeTime(
  title: string,
  leap: Leap,
  row: Row | undefined,
  { place, wallMs }: Applied = { place: { file: '', line: 1 }, wallMs: 0 },
): Outcome {
  if (row === undefined) return failed(title, 'a row', 'no row', place)
  if (row['elapsed_ms'] === null) return passed(title, 'the record keeps no time for it')
  const recordedMs = Number(row['elapsed_ms'])
  const mostMs = leap.mostMs(wallMs)
  const expected = `${leap.leastMs} to ${mostMs.toFixed(0)} ms`
  return recordedMs >= leap.leastMs && recordedMs <= mostMs
    ? passed(title, `${recordedMs} ms`)
    : failed(title, expected, `${recordedMs} ms`, place)
}

/** Statements that a record can be written with. */
const writingKinds: ReadonlySet<string> = new Set(['InsertStmt', 'UpdateStmt', 'MergeStmt'])
