import { type MigrationCopy, files } from '../migration-copy.ts'

/** Something wrong with migrations, and what must notice it. */
export interface Defect {
  readonly title: string
  /** The defects of a set are planted at once; others would not be seen beside one that is planted alone. */
  readonly set: 1 | 2 | 3 | 'alone'
  readonly plant: (copy: MigrationCopy) => Promise<MigrationCopy>
  /** Ids of checks that must fail; others may fail with them. */
  readonly fails: readonly string[]
  /** What failed findings must name. */
  readonly names: readonly string[]
  /** File and beginning of the line that failed findings must point at; none: no statement is behind it. */
  readonly at: readonly (readonly [file: string, line: string])[]
  /** Rows that are judged on; absent: the canonical ones. */
  readonly events?: number
}

const { base, up, rollback } = files

/** A statement at the end of the migration, and one among those that the rollback drops with. */
export async function plantBoth(
  copy: MigrationCopy,
  upSql: string,
  backSql: string,
): Promise<MigrationCopy> {
  await copy.replace(up, /\ncommit;/, `\n${upSql}\ncommit;`)
  if (backSql === '') return copy
  const first = 'drop index idx_hook_events_session;'
  return copy.replace(rollback, first, `${first}\n${backSql}`)
}

type Document = Readonly<Record<string, unknown>>

/** Rows that are there from the start: source, payload and metadata. */
export function plantRows(
  copy: MigrationCopy,
  ...rows: readonly (readonly [source: string, payload: Document, metadata?: Document])[]
): Promise<MigrationCopy> {
  const values = rows.map(
    ([source, payload, metadata = {}]) =>
      `(gen_random_uuid(), '${source}', 'a', 'r', 'i', '${JSON.stringify(payload)}', '${JSON.stringify(metadata)}')`,
  )
  const insert = `insert into hook_events (id, source, action, resource, resource_id, payload, metadata) values ${values.join(', ')};`
  return copy.replace(base, /\ncommit;/, `\n${insert}\ncommit;`)
}
