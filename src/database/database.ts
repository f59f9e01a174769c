/** One row: column name to value. Numbers a double can't hold, decimals and times come as Postgres prints them. */
export type Row = Readonly<Record<string, unknown>>

/** What answers, and the version it reports; stored beside every finding and every sample. */
export interface Engine {
  readonly kind: 'pglite' | 'native'
  /** As `server_version` says it, e.g. `18.6`. */
  readonly version: string
  /** Version of the package that runs it, such as `0.5.16`. */
  readonly package: string
}

/** Rows, and the time from sending the statement to holding them, measured next to the engine. */
export interface TimedRows<R extends Row = Row> {
  readonly rows: readonly R[]
  readonly latencyMs: number
  /** The same without what it was ready to run while others had the processors; absent where the system does not say. */
  readonly ownMs?: number
  /** What the server said on the way, in order; absent: nothing. */
  readonly notices?: readonly string[]
}

/** One connection to one Postgres. One statement at a time; closing twice is harmless. */
export interface Database extends AsyncDisposable {
  readonly engine: Engine
  /** One statement, `$1`-style parameters. @throws {QueryError} */
  query<R extends Row = Row>(sql: string, params?: readonly unknown[]): Promise<readonly R[]>
  /** As `query`, with its time: fetch included, crossing between threads excluded. @throws {QueryError} */
  time<R extends Row = Row>(sql: string, params?: readonly unknown[]): Promise<TimedRows<R>>
  /** A script of many statements. @throws {QueryError} placed by line and column in `script`. */
  execute(script: string): Promise<void>
  /** Streams COPY text in; resolves to the rows the server counted, not the rows sent. @throws {QueryError} */
  copyIn(
    table: string,
    columns: readonly string[],
    chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<number>
  /** Commits when `work` returns; rolls back when it throws, and rethrows exactly what it threw. */
  transaction<T>(work: (transaction: Database) => Promise<T>): Promise<T>
  close(): Promise<void>
}
