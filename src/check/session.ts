import type { SessionContract } from '../migration/contract.ts'
import type { Script } from '../migration/script.ts'
import { type Outcome, type WalkedCheck, failed, passed } from './check.ts'
import { notReached } from './not-reached.ts'
import type { Leftover } from './lock.ts'
import type { Subject } from './subject.ts'

const session: WalkedCheck = {
  id: 'metadata/session',
  title: 'No script leaves anything in its session that the contract does not allow',
  owes: ({ migrations, contract }) =>
    migrations.forward.length + migrations.backward.length + (contract.session ?? []).length,
  run: ({ migrations, contract: { session: allowances = [] }, walks: { main } }) =>
    Promise.resolve([
      ...[...migrations.forward, ...migrations.backward].map((script) =>
        judgeScript(main, script, allowances),
      ),
      ...allowances.map((allowance) => judgeAllowance(allowance, main.leftovers)),
    ]),
}

export const sessionChecks: readonly WalkedCheck[] = [session]

/** Whoever executes the next file in the same session has them, too: a setting, a lock that nobody lets go of. */
function judgeScript(
  main: Subject['walks']['main'],
  script: Script,
  allowances: readonly SessionContract[],
): Outcome {
  const title = `${script.file} leaves its session as it was`
  if (!main.steps.some((step) => step.script === script && 'applied' in step))
    return notReached(title, main)
  const left = main.leftovers.filter(({ place }) => place.file === script.file)
  const forbidden = left.filter(
    ({ entry }) =>
      !allowances.some(({ file, effect }) => file === script.file && effect === entry.what),
  )
  const [first] = forbidden
  if (first === undefined) return passed(title)
  const expected = 'nothing that outlives the transaction (SET LOCAL, pg_advisory_xact_lock, …)'
  return failed(title, expected, forbidden.map(describeLeftover).join('\n'), first.place)
}

function describeLeftover({ entry: { what, value }, place }: Leftover): string {
  const [first = ''] = value.split('\n', 1)
  return `line ${place.line}: ${what}${first === '' ? '' : `: ${first}`}`
}

/** An allowance that nothing needs any more would cover up what comes next. */
function judgeAllowance(
  { file, effect, reason }: SessionContract,
  leftovers: readonly Leftover[],
): Outcome {
  const title = `${file} leaves what the contract allows: ${effect}`
  return leftovers.some(({ entry, place }) => entry.what === effect && place.file === file)
    ? passed(title, reason)
    : failed(title, effect, 'nothing of the kind', { file, line: 1 })
}
