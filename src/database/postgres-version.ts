import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The major versions of Postgres that run in this process, oldest first: each is a PGlite of its own. */
export const postgresVersions = ['16', '17', '18'] as const
export type PostgresVersion = (typeof postgresVersions)[number]

/** What is opened where nobody asks for another. */
export const defaultPostgres: PostgresVersion = '18'

/** The name that each version's PGlite is installed under. */
const packageNames: Readonly<Record<PostgresVersion, string>> = {
  '16': 'pglite-16',
  '17': 'pglite-17',
  '18': '@electric-sql/pglite',
}

/** The version of the PGlite package that runs a Postgres, such as `0.5.16`. */
export function pgliteVersion(postgres: PostgresVersion = defaultPostgres): string {
  const entry = fileURLToPath(import.meta.resolve(packageNames[postgres]))
  const manifest = readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8')
  return (JSON.parse(manifest) as { readonly version: string }).version
}
