import type { Database } from '../database/database.ts'
import { normalizeSnapshot } from './catalog/normalize.ts'
import type {
  ChangeContract,
  Contract,
  FunctionContract,
  IndexContract,
  LockContract,
  OtherContract,
  ViewContract,
} from './contract.ts'
import { type Watched, applyAndDraftLocks } from './draft-lock.ts'
import { findColumns, findFunctions, findIndex } from './definition.ts'
import { type SnapshotDifference, diffSnapshots } from './diff.ts'
import { captureLedger, listChangedTables } from './ledger.ts'
import type { UndeclaredSet } from './migration.ts'
import { applyScript } from './runner.ts'
import { type CatalogObject, type Fact, captureSnapshot } from './snapshot.ts'
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
 * @throws {MigrationError} where a script is refused
 */
export async function draftContract(
  database: Database,
  set: UndeclaredSet,
  title: string,
): Promise<Draft> {
  for (const script of set.base) await applyScript(database, script)
  const before = normalizeSnapshot(await captureSnapshot(database))
  const rows = await captureLedger(database)
  const last = set.steps.at(-1)
  const patches = last?.patches ?? []
  const locks: LockContract[] = []
  const watched: Watched = new Map()
  for (const script of set.forward.filter((one) => !patches.includes(one))) {
    locks.push(...(await applyAndDraftLocks(database, script, watched)))
  }
  const unpatched = normalizeSnapshot(await captureSnapshot(database))
  for (const script of patches) locks.push(...(await applyAndDraftLocks(database, script, watched)))
  const differences = diffSnapshots(before, normalizeSnapshot(await captureSnapshot(database)))
  const created = differences.flatMap((difference) =>
    difference.change === 'added' ? [difference.object] : [],
  )
  const of = (kind: string): readonly CatalogObject[] =>
    created.filter((object) => object.kind === kind)
  const views = await Promise.all(of('view').map((object) => draftView(database, object)))
  const functions = await draftFunctions(database, of('function'), unpatched.objects)
  const tables = before.objects
    .filter(({ kind }) => kind === 'table')
    .map(({ identity }) => bareName(identity))
  const contract: Contract = {
    contractVersion: 1,
    title,
    files: layoutOf(set),
    targetMs: 100,
    tables,
    fixture: tables.includes('hook_events') ? 'hook-events' : null,
    record: null,
    indexes: await draftIndexes(database, of('index')),
    views,
    functions,
    others: [...draftOthers(created, views), ...(await draftUnusual(database, created))],
    changes: [
      ...differences.flatMap(draftChange),
      ...listChangedTables(rows, await captureLedger(database, rows)).map(draftRowChange),
    ],
    preserved: { queries: await draftQueries(database, before.objects), writes: [] },
    vocabulary: [],
  }
  for (const script of set.backward)
    locks.push(...(await applyAndDraftLocks(database, script, watched)))
  const whole = { ...contract, locks }
  return { contract: whole, gaps: listGaps(whole) }
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
    const name = bareName(object.identity)
    const found = await findIndex(database, name)
    if (found === undefined) return []
    const { table_name: table, method, is_unique: unique, keys, include, predicate } = found
    const comment = commentOf(object)
    return [{ name, table, method, unique, keys, include, predicate, comment, serves: [], waiver }]
  })
  return (await Promise.all(drafts)).flat()
}

async function draftView(database: Database, object: CatalogObject): Promise<ViewContract> {
  const name = bareName(object.identity)
  const columns = await findColumns(database, name)
  return { name, columns, order: [], comment: commentOf(object), totals: [] }
}

async function draftFunctions(
  database: Database,
  objects: readonly CatalogObject[],
  unpatched: readonly CatalogObject[],
): Promise<readonly FunctionContract[]> {
  const names = [...new Set(objects.map(({ identity }) => bareName(identity)))]
  const drafts = names.map(async (name): Promise<FunctionContract[]> => {
    const own = objects.filter(({ identity }) => bareName(identity) === name)
    const found = await findFunctions(database, name)
    // Argument lists are in the first line of the definition; only a patched function has another one there before.
    const earlier = unpatched.find(
      (object) =>
        object.kind === 'function' &&
        bareName(object.identity) === name &&
        !own.some(({ identity }) => identity === object.identity),
    )
    return found.map((one) => ({
      name,
      identityArguments: one.identity_arguments,
      identityArgumentsBeforePatches: earlier === undefined ? null : argumentsOf(earlier),
      arguments: one.arguments,
      result: one.result,
      columns: resultColumns(name, one.result),
      language: one.language,
      volatility: one.volatility,
      strict: one.is_strict,
      securityDefiner: one.is_definer,
      parallel: one.parallel,
      comment: commentOf(own[0]),
      callsSql: null,
      examples: one.arguments === '' ? [[]] : [],
    }))
  })
  return (await Promise.all(drafts)).flat()
}

function argumentsOf({ facts }: CatalogObject): string {
  const [head = ''] = String(facts['definition']).split('\n', 1)
  return head.slice(head.indexOf('(') + 1, head.lastIndexOf(')')).replaceAll(/ DEFAULT [^,]*/g, '')
}

/** `TABLE(a integer, b text)` has its own columns; anything else is one column named after the function. */
function resultColumns(name: string, result: string): FunctionContract['columns'] {
  const table = /^TABLE\((.*)\)$/.exec(result)
  if (table?.[1] === undefined) return [{ name, type: result.replace(/^SETOF /, '') }]
  return table[1].split(/, (?![^(]*\))/).map((column) => {
    const space = column.indexOf(' ')
    return { name: column.slice(0, space), type: column.slice(space + 1) }
  })
}

function draftOthers(
  created: readonly CatalogObject[],
  views: readonly ViewContract[],
): readonly OtherContract[] {
  const declared = new Set(['index', 'view', 'function'])
  return created
    .filter(({ kind }) => !declared.has(kind))
    .filter(
      ({ kind, identity }) =>
        kind !== 'column' || !views.some(({ name }) => identity.includes(`.${name}.`)),
    )
    .map(({ kind, identity, facts }) => ({ kind, identity, facts: tellingFacts(facts) }))
}

/** What is not as Postgres makes it, of indexes, views and functions: their own fields have no place for it. */
async function draftUnusual(
  database: Database,
  created: readonly CatalogObject[],
): Promise<readonly OtherContract[]> {
  const [user] = await database.query<{ name: string }>('select current_user::text as name')
  return created
    .filter(({ kind }) => kind === 'index' || kind === 'view' || kind === 'function')
    .flatMap((object) => {
      const facts = onlyTold(unusualFacts(object, user?.name ?? ''))
      const { kind, identity } = object
      return Object.keys(facts).length === 0 ? [] : [{ kind, identity, facts }]
    })
}

function onlyTold(facts: Readonly<Record<string, Fact>>): OtherContract['facts'] {
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, fact]) => (fact === null ? [] : [[name, fact]])),
  )
}

/** Who owns an object and who may use it differ from one installation to the next. */
const localFacts: ReadonlySet<string> = new Set(['owner', 'privileges', 'tablespace', 'comment'])

function tellingFacts(facts: Readonly<Record<string, Fact>>): OtherContract['facts'] {
  const told: Record<string, string | number | boolean> = {}
  for (const [name, fact] of Object.entries(facts)) {
    if (fact !== null && fact !== false && !localFacts.has(name)) told[name] = fact
  }
  return told
}

function draftChange(difference: SnapshotDifference): readonly ChangeContract[] {
  if (difference.change === 'added') return []
  const { kind, identity } = difference.change === 'changed' ? difference : difference.object
  return [{ kind, identity, reason: observed }]
}

function draftRowChange(table: string): ChangeContract {
  return { kind: 'rows', identity: table, reason: observed }
}

/** Every column of every table that was there before, by name: what a program that knows only them goes on reading. */
async function draftQueries(
  database: Database,
  before: readonly CatalogObject[],
): Promise<Contract['preserved']['queries']> {
  const tables = before.filter(({ kind }) => kind === 'table')
  const queries = tables.map(async ({ identity }) => {
    const columns = before
      .filter((object) => object.kind === 'column' && object.identity.startsWith(`${identity}.`))
      .toSorted((a, b) => Number(a.facts['position']) - Number(b.facts['position']))
      .map((column) => column.identity.slice(identity.length + 1))
    const list = columns.join(', ')
    const sql = `select ${list} from ${identity} order by row(${columns.map((column) => `${column}::text`).join(', ')}) limit 1000`
    await database.query(`explain ${sql}`)
    return { title: `Rows of ${identity} read by the columns it had`, sql }
  })
  return Promise.all(queries)
}

function commentOf(object: CatalogObject | undefined): string {
  return String(object?.facts['comment'] ?? '')
}

/** `public.f(integer)` → `f`. */
function bareName(identity: string): string {
  const head = identity.split('(', 1)[0] ?? identity
  return head.slice(head.lastIndexOf('.') + 1).replaceAll('"', '')
}

function listNames(items: readonly { readonly name: string }[]): string {
  return items.map(({ name }) => name).join(', ')
}

function listGaps({
  indexes,
  views,
  functions,
  changes,
  locks = [],
  record,
}: Contract): readonly string[] {
  const gaps: string[] = []
  if (indexes.length > 0)
    gaps.push(`serves: the queries that ${listNames(indexes)} exist for, instead of the waiver`)
  if (views.length > 0) gaps.push(`order and totals of ${listNames(views)}`)
  const uncalled = functions.filter(({ examples }) => examples.length === 0)
  if (uncalled.length > 0)
    gaps.push(`callsSql or examples, so that ${listNames(uncalled)} are called at all`)
  if (changes.length > 0)
    gaps.push(`reasons for the changes to ${changes.map(({ identity }) => identity).join(', ')}`)
  if (locks.length > 0) gaps.push('reasons for the locks that keep readers or writers waiting')
  if (record === null) gaps.push('record: where these migrations are recorded, if they are')
  return gaps
}
