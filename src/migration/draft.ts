import type { Database } from '../database/database.ts'
import { defined } from '../defined.ts'
import { normalizeSnapshot } from './catalog/normalize.ts'
import type {
  ChangeContract,
  Contract,
  IndexContract,
  LockContract,
  OtherContract,
  SessionContract,
  ViewContract,
} from './contract.ts'
import { findColumns, findIndex } from './definition.ts'
import { type SnapshotDifference, diffSnapshots } from './diff.ts'
import { isOfTrigger } from './draft-call.ts'
import { draftFunctions, isPlainFunction } from './draft-function.ts'
import { type Watched, applyAndDraftLocks } from './draft-lock.ts'
import { askTables, listUnchanged } from './draft-query.ts'
import { TransactionDraft } from './draft-transaction.ts'
import { fillTables } from './fill/fill.ts'
import { type Ledger, captureLedger, listChangedTables } from './ledger.ts'
import type { UndeclaredSet } from './migration.ts'
import { declaredName } from './object-name.ts'
import { applyScript } from './runner.ts'
import type { Script } from './script.ts'
import { type CatalogObject, type Fact, type Snapshot, captureSnapshot } from './snapshot.ts'
import { unusualFacts } from './unusual-fact.ts'

/** What a draft can't know, one sentence each: its reader fills it in. */
export interface Draft {
  readonly contract: Contract
  readonly gaps: readonly string[]
}

const waiver = 'Drafted: no query that it serves has been declared yet.'
const observed = 'Drafted: seen to change; say why it should.'

/**
 * Applies a folder's scripts to an empty database and writes down what they created and changed there. What a folder means
 * by it, its totals, orders and queries, only a person can add.
 * @param options.filled puts rows into what the base scripts leave empty, as the checks do
 * @throws {MigrationError} where a script is refused
 */
export async function draftContract(
  database: Database,
  set: UndeclaredSet,
  options: { readonly title: string; readonly filled: boolean },
): Promise<Draft> {
  const transactions = new TransactionDraft()
  const locks: LockContract[] = []
  const session: SessionContract[] = []
  const watched: Watched = new Map()
  const apply = async (scripts: readonly Script[]): Promise<void> => {
    for (const script of scripts) {
      const seen = await transactions.apply(script, (one) =>
        applyAndDraftLocks(database, one, watched),
      )
      locks.push(...seen.locks)
      session.push(...seen.session)
    }
  }
  for (const script of set.base)
    await transactions.apply(script, (one) => applyScript(database, one))
  if (options.filled) await fillTables(database)
  const before = normalizeSnapshot(await captureSnapshot(database))
  const rows = await captureLedger(database)
  const patches = set.steps.at(-1)?.patches ?? []
  await apply(set.forward.filter((script) => !patches.includes(script)))
  const unpatched = normalizeSnapshot(await captureSnapshot(database))
  await apply(patches)
  const after = normalizeSnapshot(await captureSnapshot(database))
  const rowDrafts = draftRowChanges(rows, await captureLedger(database, rows))
  const created = await describeCreated(database, before, unpatched, after)
  const asked = await askTables(database, before, after)
  await apply(set.backward)
  const contract: Contract = {
    contractVersion: 1,
    title: options.title,
    files: layoutOf(set),
    ...defined({ transactions: transactions.describe() }),
    targetMs: 100,
    ...created,
    changes: [...created.changes, ...rowDrafts],
    preserved: { queries: await listUnchanged(database, asked), writes: [] },
    vocabulary: [],
    locks,
    ...(session.length > 0 && { session }),
  }
  const stray = set.stray.map(
    (file) => `files: the part that ${file} plays, or under ignored why it plays none`,
  )
  return { contract, gaps: [...stray, ...listGaps(contract)] }
}

type Created = Pick<
  Contract,
  'tables' | 'fixture' | 'record' | 'indexes' | 'views' | 'functions' | 'others' | 'changes'
>

/** What was there before, and what has become of it, asked of the database as the migrations leave it. */
async function describeCreated(
  database: Database,
  before: Snapshot,
  unpatched: Snapshot,
  after: Snapshot,
): Promise<Created> {
  const differences = diffSnapshots(before, after)
  const created = differences.flatMap((difference) =>
    difference.change === 'added' ? [difference.object] : [],
  )
  const of = (kind: string): readonly CatalogObject[] =>
    created.filter((object) => object.kind === kind)
  const tables = before.objects.filter(({ kind }) => kind === 'table').map(declaredName)
  const [user] = await database.query<{ name: string }>('select current_user::text as name')
  const owner = user?.name ?? ''
  const views = await Promise.all(of('view').map((object) => draftView(database, object)))
  return {
    tables,
    fixture: tables.includes('hook_events') ? 'hook-events' : null,
    record: null,
    indexes: await draftIndexes(database, of('index')),
    views,
    functions: await draftFunctions(database, created.filter(isPlainFunction), before, unpatched),
    others: [...draftOthers(created, views, owner), ...draftUnusual(created, owner)],
    changes: differences.flatMap(draftChange),
  }
}

function layoutOf(set: UndeclaredSet): Contract['files'] {
  return {
    base: set.base.map(({ file }) => file),
    migrations: set.steps.map(({ version, up, patches, rollback }) => ({
      version,
      up: up.file,
      patches: patches.map(({ file }) => file),
      rollback: rollback.file,
    })),
  }
}

async function draftIndexes(
  database: Database,
  objects: readonly CatalogObject[],
): Promise<readonly IndexContract[]> {
  const drafts = objects.map(async (object): Promise<IndexContract[]> => {
    const name = declaredName(object)
    const found = await findIndex(database, name)
    if (found === undefined) return []
    const { table, method, is_unique: unique, keys, include, predicate } = found
    const comment = commentOf(object)
    return [{ name, table, method, unique, keys, include, predicate, comment, serves: [], waiver }]
  })
  return (await Promise.all(drafts)).flat()
}

async function draftView(database: Database, object: CatalogObject): Promise<ViewContract> {
  const name = declaredName(object)
  const columns = await findColumns(database, name)
  return { name, columns, order: [], comment: commentOf(object), totals: [] }
}

function draftOthers(
  created: readonly CatalogObject[],
  views: readonly ViewContract[],
  owner: string,
): readonly OtherContract[] {
  const declared = new Set(['index', 'view'])
  const isOfView = (object: CatalogObject): boolean =>
    object.kind === 'column' && views.some(({ name }) => name === declaredName(object))
  return created
    .filter((object) => !declared.has(object.kind) && !isPlainFunction(object) && !isOfView(object))
    .map(({ kind, identity, facts }) => ({ kind, identity, facts: tellingFacts(facts, owner) }))
}

/** What is not as Postgres makes it, of indexes, views and functions: their own fields have no place for it. */
function draftUnusual(created: readonly CatalogObject[], owner: string): readonly OtherContract[] {
  return created
    .filter(({ kind }) => kind === 'index' || kind === 'view' || kind === 'function')
    .flatMap((object) => {
      const facts = onlyTold(unusualFacts(object, owner))
      const { kind, identity } = object
      return Object.keys(facts).length === 0 ? [] : [{ kind, identity, facts }]
    })
}

function onlyTold(facts: Readonly<Record<string, Fact>>): OtherContract['facts'] {
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, fact]) => (fact === null ? [] : [[name, fact]])),
  )
}

/** Who owns an object differs from one installation to the next, unless the migrations say who. */
function tellingFacts(
  facts: Readonly<Record<string, Fact>>,
  owner: string,
): OtherContract['facts'] {
  const told: Record<string, string | number | boolean> = {}
  for (const [name, fact] of Object.entries(facts)) {
    const isLocal = name === 'comment' || (name === 'owner' && fact === owner)
    if (fact !== null && fact !== false && !isLocal) told[name] = fact
  }
  return told
}

function draftChange(difference: SnapshotDifference): readonly ChangeContract[] {
  if (difference.change === 'added') return []
  if (difference.change !== 'changed') {
    const { kind, identity } = difference.object
    return [{ kind, identity, reason: observed }]
  }
  const { kind, identity } = difference
  const facts = Object.fromEntries(difference.facts.map(({ fact, after }) => [fact, after]))
  return [{ kind, identity, facts, reason: observed }]
}

/** A table that is gone has no rows that could be. */
function draftRowChanges(before: Ledger, after: Ledger): readonly ChangeContract[] {
  const changed = listChangedTables(before, after)
  const lost = before.filter((entry) => {
    const now = after.find(({ table }) => table === entry.table)
    return now !== undefined && now.rows < entry.rows
  })
  return [
    ...changed.map((identity) => ({ kind: 'rows', identity, reason: observed })),
    ...lost.map(({ table }) => ({ kind: 'lost rows', identity: table, reason: observed })),
  ]
}

function commentOf({ facts }: CatalogObject): string {
  return String(facts['comment'] ?? '')
}

function listNames(items: readonly { readonly name: string }[]): string {
  return items.map(({ name }) => name).join(', ')
}

function listGaps({
  transactions,
  indexes,
  views,
  functions,
  changes,
  locks = [],
  session = [],
  record,
}: Contract): readonly string[] {
  const gaps: string[] = []
  if (transactions?.default === 'wrapped')
    gaps.push(
      'transactions: whether whoever executes these files makes each a transaction, as the draft says',
    )
  if (indexes.length > 0)
    gaps.push(`serves: the queries that ${listNames(indexes)} exist for, instead of the waiver`)
  if (views.length > 0) gaps.push(`order and totals of ${listNames(views)}`)
  const uncalled = functions.filter(
    ({ examples, result }) => examples.length === 0 && !isOfTrigger(result),
  )
  if (uncalled.length > 0)
    gaps.push(`callsSql or examples, so that ${listNames(uncalled)} are called at all, or a waiver`)
  if (changes.length > 0)
    gaps.push(`reasons for the changes to ${changes.map(({ identity }) => identity).join(', ')}`)
  if (locks.length > 0) gaps.push('reasons for the locks that keep readers or writers waiting')
  if (session.length > 0) gaps.push('reasons for what scripts leave in their sessions')
  if (record === null) gaps.push('record: where these migrations are recorded, if they are')
  return gaps
}
