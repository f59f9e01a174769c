import type { LockMode } from '../database/lock-mode.ts'
import type { Exclusion } from './snapshot.ts'
import type { TransactionMode } from './transaction.ts'

/** What the migrations of one folder must create, as read from its `contract.json`. */
export interface Contract {
  readonly contractVersion: 1
  /** What the migrations are about, in a few words: a heading of every report. */
  readonly title: string
  readonly files: ContractFiles
  /** How the files are executed; absent: each is a transaction of its own making. */
  readonly transactions?: TransactionContract
  /** Every declared view and function must answer within this time, in milliseconds. */
  readonly targetMs: number
  /** The tables that existed before and whose rows must survive; the first is the one the views read. */
  readonly tables: readonly string[]
  /** What the tables are filled with; null: with what the base scripts insert, and nothing else. */
  readonly fixture: 'hook-events' | null
  readonly record: RecordContract | null
  readonly indexes: readonly IndexContract[]
  readonly views: readonly ViewContract[]
  readonly functions: readonly FunctionContract[]
  /** Everything else that the migrations create: tables, columns, constraints, triggers, … */
  readonly others: readonly OtherContract[]
  /** What existed before and is meant to change; nothing else may. */
  readonly changes: readonly ChangeContract[]
  /** Kinds of objects that catalogs are compared without; absent: none. */
  readonly snapshotExclusions?: readonly Exclusion[]
  /** Locks that would otherwise be a fault; absent: none. */
  readonly locks?: readonly LockContract[]
  /** What scripts may leave in their sessions; absent: nothing. */
  readonly session?: readonly SessionContract[]
  readonly preserved: PreservedContract
  /** What scripts do beyond working where they belong; absent: none promises anything. */
  readonly promises?: PromiseContract
  readonly vocabulary: readonly VocabularyContract[]
}

/** Which file plays which part; names are relative to the contract's folder. */
export interface ContractFiles {
  /** The schema before the first migration, in order. */
  readonly base: readonly string[]
  /** In the order of application; rolled back in the reverse order. */
  readonly migrations: readonly {
    readonly version: number
    readonly up: string
    readonly patches: readonly string[]
    readonly rollback: string
  }[]
  /** SQL files beside them that nothing executes, each with a reason that the report shows; absent: there are none. */
  readonly ignored?: readonly { readonly file: string; readonly reason: string }[]
}

export interface TransactionContract {
  /** Of every file that is not named. */
  readonly default: TransactionMode
  readonly files: Readonly<Record<string, TransactionMode>>
}

/** The rows that the migrations must leave in the table that records them. */
export interface RecordContract {
  readonly table: string
  /** A query of one row a recorded file: `file text, version text, elapsed_ms integer` (null where none is kept). */
  readonly sql: string
  readonly rows: readonly { readonly file: string; readonly version: string }[]
  /** A script that makes the table, with rows of its own, as a deployment may already have it; null: it can't. */
  readonly existingSql: string | null
}

/** An index as `pg_get_indexdef` prints its parts. */
export interface IndexContract {
  readonly name: string
  readonly table: string
  readonly method: string
  readonly unique: boolean
  /** Key columns or expressions with their options, e.g. `created_at DESC`. */
  readonly keys: readonly string[]
  /** INCLUDE columns. */
  readonly include: readonly string[]
  readonly predicate: string | null
  readonly comment: string
  /** Queries that this index exists for; it must be able to serve each of them. */
  readonly serves: readonly string[]
  /** Why the index may stay unused; null: it may not. */
  readonly waiver: string | null
}

/** A column as `format_type` prints its type. */
export interface ColumnContract {
  readonly name: string
  readonly type: string
}

export interface ViewContract {
  readonly name: string
  readonly columns: readonly ColumnContract[]
  /** The total order of the rows: the last key makes it total. */
  readonly order: readonly { readonly column: string; readonly descending: boolean }[]
  readonly comment: string
  /** Conservation laws between the view and its base tables: each query returns `expected` and `actual`. */
  readonly totals: readonly { readonly title: string; readonly sql: string }[]
}

export interface FunctionContract {
  readonly name: string
  /** As `pg_get_function_identity_arguments` prints them, after all patches. */
  readonly identityArguments: string
  /** The same before the patches, where a patch changes them. */
  readonly identityArgumentsBeforePatches: string | null
  /** As `pg_get_function_arguments` prints them: with defaults. */
  readonly arguments: string
  /** As `pg_get_function_result` prints it. */
  readonly result: string
  readonly columns: readonly ColumnContract[]
  readonly language: string
  readonly volatility: 'immutable' | 'stable' | 'volatile'
  readonly strict: boolean
  readonly securityDefiner: boolean
  readonly parallel: 'safe' | 'restricted' | 'unsafe'
  readonly comment: string
  /** A query whose rows are argument lists taken from the data, one column an argument; the first row is the hardest. Null: the data holds none. */
  readonly callsSql: string | null
  /** Argument lists that the data can't supply: unknown keys, nulls, edges. */
  readonly examples: readonly (readonly (string | number | null)[])[]
  /** Why nothing needs to call it, where there are no calls; the report shows it. Absent: something does. */
  readonly waiver?: string
}

/** An object that is no index, view or function, as a catalog snapshot names it. */
export interface OtherContract {
  readonly kind: string
  readonly identity: string
  /** Facts that it must have, by the snapshot's names; others are as Postgres makes them where nothing is said. */
  readonly facts: Readonly<Record<string, string | number | boolean>>
}

/** Something that was there before and that the migrations change on purpose. */
export interface ChangeContract {
  /** A kind of a catalog snapshot, or one of `rowKinds` for the rows of a table. */
  readonly kind: string
  /** As a catalog snapshot names the object; schema and name of the table for its rows. */
  readonly identity: string
  /** The facts of the object that change, as they are afterwards: no other may. Absent: it may become what it likes. */
  readonly facts?: Readonly<Record<string, string | number | boolean | null>>
  /** A sentence; the report shows it. */
  readonly reason: string
}

/** A lock that keeps readers or writers waiting, and that a script may take all the same. */
export interface LockContract {
  readonly file: string
  /** A table that existed before; its schema may be left out. */
  readonly table: string
  /** The strongest; absent: ACCESS EXCLUSIVE, which readers wait for, too. */
  readonly mode?: LockMode
  /** Whether the script may write every row anew, too: that takes as long as the table is large. */
  readonly rewrite: boolean
  /** A sentence; the report shows it. */
  readonly reason: string
}

/** Something that outlives a script in its session: a setting, an advisory lock, a temporary table, … */
export interface SessionContract {
  readonly file: string
  /** As the check names it: `setting lock_timeout`. */
  readonly effect: string
  /** A sentence; the report shows it. */
  readonly reason: string
}

/** What worked before the migrations and must work the same after them. */
export interface PreservedContract {
  readonly queries: readonly { readonly title: string; readonly sql: string }[]
  /** Writes tried in a transaction that is rolled back; `sql` ends in RETURNING, its rows must be the same. */
  readonly writes: readonly { readonly title: string; readonly sql: string }[]
}

/** Files, by what each of them promises. */
export interface PromiseContract {
  /** Executed once more right away, it is not refused, and changes nothing; absent: none. */
  readonly repeatable?: readonly string[]
  /** Refused, with nothing changed, where one of the objects that it drops is missing, or what it rolls back is not recorded. */
  readonly strict: readonly string[]
}

/** Words that the views understand; rows that say something else are counted, not guessed at. */
export interface VocabularyContract {
  readonly title: string
  /** A query of `value text, rows bigint`: what lies outside, and how often. No row: all is well. */
  readonly sql: string
}
