import type { ChangeContract, Contract } from '../migration/contract.ts'
import { type Ledger, compareLedgers, listChangedTables } from '../migration/ledger.ts'
import { type RowKind, orDeclared, rowChanges } from '../migration/row-change.ts'
import type { Script } from '../migration/script.ts'
import { type Check, type Outcome, failed, passed, skipped } from './check.ts'
import { notReached } from './not-reached.ts'
import { placeInScripts, placeOfWriting } from './place-in-scripts.ts'
import { legsOfRecorded } from './subject.ts'
import type { Walk } from './walk.ts'

/** Scripts of a walk, and what a contract may say of rows that they change. */
interface Leg {
  readonly walk: Walk
  readonly scripts: readonly Script[]
  readonly declarable: RowKind
}

/** A ledger after a leg against the one before it. */
async function judgeLedger(
  title: string,
  [before, after]: readonly [Ledger, Ledger],
  { walk, scripts, declarable }: Leg,
): Promise<Outcome> {
  const differences = compareLedgers(before, after)
  const count = before.reduce((sum, entry) => sum + entry.rows, 0)
  if (differences.length === 0) return passed(title, `${count} rows in ${before.length} tables`)
  const tables = listChangedTables(before, after)
  const place =
    placeOfWriting(walk.writings, scripts, tables) ??
    (await placeInScripts(scripts, tables, 'rows'))
  const expected = `every row of every table as before\n${orDeclared(declarable)}`
  return failed(title, expected, differences.join('\n'), place)
}

async function judgeForward(
  title: string,
  { walk, from }: { readonly walk: Walk; readonly from: number },
  contract: Contract,
  scripts: readonly Script[],
): Promise<Outcome> {
  const [before, after] = [walk.stages[from], walk.stages[from + 1]]
  if (before === undefined || after === undefined) return notReached(title, walk)
  const changing = namesOf(rowChanges(contract, 'rows'))
  const due = without(before.ledger, changing)
  return judgeLedger(title, [due, after.ledger], { walk, scripts, declarable: 'rows' })
}

/** Of a table that the migrations change on purpose the rows must be what they were before that. */
async function judgeRollback(
  walk: Walk,
  contract: Contract,
  scripts: readonly Script[],
): Promise<Outcome> {
  const title = 'After the rollback every row is as it was'
  const [start, up, back] = walk.stages
  if (start === undefined || up === undefined || back === undefined) return notReached(title, walk)
  const changing = namesOf(rowChanges(contract, 'rows'))
  const changed = start.ledger.filter((entry) => isNamed(entry.table, changing))
  const kept = without(earlier(walk, up.ledger), changing)
  const due = without([...changed, ...kept], exceptions(contract))
  return judgeLedger(title, [due, back.ledger], { walk, scripts, declarable: 'lossy rollback' })
}

const written = 'The rollback keeps rows that were written after the migration'

/**
 * Where no table took a row in between, nothing is claimed of such rows, unless one should have; whether one did is not known of a
 * walk that did not get there.
 */
export function isWritten({ stages, refusals }: Walk): boolean {
  const [, up, full] = stages
  if (refusals.length > 0) return true
  return up === undefined || full === undefined || compareLedgers(up.ledger, full.ledger).length > 0
}

/** Rows of a table that the migrations change on purpose are changed back: of those only the number is known. */
async function judgeWritten(
  walk: Walk,
  contract: Contract,
  scripts: readonly Script[],
): Promise<Outcome> {
  const [start, up, full, back] = walk.stages
  const [refusal] = walk.refusals
  if (refusal !== undefined) return skipped(written, `Not every row was: ${refusal.message}`)
  if (walk.stopped?.leg === legsOfRecorded.indexOf('back')) {
    const { message, file, line } = walk.stopped.error
    const expected = `to be applied where the new schema has taken rows\n${orDeclared('lossy rollback')}`
    return failed(written, expected, message, { file, line })
  }
  if (start === undefined || up === undefined || full === undefined || back === undefined)
    return notReached(written, walk)
  const changing = namesOf(rowChanges(contract, 'rows'))
  const due = without(earlier(walk, full.ledger), exceptions(contract))
  const counted = start.ledger.filter(
    ({ table }) => isNamed(table, changing) && due.some((entry) => entry.table === table),
  )
  const wrong = counted.flatMap(({ table, rows }) => {
    const more = rowsOf(full.ledger, table) - rowsOf(up.ledger, table)
    const left = rowsOf(back.ledger, table)
    return rows + more === left
      ? []
      : [`${table}: ${rows} rows before, ${more} written since, ${left} after`]
  })
  const same = without(due, changing)
  if (wrong.length === 0)
    return judgeLedger(written, [same, back.ledger], {
      walk,
      scripts,
      declarable: 'lossy rollback',
    })
  const differences = [...wrong, ...compareLedgers(same, back.ledger)].join('\n')
  const tables = listChangedTables(full.ledger, back.ledger)
  const place =
    placeOfWriting(walk.writings, scripts, tables) ??
    (await placeInScripts(scripts, wrong, 'lost rows'))
  return failed(written, `as many rows\n${orDeclared('lossy rollback')}`, differences, place)
}

function rowsOf(ledger: Ledger, table: string): number {
  return ledger.find((entry) => entry.table === table)?.rows ?? 0
}

/** Tables that were there at the start: those that a migration makes go with its rollback. */
function earlier(walk: Walk, ledger: Ledger): Ledger {
  const known = new Set(walk.stages[0]?.ledger.map(({ table }) => table))
  return ledger.filter(({ table }) => known.has(table))
}

function exceptions(contract: Contract): readonly string[] {
  return [...namesOf(rowChanges(contract, 'lossy rollback')), ...recordOf(contract)]
}

/** The record's rows come and go with the migrations: other checks look at them. */
function recordOf({ record }: Contract): readonly string[] {
  return record === null ? [] : [record.table]
}

/** A table that is meant to go takes its rows with it. */
function goneTables({ changes }: Contract): readonly ChangeContract[] {
  return changes.filter(({ kind }) => kind === 'table')
}

function namesOf(changes: readonly ChangeContract[]): readonly string[] {
  return changes.map(({ identity }) => identity)
}

function without(ledger: Ledger, names: readonly string[]): Ledger {
  return ledger.filter(({ table }) => !isNamed(table, names))
}

function isNamed(table: string, names: readonly string[]): boolean {
  return names.some((name) => table === name || table.endsWith(`.${name}`))
}

/** A declared change that does not happen is a contract that says what is not so; one of values takes no row away. */
async function judgeChange(
  walk: Walk,
  { identity, reason }: ChangeContract,
  contract: Contract,
  scripts: readonly Script[],
): Promise<Outcome> {
  const title = `Rows of ${identity} change`
  const [before, after] = walk.stages
  if (before === undefined || after === undefined) return notReached(title, walk)
  if (!listChangedTables(before.ledger, after.ledger).includes(identity))
    return failed(title, `a change: ${reason}`, 'no change')
  const [was, is] = [before, after].map(({ ledger }) => rowsOf(ledger, identity)) as [
    number,
    number,
  ]
  const meant = namesOf([...rowChanges(contract, 'lost rows'), ...goneTables(contract)])
  if (is >= was || isNamed(identity, meant)) return passed(title, reason)
  const place = await placeInScripts(scripts, [identity], 'lost rows')
  const expected = `${was} rows at least\n${orDeclared('lost rows')}`
  return failed(title, expected, `${is} rows`, place)
}

function judgeLoss(walk: Walk, { identity, reason }: ChangeContract): Outcome {
  const title = `Rows of ${identity} are taken away`
  const [before, after] = walk.stages
  if (before === undefined || after === undefined) return notReached(title, walk)
  const [was, is] = [before, after].map(({ ledger }) => rowsOf(ledger, identity)) as [
    number,
    number,
  ]
  return is < was
    ? passed(title, reason)
    : failed(title, `fewer than ${was} rows: ${reason}`, `${is} rows`)
}

export const rows: Check = {
  id: 'integrity/rows',
  title: 'No row of any table is changed, lost or added, but for what is declared to change',
  owes: ({ contract, walks }) =>
    3 +
    (isWritten(walks.recorded) ? 1 : 0) +
    rowChanges(contract, 'rows').length +
    rowChanges(contract, 'lost rows').length,
  run: async ({ walks: { main, recorded }, contract, migrations: { forward, backward } }) => {
    const first = 'Migrations and patches leave every row as it was'
    const again = 'Applied again after the rollback, they leave every row as it was'
    return [
      await judgeForward(first, { walk: main, from: 0 }, contract, forward),
      await judgeForward(again, { walk: main, from: 2 }, contract, forward),
      await judgeRollback(main, contract, backward),
      ...(isWritten(recorded) ? [await judgeWritten(recorded, contract, backward)] : []),
      ...(await Promise.all(
        rowChanges(contract, 'rows').map((change) => judgeChange(main, change, contract, forward)),
      )),
      ...rowChanges(contract, 'lost rows').map((change) => judgeLoss(main, change)),
    ]
  },
}
