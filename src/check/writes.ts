import type { Contract } from '../migration/contract.ts'
import { orDeclared, rowChanges } from '../migration/row-change.ts'
import type { Script } from '../migration/script.ts'
import { type Check, type Outcome, failed, passed } from './check.ts'
import { notReached } from './not-reached.ts'
import { placeInScripts } from './place-in-scripts.ts'
import type { Stage, Walk } from './walk.ts'

/** A table that took rows at the start, and is there at a later stage. */
interface Comparison {
  readonly title: string
  readonly table: string
  readonly to: number
  readonly scripts: readonly Script[]
}

function listTables(stage: Stage | undefined): readonly string[] {
  return [...new Set(stage?.writes.map(({ table }) => table))]
}

function listComparisons(
  { stages }: Walk,
  { forward, backward }: Readonly<Record<'forward' | 'backward', readonly Script[]>>,
): readonly Comparison[] {
  const legs = [
    { to: 1, when: 'migrations', scripts: forward },
    { to: 2, when: 'rollback', scripts: [...backward, ...forward] },
  ]
  return legs.flatMap(({ to, when, scripts }) => {
    const later = listTables(stages[to])
    return listTables(stages[0])
      .filter((table) => stages[to] === undefined || later.includes(table))
      .map((table) => {
        const title = `Rows of ${table} are inserted, changed and deleted after the ${when} as before`
        return { title, table, to, scripts }
      })
  })
}

async function judge(
  walk: Walk,
  { title, table, to, scripts }: Comparison,
  contract: Contract,
): Promise<Outcome> {
  const [before, after] = [walk.stages[0], walk.stages[to]]
  if (before === undefined || after === undefined) return notReached(title, walk)
  const meant =
    to === 1 ? rowChanges(contract, 'writes').find(({ identity }) => identity === table) : undefined
  const accepted = before.writes.filter((one) => one.table === table && one.isAccepted)
  const wrong = accepted.flatMap((was) => {
    const is = after.writes.find((one) => one.table === table && one.title === was.title)
    // What an INSERT that is refused keeps from being tried is told with it.
    return is === undefined || is.answer === was.answer ? [] : [{ was, is }]
  })
  if (meant !== undefined) {
    return wrong.length > 0
      ? passed(title, `not all, and meant so: ${meant.reason}`)
      : failed(title, `other answers: ${meant.reason}`, 'the same answers')
  }
  if (wrong.length === 0) return passed(title, `${accepted.length} writes`)
  const expected = [
    ...wrong.map(({ was }) => `${was.title}: ${was.answer}`),
    ...(to === 1 ? [orDeclared('writes')] : []),
  ]
  const actual = wrong.flatMap(({ is }) => [`${is.title}: ${is.answer}`, `${is.sql};`])
  const place = await placeInScripts(scripts, [table])
  return failed(title, expected.join('\n'), actual.join('\n'), place)
}

/** What a program that knows only the old schema writes, on tables that nobody wrote an oracle for. */
export const writes: Check = {
  id: 'compatibility/writes',
  title: 'What was written before is written the same after, and after the rollback',
  owes: ({ walks, migrations }) => listComparisons(walks.main, migrations).length,
  run: ({ walks: { main }, migrations, contract }) =>
    Promise.all(listComparisons(main, migrations).map((one) => judge(main, one, contract))),
}
