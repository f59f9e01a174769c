import type { Database, Row } from '../database/database.ts'
import type { Contract } from './contract.ts'
import { findFunctions } from './definition.ts'
import type { MigrationSet } from './migration.ts'
import { type ObjectName, parseName, renderName } from './object-name.ts'
import type { Role } from './script.ts'

/** A file of the folder, and what the database has recorded about it. */
export interface FileStatus {
  readonly file: string
  readonly role: Role
  readonly version: number | null
  readonly recorded: { readonly version: string; readonly elapsedMs: number | null } | null
}

export interface ObjectStatus {
  readonly kind: 'index' | 'view' | 'function'
  /** Functions with their identity arguments. */
  readonly name: string
  readonly exists: boolean
}

export interface MigrationStatus {
  /** `undeclared`: the contract names no table that records migrations. */
  readonly recordTable: 'present' | 'absent' | 'undeclared'
  /** Ups and patches in the order of application. */
  readonly files: readonly FileStatus[]
  /** Everything the contract declares. */
  readonly objects: readonly ObjectStatus[]
}

/** Asks a database how far it has come. @throws {QueryError} */
export async function readMigrationStatus(
  database: Database,
  { contract, forward }: Pick<MigrationSet, 'contract' | 'forward'>,
): Promise<MigrationStatus> {
  const recordTable = await findRecordTable(database, contract)
  const recorded = recordTable === 'present' ? await readRecord(database, contract) : new Map()
  return {
    recordTable,
    files: forward.map(({ file, role, version }) => ({
      file,
      role,
      version,
      recorded: recorded.get(file) ?? null,
    })),
    objects: [
      ...(await findRelations(database, 'index', contract.indexes)),
      ...(await findRelations(database, 'view', contract.views)),
      ...(await findCallables(database, contract.functions)),
    ],
  }
}

async function findRecordTable(
  database: Database,
  { record }: Contract,
): Promise<MigrationStatus['recordTable']> {
  if (record === null) return 'undeclared'
  const [row] = await database.query('select to_regclass($1) is not null as exists', [record.table])
  return row?.['exists'] === true ? 'present' : 'absent'
}

async function readRecord(
  database: Database,
  { record }: Contract,
): Promise<Map<string, NonNullable<FileStatus['recorded']>>> {
  const rows = record === null ? [] : await database.query(record.sql)
  return new Map(
    rows.map((row) => [
      String(row['file']),
      {
        version: String(row['version']),
        elapsedMs: row['elapsed_ms'] === null ? null : Number(row['elapsed_ms']),
      },
    ]),
  )
}

/** Relations of the name and of the right kind: a table named like a view is no view. */
async function findRelations(
  database: Database,
  kind: 'index' | 'view',
  declared: readonly { readonly name: string }[],
): Promise<ObjectStatus[]> {
  const rows = await database.query<ObjectName & Row>(
    `select nspname::text as schema, relname::text as name from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace where relkind = any ($1::"char"[])`,
    [kind === 'index' ? ['i', 'I'] : ['v', 'm']],
  )
  const found = new Set(rows.map(renderName))
  return declared.map(({ name }) => ({
    kind,
    name,
    exists: found.has(renderName(parseName(name))),
  }))
}

async function findCallables(
  database: Database,
  declared: Contract['functions'],
): Promise<ObjectStatus[]> {
  const objects: ObjectStatus[] = []
  for (const { name, identityArguments } of declared) {
    const found = await findFunctions(database, name)
    const exists = found.some((one) => one.identity_arguments === identityArguments)
    objects.push({ kind: 'function', name: `${name}(${identityArguments})`, exists })
  }
  return objects
}
