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

/** The file of each version's package that holds Postgres itself. */
const programNames: Readonly<Record<PostgresVersion, string>> = {
  '16': 'postgres.wasm',
  '17': 'pglite.wasm',
  '18': 'pglite.wasm',
}

/** The version of the PGlite package that runs a Postgres, such as `0.5.16`. */
export function pgliteVersion(postgres: PostgresVersion = defaultPostgres): string {
  const manifest = readFileSync(join(packageFolder(postgres), '..', 'package.json'), 'utf8')
  return (JSON.parse(manifest) as { readonly version: string }).version
}

/** The WebAssembly that is Postgres. */
export function programPath(postgres: PostgresVersion): string {
  return join(packageFolder(postgres), programNames[postgres])
}

function packageFolder(postgres: PostgresVersion): string {
  return dirname(fileURLToPath(import.meta.resolve(packageNames[postgres])))
}
