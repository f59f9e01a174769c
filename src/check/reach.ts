import type { Database } from '../database/database.ts'
import { quoteIdentifier } from '../database/identifier.ts'
import { rehearse } from '../database/rehearse.ts'
import { QueryError } from '../errors.ts'
import type { ColumnContract, FunctionContract, ViewContract } from '../migration/contract.ts'
import { findFunctions } from '../migration/definition.ts'
import { parseName, quoteName } from '../migration/object-name.ts'
import { type Call, callOfFunction, callOfView } from './answer.ts'
import { argumentsFor } from './arguments.ts'
import { type Fork, probeName, probeQuery } from './probe.ts'

/** A view or a function, as the contract declares it. */
export type Relation =
  | { readonly kind: 'view'; readonly declared: ViewContract }
  | { readonly kind: 'function'; readonly declared: FunctionContract }

/** What executing a relation on the rows of one database showed of it. */
export interface Reach {
  /** Executions that were answered. */
  readonly answered: number
  /** The last refusal; null: everything was answered. */
  readonly refusal: QueryError | null
  readonly rows: number
  /** Columns with a value in at least one row. */
  readonly columns: ReadonlySet<string>
  readonly forks: readonly ReachedFork[]
}

export interface ReachedFork {
  readonly fork: Fork
  /** Whether its condition held for a row, and whether it did not. */
  readonly kept: boolean
  readonly left: boolean
}

/**
 * Executes a view, or a function with every argument list there is. Leaves nothing behind.
 *
 * @param mostProbedCalls How many argument lists of the data the copy with probes is called with, the hardest first: a probe
 * in a WHERE keeps it from any index, so each call may read every row.
 */
export async function captureReach(
  database: Database,
  relation: Relation,
  mostProbedCalls: number = Infinity,
): Promise<Reach> {
  return rehearse(database, async (transaction) => {
    const calls = await listCalls(transaction, relation)
    const itself = quoteName(relation.declared.name)
    const types = await typesOf(transaction, relation)
    const seen = await executeAll(transaction, itself, relation, { calls, types })
    const probedCalls = selectCalls(relation, calls, mostProbedCalls)
    return { ...seen, forks: await captureForks(transaction, relation, probedCalls) }
  })
}

async function listCalls(database: Database, relation: Relation): Promise<readonly Call[]> {
  if (relation.kind === 'view') return [callOfView(relation.declared)]
  const lists = await argumentsFor(database, relation.declared)
  return lists.map((args) => callOfFunction(relation.declared, args))
}

/** Executes `name`, which has the relation's columns, with the arguments of each call. */
async function executeAll(
  database: Database,
  name: string,
  { kind, declared }: Relation,
  { calls, types = [] }: { readonly calls: readonly Call[]; readonly types?: readonly string[] },
): Promise<Omit<Reach, 'forks'>> {
  const columns = new Set<string>()
  let [answered, rows] = [0, 0]
  let refusal: QueryError | null = null
  // Postgres names the only column of a function that returns one value after it.
  const alias = quoteIdentifier(parseName(declared.name).name)
  for (const { args } of calls) {
    const list =
      kind === 'view' ? '' : `(${args.map((_, at) => `$${at + 1}${castTo(types[at])}`).join(', ')})`
    const sql = `select ${countsSql(alias, declared.columns)} from ${name}${list} as ${alias}`
    try {
      const [counts] = await database.transaction((inner) => inner.query(sql, args))
      answered += 1
      rows += Number(counts?.['rows'])
      const filled = declared.columns.filter((_, at) => Number(counts?.[`values_${at}`]) > 0)
      for (const column of filled) columns.add(column.name)
    } catch (error) {
      if (!(error instanceof QueryError)) throw error
      refusal = error
    }
  }
  return { answered, refusal, rows, columns }
}

/** Of several functions of one name the types tell which is meant. */
async function typesOf(
  database: Database,
  { kind, declared }: Relation,
): Promise<readonly string[]> {
  if (kind === 'view') return []
  const { name, identityArguments } = declared
  const found = await findFunctions(database, name)
  return found.find((one) => one.identity_arguments === identityArguments)?.types ?? []
}

function castTo(type: string | undefined): string {
  return type === undefined || /^(?:any|variadic)/.test(type) ? '' : `::${type}`
}

function countsSql(alias: string, columns: readonly ColumnContract[]): string {
  const counts = columns.map(
    ({ name }, at) => `count(${alias}.${quoteIdentifier(name)}) as values_${at}`,
  )
  return ['count(*) as rows', ...counts].join(', ')
}

/** A setting that is gone with the transaction is the cheapest note that a function can leave. */
const probeSql = `
create function ${probeName}(place integer, outcome boolean) returns boolean language plpgsql as $$
begin
  perform set_config('hook_harness.' || case when outcome then 'kept_' else 'left_' end || place, 'yes', true);
  return outcome;
end
$$`

const probed = 'pg_temp.hook_harness_probed'

/** The hardest ones of the data, and every declared edge. */
function selectCalls(
  { kind, declared }: Relation,
  calls: readonly Call[],
  mostOfData: number,
): readonly Call[] {
  if (kind === 'view') return calls
  const ofData = calls.length - declared.examples.length
  return [...calls.slice(0, Math.min(ofData, mostOfData)), ...calls.slice(ofData)]
}

/** Executes a copy of the relation that has probes in it. */
async function captureForks(
  database: Database,
  relation: Relation,
  calls: readonly Call[],
): Promise<readonly ReachedFork[]> {
  const source = await findSource(database, relation)
  if (source === undefined) return []
  await database.query(probeSql)
  const copy = await createCopy(database, source)
  if (copy.forks.length === 0) return []
  if (copy.refusal !== null) return withhold(copy.forks, copy.refusal)
  const { answered, refusal } = await executeAll(database, probed, relation, { calls })
  if (answered === 0 && refusal !== null) return withhold(copy.forks, refusal)
  const kept = await readNotes(database, 'kept', copy.forks.length)
  const left = await readNotes(database, 'left', copy.forks.length)
  return copy.forks.map((fork, place) => ({
    fork,
    kept: kept.has(place),
    left: left.has(place),
  }))
}

function withhold(forks: readonly Fork[], refusal: QueryError): readonly ReachedFork[] {
  const obstacle = `with probes the server refuses it: ${refusal.message}`
  return forks.map(({ kind, text }) => ({
    fork: { kind, text, obstacle },
    kept: false,
    left: false,
  }))
}

/** Text that holds the forks, and the statement that creates a copy with another text in its place. */
interface Source {
  readonly text: string
  readonly create: (text: string) => string
}

async function createCopy(
  database: Database,
  { text, create }: Source,
): Promise<{ forks: readonly Fork[]; refusal: QueryError | null }> {
  let forks: readonly Fork[] = []
  let refusal: QueryError | null = null
  for (const alike of ['apart', 'together'] as const) {
    try {
      const query = await probeQuery(text, alike)
      forks = query.forks
      await database.transaction((inner) => inner.query(create(query.sql)))
      return { forks, refusal: null }
    } catch (error) {
      if (!(error instanceof QueryError)) throw error
      refusal = error
    }
  }
  return { forks, refusal }
}

/** The query of a view, the body of a function in SQL; undefined where there is neither. */
async function findSource(
  database: Database,
  { kind, declared }: Relation,
): Promise<Source | undefined> {
  const { schema, name } = parseName(declared.name)
  if (kind === 'view') {
    const [view] = await database.query<{ text: string }>(viewSql, [schema, name])
    return view && { text: view.text, create: (text) => `create view ${probed} as ${text}` }
  }
  const [found] = await database.query<FoundBody>(functionSql, [
    schema,
    name,
    declared.identityArguments,
  ])
  if (found === undefined) return undefined
  const head = `create function ${probed}(${found.arguments}) returns ${found.result} language sql${
    found.is_strict ? ' strict' : ''
  }`
  return found.parsed_body === null
    ? { text: found.body, create: (text) => `${head} as ${quoteBody(text)}` }
    : { text: `${head} ${found.parsed_body}`, create: (text) => text }
}

function quoteBody(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

interface FoundBody {
  readonly [column: string]: unknown
  readonly arguments: string
  readonly result: string
  readonly is_strict: boolean
  readonly body: string
  /** Of a function whose body is SQL and no string; null elsewhere. */
  readonly parsed_body: string | null
}

const viewSql = `
select pg_get_viewdef(oid) as text from pg_class
where relnamespace = to_regnamespace(quote_ident($1)) and relname = $2 and relkind in ('v', 'm')`

const functionSql = `
select pg_get_function_arguments(p.oid) as arguments, pg_get_function_result(p.oid) as result,
       p.proisstrict as is_strict, p.prosrc as body, pg_get_function_sqlbody(p.oid) as parsed_body
from pg_proc p join pg_language l on l.oid = p.prolang
where p.pronamespace = to_regnamespace(quote_ident($1)) and p.proname = $2
  and pg_get_function_identity_arguments(p.oid) = $3 and l.lanname = 'sql' and p.prokind = 'f'`

async function readNotes(
  database: Database,
  kind: 'kept' | 'left',
  places: number,
): Promise<ReadonlySet<number>> {
  const rows = await database.query<{ place: number }>(
    `select place from generate_series(0, $1::integer - 1) as place
     where current_setting('hook_harness.' || $2 || '_' || place, true) = 'yes'`,
    [places, kind],
  )
  return new Set(rows.map(({ place }) => place))
}
