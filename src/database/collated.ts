import { type EmbeddedDatabase, type OpenOptions, openDatabase } from './pglite.ts'
import { type PostgresVersion, defaultPostgres } from './postgres-version.ts'
import { openFresh } from './template.ts'

/** The versions whose PGlite was built with ICU: the others know the order of code points only. */
const collatingVersions: ReadonlySet<PostgresVersion> = new Set(['18'])

export function canCollate(postgres: PostgresVersion = defaultPostgres): boolean {
  return collatingVersions.has(postgres)
}

const templates = new Map<PostgresVersion, Promise<Uint8Array<ArrayBuffer>>>()

/**
 * Opens a fresh database whose default collation is a dictionary's, as most installations' is: `a` before `B`, which by
 * code point is behind. Only where `canCollate` says so.
 */
export async function openCollated(
  options: Omit<OpenOptions, 'template' | 'dataDirectory'>,
): Promise<EmbeddedDatabase> {
  const { postgres = defaultPostgres } = options
  const template = templates.get(postgres) ?? buildTemplate(postgres)
  templates.set(postgres, template)
  return openDatabase({ ...options, template: await template })
}

/** The collation of a database is read when it is opened: changed in an empty one, it is as if it had been made with it. */
async function buildTemplate(postgres: PostgresVersion): Promise<Uint8Array<ArrayBuffer>> {
  await using database = await openFresh({ postgres })
  await database.query(
    "update pg_database set datlocprovider = 'i', datlocale = 'und' where datname = current_database()",
  )
  await database.query('checkpoint')
  return await database.dump()
}
