import type { ServerComplaint } from '../errors.ts'
import type { Row } from './database.ts'
import type { PostgresVersion } from './postgres-version.ts'

/** How the engine's thread opens its database. */
export interface WorkerSettings {
  readonly postgres: PostgresVersion
  /** The compiled program: a `WebAssembly.Module`. */
  readonly program: object
  /** A folder on disk; absent: in memory. */
  readonly dataDirectory?: string
  /** A data directory as a tar archive, unpacked before the start. */
  readonly template?: Uint8Array<ArrayBuffer>
  readonly initdbArguments: readonly string[]
  /** `name=value`, as `postgres -c` takes them. */
  readonly serverSettings: readonly string[]
  /** Where the engine's clock starts, in milliseconds since 1970; absent: at the real time. */
  readonly clockMs?: number
}

/** What the client asks; one at a time, each answered by exactly one `Reply`. */
export type Request =
  | { readonly kind: 'query'; readonly sql: string; readonly params: readonly unknown[] }
  | { readonly kind: 'script'; readonly sql: string }
  | { readonly kind: 'copy'; readonly sql: string; readonly chunk: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'dump' }
  | { readonly kind: 'clock'; readonly aheadMs: number }
  | { readonly kind: 'close' }

export type Reply =
  | { readonly kind: 'opened' }
  | {
      readonly kind: 'rows'
      readonly rows: readonly Row[]
      readonly latencyMs: number
      /** The same without what it was ready to run while others had the processors; absent where the system does not say. */
      readonly ownMs?: number
      /** What the server said on the way; absent: nothing. */
      readonly notices?: readonly string[]
    }
  | { readonly kind: 'copied'; readonly rows: number }
  | { readonly kind: 'dumped'; readonly archive: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly complaint: ServerComplaint }
  /** The engine itself broke; whatever it answers from now on is worth nothing. */
  | { readonly kind: 'crashed'; readonly reason: string }
