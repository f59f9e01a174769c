import type { Database, Row } from '../database/database.ts'
import { quoteIdentifier } from '../database/identifier.ts'
import { rehearse } from '../database/rehearse.ts'
import { QueryError } from '../errors.ts'
import type { ColumnContract, Contract } from '../migration/contract.ts'
import { type EventSetting, tableOf } from './event-setting.ts'
import { type Call, describeCall } from './answer.ts'

/** What the functions are called with: unknown keys and null among them. */
export interface Keys {
  readonly sessions: readonly (string | null)[]
  readonly tools: readonly (string | null)[]
  readonly days: readonly (number | null)[]
}

/** What one call returned: every cell as the text that Postgres prints, arrays as arrays. */
export interface Reply {
  readonly call: Call
  /** `get_session_stats('a')`. */
  readonly name: string
  readonly rows: readonly Row[]
}

/** The replies of each relation, in the order of the keys; or why the server refused to give them. */
export interface Replies {
  /** The transaction's now(), in microseconds since 1970. */
  readonly nowUs: number
  readonly relations: ReadonlyMap<string, readonly Reply[] | QueryError>
}

interface Question {
  readonly relation: string
  readonly columns: readonly ColumnContract[]
  /** Which keys it is called with; null: it is a view. */
  readonly keys: keyof Keys | null
  /** An expression that gives all its answers as one JSON text; `$1`, `$2` and `$3` are the keys. */
  readonly sql: string
}

const keysOfFunction: Readonly<Record<string, keyof Keys>> = {
  get_session_stats: 'sessions',
  calculate_session_success_score: 'sessions',
  get_tool_performance: 'tools',
  get_recent_workflow_patterns: 'days',
}

const placeholders: Readonly<Record<keyof Keys, string>> = {
  sessions: '$1::text[]',
  tools: '$2::text[]',
  days: '$3::integer[]',
}

/** After so many times the rows that were taken out again make every scan slower. */
const asksBetweenVacuums = 100

const nowSql = '(extract(epoch from now()) * 1000000)::bigint::text as now_us'

/**
 * Asks all views and functions about a few rows that are put in and taken out again, thousands of times: all in one
 * statement that is planned once. Some 3 ms a time, where nine statements take 30.
 */
export class Inquiry implements AsyncDisposable {
  readonly #database: Database
  readonly #table: string
  readonly #questions: readonly Question[]
  readonly #prepared: string[] = []
  #asks = 0
  #isPinned = false
  readonly #refusals = new Map<string, QueryError>()

  private constructor(database: Database, table: string, questions: readonly Question[]) {
    this.#database = database
    this.#table = table
    this.#questions = questions
  }

  /** For a database whose migrations are applied and whose table of events is empty. One at a time. */
  static async open(database: Database, setting: EventSetting): Promise<Inquiry> {
    const inquiry = new Inquiry(database, tableOf(setting), listQuestions(setting.contract))
    await database.query('set plan_cache_mode = force_generic_plan')
    await inquiry.#prepare('all', inquiry.#questions)
    for (const question of inquiry.#questions) await inquiry.#prepare(question.relation, [question])
    return inquiry
  }

  /** What has been asked about, for an INSERT of one's own. */
  get table(): string {
    return this.#table
  }

  get relations(): readonly string[] {
    return this.#questions.map(({ relation }) => relation)
  }

  /** The answers on the rows that `insert` adds, if any; nothing of them stays. @throws {HarnessError} when the engine is gone. */
  async ask(insert: string | null, keys: Keys): Promise<Replies> {
    await this.#tidy()
    try {
      return await rehearse(this.#database, async (transaction) => {
        if (insert !== null) await transaction.query(insert)
        return await this.#askAll(transaction, keys)
      })
    } catch (error) {
      if (!(error instanceof QueryError)) throw error
      // One of them, or the INSERT, was refused: which one is worth the time now.
      return this.#askEach(insert, keys)
    }
  }

  /** Everything that `work` asks is asked at the same now(); nothing that it does stays. */
  async atOnce<T>(work: () => Promise<T>): Promise<T> {
    await this.#tidy()
    const wasPinned = this.#isPinned
    this.#isPinned = true
    try {
      return await rehearse(this.#database, work)
    } finally {
      this.#isPinned = wasPinned
    }
  }

  /** VACUUM can't run in a transaction: not while now() is pinned. */
  async #tidy(): Promise<void> {
    if (this.#isPinned) return
    this.#asks += 1
    if (this.#asks % asksBetweenVacuums === 0) await this.#database.query(`vacuum ${this.#table}`)
  }

  async #prepare(name: string, questions: readonly Question[]): Promise<void> {
    const parts = questions.map(({ relation, sql }) => `${sql} as ${quoteIdentifier(relation)}`)
    try {
      await this.#database.query(
        `prepare ${statementName(name)} (text[], text[], integer[]) as select ${[nowSql, ...parts].join(', ')}`,
      )
      this.#prepared.push(name)
    } catch (error) {
      if (!(error instanceof QueryError)) throw error
      // A relation that is not there, or has other columns: executing the statement that is missing would not say so.
      this.#refusals.set(name, error)
    }
  }

  async #execute(transaction: Database, name: string, keys: Keys): Promise<Row> {
    const refusal = this.#refusals.get(name)
    if (refusal !== undefined) throw refusal
    const args = [
      renderKeys(keys.sessions, 'text'),
      renderKeys(keys.tools, 'text'),
      renderKeys(keys.days, 'integer'),
    ]
    const [row] = await transaction.query(`execute ${statementName(name)} (${args.join(', ')})`)
    return row ?? {}
  }

  async #askAll(transaction: Database, keys: Keys): Promise<Replies> {
    const row = await this.#execute(transaction, 'all', keys)
    return {
      nowUs: Number(row['now_us']),
      relations: new Map(
        this.#questions.map((question) => [question.relation, readReplies(question, row, keys)]),
      ),
    }
  }

  async #askEach(insert: string | null, keys: Keys): Promise<Replies> {
    return rehearse(this.#database, async (transaction) => {
      const relations = new Map<string, readonly Reply[] | QueryError>()
      const [clock] = await transaction.query(`select ${nowSql}`)
      for (const question of this.#questions) {
        try {
          const replies = await rehearse(transaction, async (inner) => {
            if (insert !== null) await inner.query(insert)
            return readReplies(question, await this.#execute(inner, question.relation, keys), keys)
          })
          relations.set(question.relation, replies)
        } catch (error) {
          if (!(error instanceof QueryError)) throw error
          relations.set(question.relation, error)
        }
      }
      return { nowUs: Number(clock?.['now_us']), relations }
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#database.query('reset plan_cache_mode')
      for (const name of this.#prepared)
        await this.#database.query(`deallocate ${statementName(name)}`)
    } catch (error) {
      // An engine that is gone keeps nothing; whoever asked it last has been told.
      if (error instanceof QueryError) throw error
    }
  }
}

function statementName(name: string): string {
  return quoteIdentifier(`inquiry ${name}`)
}

function listQuestions({ views, functions }: Contract): readonly Question[] {
  const ofViews = views.map(({ name: relation, columns }) => ({
    relation,
    columns,
    keys: null,
    sql: `(select ${rowsSql(relation, columns)}::text from ${quoteIdentifier(relation)})`,
  }))
  const ofFunctions = functions.flatMap(({ name: relation, columns }) => {
    const keys = keysOfFunction[relation]
    if (keys === undefined) return []
    const call = `select coalesce(${rowsSql(relation, columns)}, '[]') from ${quoteIdentifier(relation)}(key)`
    const each = `select json_agg((${call}) order by place)::text from unnest(${placeholders[keys]}) with ordinality as keys (key, place)`
    return { relation, columns, keys, sql: `(${each})` }
  })
  return [...ofViews, ...ofFunctions]
}

function rowsSql(relation: string, columns: readonly ColumnContract[]): string {
  const cells = columns.map(({ name, type }) => {
    const column = `${quoteIdentifier(relation)}.${quoteIdentifier(name)}`
    return type.endsWith('[]') ? `to_json(${column})` : `${column}::text`
  })
  return `json_agg(json_build_array(${cells.join(', ')}))`
}

function renderKeys(keys: readonly (string | number | null)[], type: string): string {
  const items = keys.map((key) => {
    if (key === null) return 'null'
    // EXECUTE takes no subquery: a short form of long texts would be one.
    return typeof key === 'number' ? String(key) : `'${key.replaceAll("'", "''")}'`
  })
  return `array[${items.join(', ')}]::${type}[]`
}

function readReplies(question: Question, row: Row, keys: Keys): readonly Reply[] {
  const { relation, columns } = question
  const text = row[relation]
  const answer: unknown = typeof text === 'string' ? JSON.parse(text) : []
  const toRow = (cells: readonly unknown[]): Row =>
    Object.fromEntries(columns.map(({ name }, index) => [name, cells[index]]))
  if (question.keys === null) {
    const call = { relation, columns, args: [] }
    const rows = (answer as readonly (readonly unknown[])[]).map(toRow)
    return [{ call, name: describeCall(call, false), rows }]
  }
  const answers = answer as readonly (readonly (readonly unknown[])[])[]
  return keys[question.keys].map((key, index) => {
    const call = { relation, columns, args: [key] }
    return { call, name: describeCall(call, true), rows: (answers[index] ?? []).map(toRow) }
  })
}
