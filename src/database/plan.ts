import { createHash } from 'node:crypto'
import { HarnessError, QueryError } from '../errors.ts'
import type { Database } from './database.ts'
import { quoteIdentifier } from './identifier.ts'
import { rehearse } from './rehearse.ts'

/** What one execution did, as EXPLAIN (ANALYZE, TIMING OFF, BUFFERS, FORMAT JSON) tells it: counts are exact, times are not. */
export interface BodyPlan {
  /**
   * Sixteen hex digits; equal ones mean the same plan. Ordered tree of node type, strategy, join type, relation, alias,
   * index, and conditions without their literals; no cost, count or time.
   */
  readonly fingerprint: string
  /** Time inside the executor, in milliseconds; without the clocks around every node, which would double it. */
  readonly executionMs: number
  /** Shared blocks hit and read: their sum is stable, the split is not. */
  readonly blocks: number
  /** Blocks of temporary files read and written: sorts and hashes that didn't fit into work_mem. */
  readonly tempBlocks: number
  /** Rows that all nodes handed up, every loop counted. */
  readonly tuples: number
  /** Rows that filters and rechecks threw away. */
  readonly tuplesRemoved: number
  /** Visits to the table by index-only scans. */
  readonly heapFetches: number
  /** Names in order, each once. */
  readonly indexes: readonly string[]
  readonly json: unknown
}

/** The plan of a statement, and of the body of the function that it calls. */
export interface Plan extends BodyPlan {
  /**
   * Null where no function was named, or its body runs no query that anybody can see. What a function read is counted in the
   * outer plan all the same; fingerprint, indexes and counts of rows take in both.
   */
  readonly inner: BodyPlan | null
}

/** The function that a statement calls, and with what. */
export interface Callee {
  readonly name: string
  readonly args: readonly unknown[]
}

/**
 * Runs `sql` once under EXPLAIN, and with `callee` the body of that function, too. Both run in transactions that are
 * rolled back. @throws {QueryError} as the statement would; {HarnessError} E_PLAN for an answer that is no plan.
 */
export async function explain(
  database: Database,
  sql: string,
  params: readonly unknown[] = [],
  callee?: Callee,
): Promise<Plan> {
  const document = await rehearse(database, (rehearsal) => ask(rehearsal, sql, params))
  const outer = readPlan(document)
  const inner =
    callee === undefined
      ? null
      : ((await explainBody(database, callee)) ?? (await explainNested(database, sql, params)))
  if (inner === null) return { ...outer, inner }
  // A call that is inlined shows its body's rows, one that isn't hides them; blocks it shows in either case.
  return {
    ...outer,
    fingerprint: digest(`${outer.fingerprint} ${inner.fingerprint}`),
    tuples: Math.max(outer.tuples, inner.tuples),
    tuplesRemoved: Math.max(outer.tuplesRemoved, inner.tuplesRemoved),
    heapFetches: Math.max(outer.heapFetches, inner.heapFetches),
    indexes: unique([...outer.indexes, ...inner.indexes]),
    inner,
  }
}

/** Reads EXPLAIN's JSON: an array of one object with its `Plan`. @throws {HarnessError} E_PLAN */
export function readPlan(document: unknown): BodyPlan {
  const found = rootOf(document)
  if (found === undefined) {
    throw new HarnessError('E_PLAN', 'EXPLAIN: expected an array with one plan, found none')
  }
  const { statement, root } = found
  const nodes = Array.from(walk(root))
  const sum = (measure: (node: Node) => number): number =>
    nodes.reduce((total, node) => total + measure(node), 0)
  const indexes = nodes
    .map((node) => node['Index Name'])
    .filter((name): name is string => typeof name === 'string')
  return {
    fingerprint: digest(outline(root)),
    executionMs: numberOf(statement, 'Execution Time'),
    blocks: numberOf(root, 'Shared Hit Blocks') + numberOf(root, 'Shared Read Blocks'),
    tempBlocks: numberOf(root, 'Temp Read Blocks') + numberOf(root, 'Temp Written Blocks'),
    tuples: Math.round(sum((node) => numberOf(node, 'Actual Rows') * loopsOf(node))),
    tuplesRemoved: Math.round(
      sum((node) => removals.reduce((rows, key) => rows + numberOf(node, key), 0) * loopsOf(node)),
    ),
    heapFetches: sum((node) => numberOf(node, 'Heap Fetches')),
    indexes: unique(indexes),
    json: document,
  }
}

type Node = Readonly<Record<string, unknown>>

/** Averages over the loops, as `Actual Rows` is. */
const removals = [
  'Rows Removed by Filter',
  'Rows Removed by Join Filter',
  'Rows Removed by Index Recheck',
] as const

const identities = [
  'Node Type',
  'Strategy',
  'Join Type',
  'Scan Direction',
  'Relation Name',
  'Alias',
  'CTE Name',
  'Function Name',
  'Index Name',
] as const

const conditionPattern = /(?:Cond|Filter|Key)$/

function rootOf(document: unknown): { statement: Node; root: Node } | undefined {
  const statement: unknown = Array.isArray(document) ? document[0] : undefined
  const root = isNode(statement) ? statement['Plan'] : undefined
  return isNode(statement) && isNode(root) ? { statement, root } : undefined
}

function* walk(node: Node): Generator<Node> {
  yield node
  for (const child of childrenOf(node)) yield* walk(child)
}

function childrenOf(node: Node): readonly Node[] {
  const children = node['Plans']
  return Array.isArray(children) ? children.filter(isNode) : []
}

/** One line a node, indented by its depth: what the fingerprint is taken of. */
function outline(node: Node, depth = 0): string {
  const names = identities.flatMap((key) => {
    const value = node[key]
    return typeof value === 'string' ? [`${key}=${value}`] : []
  })
  const conditions = Object.keys(node)
    .filter((key) => conditionPattern.test(key))
    .toSorted()
    .map((key) => `${key}=${shapeOf(JSON.stringify(node[key]))}`)
  const line = `${' '.repeat(depth)}${[...names, ...conditions].join(' ')}`
  return [line, ...childrenOf(node).map((child) => outline(child, depth + 1))].join('\n')
}

/** The condition with its literals replaced; a key taken out of a document is no literal but names what is compared. */
function shapeOf(condition: string): string {
  return condition
    .replaceAll(/(#?->>?|#>>?) '(?:[^']|'')*'/g, (extraction) => extraction.replaceAll("'", '"'))
    .replaceAll(/E?'(?:[^']|'')*'/g, '?')
    .replaceAll(/(?<![\w.$"])\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w"])/g, '?')
}

function unique(names: readonly string[]): readonly string[] {
  return Array.from(new Set(names)).toSorted()
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function numberOf(node: Node, key: string): number {
  const value = node[key]
  return typeof value === 'number' ? value : 0
}

function loopsOf(node: Node): number {
  return numberOf(node, 'Actual Loops')
}

async function ask(database: Database, sql: string, params: readonly unknown[]): Promise<unknown> {
  const rows = await database.query(
    `explain (analyze, timing off, buffers, format json) ${sql}`,
    params,
  )
  return rows[0]?.['QUERY PLAN']
}

/**
 * EXPLAIN shows a function as one node. A function in the FROM clause whose body is one query in SQL, however, is inlined by
 * the planner when it is stable, not strict and returns a set: so a copy that is all this shows the body's own plan, the
 * arguments bound by Postgres itself. Null for a body that is not inlined (PL/pgSQL, several statements), or one of several.
 */
async function explainBody(database: Database, { name, args }: Callee): Promise<BodyPlan | null> {
  const found = await database.query<{
    readonly arguments: string
    readonly result: string
    readonly body: string
  }>(bodySql, [name])
  const [body, another] = found
  if (body === undefined || another !== undefined) return null
  const result = /^(?:TABLE\(|SETOF )/.test(body.result) ? body.result : `setof ${body.result}`
  const copy = `pg_temp.${quoteIdentifier(name)}`
  const placeholders = args.map((_, index) => `$${index + 1}`).join(', ')
  const document = await rehearse(database, async (rehearsal) => {
    await rehearsal.query(
      `create function ${copy}(${body.arguments}) returns ${result} language sql stable ${body.body}`,
    )
    return ask(rehearsal, `select * from ${copy}(${placeholders})`, args)
  })
  return isCallOf(document, name) ? null : readPlan(document)
}

const bodySql = `
  select pg_get_function_arguments(p.oid) as arguments, pg_get_function_result(p.oid) as result,
         coalesce(pg_get_function_sqlbody(p.oid), 'as ' || quote_literal(p.prosrc)) as body
    from pg_proc p join pg_language l on l.oid = p.prolang
   where p.proname = $1 and l.lanname = 'sql' and p.prokind = 'f' and pg_function_is_visible(p.oid)`

/** A body that stayed a call. */
function isCallOf(document: unknown, name: string): boolean {
  const root = rootOf(document)?.root
  return root?.['Node Type'] === 'Function Scan' && root['Function Name'] === name
}

const nestedSettings = {
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_buffers': 'on',
  'auto_explain.log_timing': 'off',
  'auto_explain.log_nested_statements': 'on',
  'auto_explain.log_format': 'json',
  'auto_explain.log_level': 'notice',
  client_min_messages: 'notice',
} as const

/**
 * The plans of all statements that a statement runs inside of functions, as the module auto_explain tells them while it is
 * executed. Null where there are none, or the engine lacks the module.
 */
async function explainNested(
  database: Database,
  sql: string,
  params: readonly unknown[],
): Promise<BodyPlan | null> {
  const notices = await rehearse(database, async (rehearsal) => {
    try {
      await rehearse(rehearsal, (trial) => trial.query(`load 'auto_explain'`))
    } catch (error) {
      if (error instanceof QueryError) return []
      throw error
    }
    for (const [name, value] of Object.entries(nestedSettings)) {
      await rehearsal.query(`set local ${name} = '${value}'`)
    }
    return (await rehearsal.time(sql, params)).notices ?? []
  })
  const nested = notices.flatMap((notice) => readNotice(notice, sql))
  return nested.length === 0 ? null : addUp(nested)
}

/** None of the statement that called the function, which is told of as well, now or with a later answer. */
function readNotice(notice: string, callSql: string): readonly BodyPlan[] {
  const [, durationMs, text] = /^duration: ([\d.]+) ms {2}plan:\n([^]*)$/.exec(notice) ?? []
  if (text === undefined) return []
  const document: unknown = JSON.parse(text)
  if (isNode(document) && document['Query Text'] === callSql) return []
  return [{ ...readPlan([document]), executionMs: Number(durationMs) }]
}

/** A statement in a loop is told each time: its work counts as often, its plan once. */
function addUp(plans: readonly BodyPlan[]): BodyPlan {
  const distinct = new Map(plans.map((plan) => [plan.fingerprint, plan]))
  const sum = (measure: (plan: BodyPlan) => number): number =>
    plans.reduce((total, plan) => total + measure(plan), 0)
  return {
    fingerprint: digest(Array.from(distinct.keys()).join(' ')),
    executionMs: sum(({ executionMs }) => executionMs),
    blocks: sum(({ blocks }) => blocks),
    tempBlocks: sum(({ tempBlocks }) => tempBlocks),
    tuples: sum(({ tuples }) => tuples),
    tuplesRemoved: sum(({ tuplesRemoved }) => tuplesRemoved),
    heapFetches: sum(({ heapFetches }) => heapFetches),
    indexes: unique(plans.flatMap(({ indexes }) => indexes)),
    json: Array.from(distinct.values()).flatMap(({ json }) => json),
  }
}
