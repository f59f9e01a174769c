import type { RecordContract } from '../migration/contract.ts'
import { describeDifference, diffSnapshots } from '../migration/diff.ts'
import { compareLedgers } from '../migration/ledger.ts'
import type { Stage } from './walk.ts'

/**
 * What differs between two stages, one text a difference: objects of the catalog, rows of tables, and the record. The
 * record's own times differ from run to run: its rows are compared by file and version, by their number, and those in
 * `kept` (there before any migration) word for word.
 */
export function describeStageDifference(
  before: Stage,
  after: Stage,
  record: RecordContract | null,
  kept: readonly string[],
): readonly string[] {
  return [
    ...diffSnapshots(before.snapshot, after.snapshot).map(describeDifference),
    ...compareLedgers(withoutRecord(before, record), withoutRecord(after, record)),
    ...(record === null ? [] : compareRecords(before, after, record, kept)),
  ]
}

function withoutRecord({ ledger }: Stage, record: RecordContract | null): Stage['ledger'] {
  if (record === null) return ledger
  const { table: name } = record
  return ledger.filter(({ table }) => table !== name && !table.endsWith(`.${name}`))
}

function compareRecords(
  before: Stage,
  after: Stage,
  { table }: RecordContract,
  kept: readonly string[],
): readonly string[] {
  const [were, are] = [before.recordRows ?? [], after.recordRows ?? []]
  const lost = kept.filter((row) => were.includes(row) && !are.includes(row))
  if (lost.length > 0) return lost.map((row) => `- row of ${table}: ${row}`)
  if (were.length !== are.length)
    return [`${table}: ${were.length} rows expected, ${are.length} found`]
  const [declared, found] = [listRecord(before), listRecord(after)]
  return declared === found ? [] : [`${table}: expected ${declared}; found ${found}`]
}

/** A refusal is an answer too: where there is no table yet, there is none afterwards. */
function listRecord({ record }: Stage): string {
  if (!Array.isArray(record)) return 'no table to ask'
  const rows = record.map((row) => `${String(row['file'])}: version ${String(row['version'])}`)
  return rows.toSorted().join(', ') || 'no row'
}
