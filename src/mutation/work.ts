import { prepareWorkloads } from '../benchmark/prepare.ts'
import { type Stage, openMemoryStage } from '../benchmark/stage.ts'
import { type Workload, loadWorkloads } from '../benchmark/workload.ts'
import type { Database } from '../database/database.ts'
import { type OpenOptions, openDatabase } from '../database/pglite.ts'
import { type BodyPlan, explain } from '../database/plan.ts'
import { QueryError } from '../errors.ts'
import { chooseFixture } from '../fixture/source.ts'
import type { PayloadShape } from '../fixture/tool-output.ts'
import { isGrown } from '../gate/growth-limit.ts'
import { type Query, listQueries } from '../gate/query.ts'
import { type WorkMetric, workMetrics } from '../gate/result.ts'
import type { MigrationSet } from '../migration/migration.ts'
import { applyScript } from '../migration/runner.ts'
import type { Script } from '../migration/script.ts'
import { currentSecondUs } from '../units.ts'

/** Rows before the migrations, as a data directory that any number of engines can start from. */
export interface WorkGround {
  readonly events: number
  readonly archive: Uint8Array<ArrayBuffer>
  readonly oracle: Stage['oracle']
}

export interface WorkSize {
  readonly events: number
  readonly payload: PayloadShape
}

type Limits = Pick<OpenOptions, 'signal' | 'statementTimeoutMs'>

/**
 * Slim events, as many as a planner needs to take the index that is the right one; then fewer with documents so long that
 * taking a value out of one reads blocks, so that doing it twice shows.
 */
const sizes: readonly WorkSize[] = [
  { events: 10_000, payload: 'slim' },
  { events: 2_000, payload: 'recorded' },
]

/** Loads the rows, once for every engine that will be opened. @throws {HarnessError} E_ENGINE_OPEN, E_INTERRUPTED */
export async function layWorkGrounds(
  migrations: MigrationSet,
  engine: Limits,
  asked: readonly WorkSize[] = sizes,
): Promise<readonly WorkGround[]> {
  const endUs = currentSecondUs()
  const grounds: WorkGround[] = []
  for (const { events, payload } of asked) {
    const fixture = chooseFixture({ events, seed: '1', payload, endUs })
    await using stage = await openMemoryStage({ migrations, fixture, endUs, engine })
    await stage.database.query('checkpoint')
    grounds.push({ events, archive: await stage.database.dump(), oracle: stage.oracle })
  }
  return grounds
}

/** What one query takes. */
interface Taken {
  readonly work: Readonly<Record<WorkMetric, number>>
  /** Of its plan and of its function's body, by Postgres's own rates: blocks, rows, and operators for each row. */
  readonly cost: number
}

/** An engine with the migrations as they are, and everything that is asked of it. */
interface Base extends AsyncDisposable {
  readonly database: Database
  readonly queries: readonly Query[]
}

/** Engines with the migrations as they are that are kept open: each takes some hundred megabytes. */
const mostBases = 2

/**
 * Holds what the queries of changed migrations do against what those of the migrations as they are do: blocks, rows, and the
 * operators that they call for each. Nothing is timed. An engine is looked at as the scripts leave it, without a VACUUM or an
 * ANALYZE of ours: what a migration needs of them it must do itself.
 */
export class WorkScale implements AsyncDisposable {
  readonly #migrations: MigrationSet
  readonly #limits: Limits
  readonly #grounds: () => Promise<readonly WorkGround[]>
  readonly #bases = new Map<string, Base>()
  #workloads: readonly Workload[] | undefined

  /** `grounds` may be shared by scales that are asked side by side. */
  constructor(
    migrations: MigrationSet,
    limits: Limits,
    grounds: () => Promise<readonly WorkGround[]>,
  ) {
    this.#migrations = migrations
    this.#limits = limits
    this.#grounds = grounds
  }

  /**
   * What takes more work with other scripts in the place of the set's, a line each; `until`: how many of the scripts are
   * applied, for what a later one replaces. The first ground on which anything does will do.
   * @throws {MigrationError} where they can't be applied.
   */
  async weigh(forward: readonly Script[], until: number): Promise<readonly string[]> {
    for (const ground of await this.#grounds()) {
      const base = await this.#baseOn(ground, until)
      await using other = await this.#open(ground, forward.slice(0, until))
      const grown = await compare(base, other.database)
      if (grown.length > 0)
        return grown.map(({ query, text }) => `${query.title}: ${text} (${ground.events} events)`)
    }
    return []
  }

  async #open(
    { archive }: WorkGround,
    scripts: readonly Script[],
  ): Promise<AsyncDisposable & { readonly database: Database }> {
    const database = await openDatabase({ ...this.#limits, template: archive })
    try {
      for (const script of scripts) await applyScript(database, script)
      return { database, [Symbol.asyncDispose]: () => database.close() }
    } catch (error) {
      await database.close()
      throw error
    }
  }

  async #baseOn(ground: WorkGround, until: number): Promise<Base> {
    const key = `${ground.events} ${until}`
    const known = this.#bases.get(key)
    if (known !== undefined) return known
    for (const [oldest, base] of [...this.#bases].slice(0, 1 - mostBases)) {
      this.#bases.delete(oldest)
      await base[Symbol.asyncDispose]()
    }
    const base = await this.#openBase(ground, this.#migrations.forward.slice(0, until))
    this.#bases.set(key, base)
    return base
  }

  async #openBase(ground: WorkGround, scripts: readonly Script[]): Promise<Base> {
    const opened = await this.#open(ground, scripts)
    try {
      this.#workloads ??= await loadWorkloads()
      const prepared = await prepareWorkloads(opened.database, ground.oracle, this.#workloads)
      const all = { ...opened, queries: listQueries(this.#migrations, prepared) }
      // Two engines of the same migrations do the same: a query of which that is not true says nothing of others.
      await using control = await this.#open(ground, scripts)
      const unstable = new Set((await compare(all, control.database)).map(({ query }) => query))
      return { ...opened, queries: all.queries.filter((query) => !unstable.has(query)) }
    } catch (error) {
      await opened[Symbol.asyncDispose]()
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const base of this.#bases.values()) await base[Symbol.asyncDispose]()
  }
}

interface Growth {
  readonly query: Query
  readonly text: string
}

/** Queries that take more on the other engine. now() moves on: both are asked one right after the other. */
async function compare({ database, queries }: Base, other: Database): Promise<readonly Growth[]> {
  // The first time, a backend reads catalogs that it doesn't read again.
  await measure(other, queries)
  const after = await measure(other, queries)
  const before = await measure(database, queries)
  return queries.flatMap((query, at) => {
    const [was, is] = [before[at], after[at]]
    const text = was == null || is == null ? null : describeGrowth(was, is)
    return text === null ? [] : [{ query, text }]
  })
}

/** Null: refused. */
async function measure(
  database: Database,
  queries: readonly Query[],
): Promise<readonly (Taken | null)[]> {
  return database.transaction(async (transaction) => {
    const taken: (Taken | null)[] = []
    for (const query of queries) taken.push(await measureOne(transaction, query))
    return taken
  })
}

async function measureOne(
  database: Database,
  { sql, params, callee }: Query,
): Promise<Taken | null> {
  try {
    const plan = await explain(database, sql, params, callee ?? undefined)
    const cost = costOf(plan) + (plan.inner === null ? 0 : costOf(plan.inner))
    const { blocks, tempBlocks, tuples, tuplesRemoved, heapFetches } = plan
    return { work: { blocks, tempBlocks, tuples, tuplesRemoved, heapFetches }, cost }
  } catch (error) {
    if (error instanceof QueryError) return null
    throw error
  }
}

function costOf({ json }: BodyPlan): number {
  const [statement] = json as readonly { readonly Plan?: Readonly<Record<string, unknown>> }[]
  return Number(statement?.Plan?.['Total Cost'] ?? 0)
}

/** Rows that leave a window of time between one look and the next. */
const floor = 4

/** An estimate, but of the same rows by the same statistics: of one more operator a row, or of none. */
const leastCostRatio = 1.005

/** Null: it takes no more. */
function describeGrowth(before: Taken, after: Taken): string | null {
  const grown = workMetrics.filter((metric) =>
    isGrown(before.work[metric], after.work[metric], floor),
  )
  if (grown.length > 0)
    return grown
      .map((metric) => `${names[metric]} ${before.work[metric]} → ${after.work[metric]}`)
      .join(', ')
  return after.cost > before.cost * leastCostRatio
    ? `cost ${before.cost.toFixed(0)} → ${after.cost.toFixed(0)}`
    : null
}

const names: Readonly<Record<WorkMetric, string>> = {
  blocks: 'blocks read',
  tempBlocks: 'temporary blocks',
  tuples: 'rows handled',
  tuplesRemoved: 'rows filtered out',
  heapFetches: 'heap fetches',
}
