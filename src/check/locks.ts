import type { LockContract } from '../migration/contract.ts'
import { readStatements } from '../migration/runner.ts'
import type { Script } from '../migration/script.ts'
import { classifyTransaction } from '../migration/transaction.ts'
import { formatMs } from '../units.ts'
import { type Outcome, type WalkedCheck, failed, passed, skipped } from './check.ts'
import type { LockFacts } from './document.ts'
import { notReached } from './integrity.ts'
import { isNamed } from './lock.ts'
import type { Subject } from './subject.ts'

const locks: WalkedCheck = {
  id: 'compatibility/locks',
  title: 'No table that existed before is written anew, or closed to its readers',
  owes: ({ migrations, contract }) =>
    migrations.forward.length + migrations.backward.length + (contract.locks ?? []).length,
  async run(subject) {
    const { migrations, contract, walks } = subject
    const scripts = [...migrations.forward, ...migrations.backward]
    return [
      ...(await Promise.all(scripts.map((script) => judgeScript(subject, script)))),
      ...(contract.locks ?? []).map((allowance) => judgeAllowance(allowance, walks.main.locks)),
    ]
  },
}

export const lockChecks: readonly WalkedCheck[] = [locks]

async function judgeScript({ walks: { main } }: Subject, script: Script): Promise<Outcome> {
  const title = `${script.file} keeps tables that existed before open to their readers`
  if (!main.steps.some((step) => step.script === script && 'applied' in step))
    return notReached(title, main)
  const own = main.locks.filter(({ place }) => place.file === script.file)
  const forbidden = own.filter(
    ({ mode, allowed }) => mode === 'ACCESS EXCLUSIVE' && allowed === null,
  )
  const [first] = forbidden
  if (first !== undefined) {
    const expected = 'no table written anew, no ACCESS EXCLUSIVE lock on one'
    return failed(title, expected, forbidden.map(describeLock).join('\n'), first.place)
  }
  if (script.transaction === 'none')
    return passed(title, 'no row written anew, by a statement that no transaction may hold')
  if (!(await isOneTransaction(script)))
    return skipped(title, 'a lock that is taken outside of a transaction is gone before it is seen')
  const blocking = own.filter(({ blocks }) => blocks !== 'nothing')
  return passed(title, blocking.map(describeLock).join('; ') || 'nobody has to wait')
}

async function isOneTransaction(script: Script): Promise<boolean> {
  if (script.transaction === 'wrapped') return true
  const transaction = classifyTransaction(await readStatements(script))
  return transaction === 'one' || transaction === 'left open'
}

/** `line 60: SHARE on public.hook_events blocks writes for 12 ms at 227 rows`. */
function describeLock(lock: LockFacts): string {
  const { place, mode, table, blocks, heldMs, rows, rewritten, allowed } = lock
  const what = `line ${place.line}: ${mode} on ${table} blocks ${blocks} for ${formatMs(heldMs)} at ${rows} rows`
  const rewrite = rewritten ? ', and every row is written anew' : ''
  return `${what}${rewrite}${allowed === null ? '' : ` (allowed: ${allowed})`}`
}

/** An allowance that nothing needs any more would cover up what comes next. */
function judgeAllowance(allowance: LockContract, observed: readonly LockFacts[]): Outcome {
  const { file, table, rewrite, reason } = allowance
  const title = `${file} needs what the contract allows it on ${table}`
  const isNeeded = observed.some(
    (lock) =>
      lock.place.file === file &&
      isNamed(lock.table, table) &&
      lock.mode === 'ACCESS EXCLUSIVE' &&
      lock.rewritten === rewrite,
  )
  const expected = rewrite ? `${table} written anew` : `an ACCESS EXCLUSIVE lock on ${table}`
  return isNeeded ? passed(title, reason) : failed(title, expected, 'nothing of the kind')
}
