import type { LockContract } from '../migration/contract.ts'
import { readStatements } from '../migration/runner.ts'
import type { Script } from '../migration/script.ts'
import { classifyTransaction } from '../migration/transaction.ts'
import { formatMs } from '../units.ts'
import { type Outcome, type WalkedCheck, failed, passed, skipped } from './check.ts'
import type { LockFacts } from './document.ts'
import { notReached } from './not-reached.ts'
import { allowedMode, isNamed } from './lock.ts'
import type { Subject } from './subject.ts'

const locks: WalkedCheck = {
  id: 'compatibility/locks',
  title:
    'No table that existed before is written anew, or closed to readers or writers, but as the contract allows',
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
  const title = `${script.file} keeps nobody waiting, but as the contract allows`
  if (!main.steps.some((step) => step.script === script && 'applied' in step))
    return notReached(title, main)
  const own = main.locks.filter(({ place }) => place.file === script.file)
  const blocking = own.filter(({ blocks }) => blocks !== 'nothing')
  const forbidden = blocking.filter(({ allowed }) => allowed === null)
  const [first] = forbidden
  if (first !== undefined) {
    const expected = 'no table written anew, and nobody kept waiting for it'
    return failed(title, expected, describeLocks(forbidden).join('\n'), first.place)
  }
  if (await waitsItself(script))
    return passed(title, 'no row written anew, by a statement that keeps nobody waiting')
  if (!(await isOneTransaction(script)))
    return skipped(title, 'a lock that is taken outside of a transaction is gone before it is seen')
  return passed(title, describeLocks(blocking).join('; ') || 'nobody has to wait')
}

/** The first of each kind: it is held the longest. */
function describeLocks(taken: readonly LockFacts[]): readonly string[] {
  return taken.flatMap((lock, index) => {
    if (taken.findIndex((one) => isAlike(one, lock)) < index) return []
    const again = taken.filter((one) => isAlike(one, lock)).length - 1
    const more = again === 0 ? '' : `; so do ${again} more statements`
    return [`${describeLock(lock)}${more}`]
  })
}

function isAlike(one: LockFacts, other: LockFacts): boolean {
  return one.table === other.table && one.mode === other.mode && one.rewritten === other.rewritten
}

/** What refuses a transaction waits for others and lets nobody wait, but for a REINDEX that is not CONCURRENTLY. */
async function waitsItself(script: Script): Promise<boolean> {
  if (script.transaction !== 'none') return false
  const statements = await readStatements(script)
  return statements.every(
    ({ kind, text }) => kind !== 'ReindexStmt' || /\bconcurrently\b/i.test(text),
  )
}

async function isOneTransaction(script: Script): Promise<boolean> {
  if (script.transaction !== 'own') return script.transaction === 'wrapped'
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
  const mode = allowedMode(allowance)
  const title = `${file} needs what the contract allows it on ${table}`
  const isNeeded = observed.some(
    (lock) =>
      lock.place.file === file &&
      isNamed(lock.table, table) &&
      lock.mode === mode &&
      lock.rewritten === rewrite,
  )
  const expected = rewrite ? `${table} written anew` : `${mode} on ${table}`
  return isNeeded
    ? passed(title, reason)
    : failed(title, expected, 'nothing of the kind', { file, line: 1 })
}
