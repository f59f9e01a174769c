import { lacksConcurrently } from '../migration/concurrently.ts'
import type { Contract } from '../migration/contract.ts'
import { declaredName, parseName, renderName } from '../migration/object-name.ts'
import { rowChanges } from '../migration/row-change.ts'
import { isCallable } from './arguments.ts'
import type { BlindSpot } from './document.ts'
import { isWritten } from './rows.ts'
import type { Subject } from './subject.ts'
import type { Stage } from './walk.ts'

/** What can change without turning anything red: kinds that the contract leaves out, rows that are not there to be lost. */
export function listBlindSpots({
  contract,
  workbench,
  migrations,
  walks,
  database,
  oracle,
}: Subject): readonly BlindSpot[] {
  const [start] = walks.main.stages
  const isAlone = [...migrations.forward, ...migrations.backward].some(
    ({ transaction }) => transaction === 'none',
  )
  const empty = workbench.emptyTables(migrations)
  return [
    ...exclusionsOf(contract).map(({ kind, reason }) => ({
      what: `objects of the kind ${kind}`,
      reason,
    })),
    ...(contract.files.ignored ?? []).map(({ file, reason }) => ({
      what: `${file}, which nothing executes`,
      reason,
    })),
    ...contract.functions.flatMap((one) =>
      one.waiver === undefined || isCallable(one)
        ? []
        : [{ what: `what ${one.name}(${one.identityArguments}) does`, reason: one.waiver }],
    ),
    ...unknownAnswers(contract, oracle),
    ...(start !== undefined && start.ledger.length === 0
      ? [{ what: 'rows', reason: 'no table existed before the migrations that could lose any' }]
      : []),
    ...(isAlone && lacksConcurrently(database.engine)
      ? [
          {
            what: 'CONCURRENTLY',
            reason: `the engine of Postgres ${database.engine.version} can't do it: executed without`,
          },
        ]
      : []),
    ...rowChanges(contract, 'lossy rollback').map(({ identity, reason }) => ({
      what: `rows of ${identity} after the rollback`,
      reason,
    })),
    ...unwritten(contract, start),
    ...(start !== undefined && start.ledger.length > 0 && !isWritten(walks.recorded)
      ? [{ what: 'rows written after the migrations', reason: 'no table took any' }]
      : []),
    ...empty.map(({ table, reason }) => ({
      what: `rows of ${table}`,
      reason: `it holds none, and took none: ${reason}`,
    })),
  ]
}

/** What is executed, and answers something that nothing tells from a wrong answer. */
function unknownAnswers(
  { views, functions }: Contract,
  oracle: Subject['oracle'],
): readonly BlindSpot[] {
  if (oracle !== null) return []
  const untold = [
    ...views.filter(({ totals }) => totals.length === 0),
    ...functions.filter(isCallable),
  ]
  const reason = 'no totals and no oracle say what they must be'
  const names = untold.map(({ name }) => name).join(', ')
  return untold.length === 0 ? [] : [{ what: `whether the answers of ${names} are right`, reason }]
}

/** Tables that took no row of ours: what becomes of writes is not known of them. */
function unwritten({ fixture, tables, record }: Contract, start?: Stage): readonly BlindSpot[] {
  if (fixture !== null || start === undefined) return []
  const written = start.writes.map(({ table }) => renderName(parseName(table)))
  // Partitions are written through what they are a part of.
  const parts = start.snapshot.objects
    .filter(({ kind, facts }) => kind === 'table' && facts['partition_bound'] != null)
    .map(declaredName)
  const known = new Set([...written, ...parts, record?.table])
  return tables
    .filter((table) => !known.has(table))
    .map((table) => ({ what: `writes to ${table}`, reason: 'it takes no row that can be made up' }))
}

/** Kinds of objects that no snapshot holds. */
export function exclusionsOf({ snapshotExclusions = [] }: Contract): typeof snapshotExclusions {
  return snapshotExclusions
}
