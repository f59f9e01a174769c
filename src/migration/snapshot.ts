import { createHash } from 'node:crypto'
import type { Database } from '../database/database.ts'
import { HarnessError, usageError } from '../errors.ts'
import { catalogSql } from './catalog/catalog.ts'
import { objectKinds, type ObjectKind } from './catalog/kind.ts'

/** One property of an object. Lists and definitions are text of one line an entry; null: there is none. */
export type Fact = string | number | boolean | null

/** One object of the catalog, by its full name: a function with its argument types, a column with its table. */
export interface CatalogObject {
  readonly kind: ObjectKind
  /** As `pg_identify_object` prints it: schema-qualified, never an OID, unique within the kind. */
  readonly identity: string
  readonly facts: Readonly<Record<string, Fact>>
}

/** A kind that a snapshot does not look at, and why. */
export interface Exclusion {
  readonly kind: ObjectKind
  readonly reason: string
}

/** What the catalog knew at one moment, as plain data: equal catalogs make snapshots that are equal as JSON text. */
export interface Snapshot {
  readonly version: 1
  readonly excluded: readonly Exclusion[]
  /** In the order of `objectKinds`, then of the identity's bytes. */
  readonly objects: readonly CatalogObject[]
}

/** What changes how Postgres prints a definition, set to the values a snapshot is taken under. */
const printSettings = {
  search_path: '',
  quote_all_identifiers: 'off',
  standard_conforming_strings: 'on',
  extra_float_digits: '1',
  bytea_output: 'hex',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
}

const sharedFactsSql = `
  'comment', coalesce(
    (select description from pg_description d
      where d.objoid = objid and d.classoid = classid and d.objsubid = subid),
    (select description from pg_shdescription d where d.objoid = objid and d.classoid = classid)),
  'security_labels', (select string_agg(provider || ': ' || label, E'\\n' order by provider collate "C") from (
    select provider, label from pg_seclabel l
      where l.objoid = objid and l.classoid = classid and l.objsubid = subid
    union all
    select provider, label from pg_shseclabel l where l.objoid = objid and l.classoid = classid) labels),
  'needs_extensions', (select string_agg(extname, E'\\n' order by extname collate "C")
    from extension_link x join pg_extension e on e.oid = refobjid
    where deptype = 'x' and x.classid = object.classid and x.objid = object.objid and subid = 0)`

function captureSql(kinds: readonly ObjectKind[]): string {
  const branches = kinds.map(
    (kind) =>
      `select ${objectKinds.indexOf(kind)}, '${kind}', o.* from (${catalogSql[kind]}) o (classid, objid, subid, identity, facts)`,
  )
  // CASE is the documented way to force an order of evaluation: the settings hold before the first definition is
  // printed. They are local, so that outside a transaction they end with the statement.
  return `select case when (${applySql(`'${JSON.stringify(printSettings)}'`)}) > 0 then (
with user_schema as materialized (
  select * from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'),
extension_link as materialized (
  select classid, objid, refobjid, deptype from pg_depend
  where refclassid = 'pg_extension'::regclass and deptype in ('e', 'x')),
relation as materialized (
  select * from pg_class where oid >= 16384 and relnamespace in (select oid from user_schema)
    and oid not in (select objid from extension_link where deptype = 'e' and classid = 'pg_class'::regclass)),
object (rank, kind, classid, objid, subid, identity, facts) as (
${branches.join('\nunion all\n')}),
named as (
  select rank, kind, coalesce(identity, (pg_identify_object(classid, objid, subid)).identity) as identity,
    facts, json_build_object(${sharedFactsSql}) as shared
  from object
  where not exists (select from extension_link x
    where deptype = 'e' and x.classid = object.classid and x.objid = object.objid))
select coalesce(json_agg(json_build_array(kind, identity, facts, shared)
  order by rank, identity collate "C"), '[]')::text from named) end as objects`
}

/** Sets the settings of a JSON object for the rest of the transaction and returns how many they are. */
function applySql(settings: string): string {
  return `select count(set_config(key, value, true)) from json_each_text(${settings})`
}

const sessionSql = `
select exists (select from pg_prepared_statements where name = $1::text) as prepared,
  (select json_object_agg(name, current_setting(name))::text
    from json_array_elements_text($2::text::json) name) as settings`

/**
 * Asks the database for everything that its catalog knows outside the system's own schemas, but for what belongs to
 * an extension, passwords, large objects, the position of sequences and the findings of ANALYZE. Nothing the session
 * has set changes the answer, and no setting of the session is changed; a prepared statement named
 * `hook_harness_snapshot_…` stays behind.
 * @param options.exclude kinds to leave out, each with the reason that the report shows
 * @throws {HarnessError} `E_SNAPSHOT_EXCLUSION` when a reason is empty
 * @throws {QueryError} also when a kind may not be read: only superusers may read subscriptions
 */
export async function captureSnapshot(
  database: Database,
  options: { readonly exclude?: readonly Exclusion[] } = {},
): Promise<Snapshot> {
  const excluded = options.exclude ?? []
  for (const { kind, reason } of excluded)
    if (reason.trim() === '')
      throw usageError(
        'E_SNAPSHOT_EXCLUSION',
        `Exclusion of kind '${kind}': its reason is empty, expected a sentence.`,
        'Write down why objects of this kind may change unseen; the report shows it.',
      )
  const kinds = objectKinds.filter((kind) => !excluded.some((exclusion) => exclusion.kind === kind))
  return { version: 1, excluded, objects: await readObjects(database, kinds) }
}

/** One catalog entry as the capture sends it: kind, identity, its facts, the facts that all kinds share. */
type Entry = readonly [ObjectKind, string, CatalogObject['facts'], CatalogObject['facts']]

async function readObjects(
  database: Database,
  kinds: readonly ObjectKind[],
): Promise<readonly CatalogObject[]> {
  const sql = captureSql(kinds)
  const statement = `hook_harness_snapshot_${createHash('sha256').update(sql).digest('hex').slice(0, 16)}`
  const [session] = await database.query<{ settings: string; prepared: boolean }>(sessionSql, [
    statement,
    JSON.stringify(Object.keys(printSettings)),
  ])
  if (session === undefined) throw noRow()
  // Parsing and planning cost three times as much as running, and snapshots are taken by the dozen.
  if (!session.prepared) await database.query(`prepare ${statement} as ${sql}`)
  const [captured] = await database.query<{ objects: string }>(`execute ${statement}`)
  if (captured === undefined) throw noRow()
  // Inside a transaction the capture's settings would last until its end.
  await database.query(applySql('$1::text::json'), [session.settings])
  const entries = JSON.parse(captured.objects) as readonly Entry[]
  return entries.map(([kind, identity, facts, shared]) => ({
    kind,
    identity,
    facts: { ...facts, ...shared },
  }))
}

function noRow(): HarnessError {
  return new HarnessError('E_ENGINE_REPLY', 'Snapshot: the engine returned no row, expected one.')
}

/** SHA-256, in hex, of the snapshot as JSON with the keys of every object sorted. */
export function fingerprintSnapshot(snapshot: Snapshot): string {
  return createHash('sha256').update(JSON.stringify(snapshot, sortKeys)).digest('hex')
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
