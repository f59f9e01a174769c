import { relative } from 'node:path'
import process from 'node:process'
import type { MigrationFacts } from '../provenance.ts'
import type { MigrationSet } from './migration.ts'

/** What a result document says about the migrations that it is of. */
export function describeMigrations(set: MigrationSet): MigrationFacts {
  const scripts = [...set.base, ...set.forward, ...set.backward]
  return {
    title: set.contract.title,
    directory: describeFolder(set.directory),
    contractSource: set.contractSource,
    files: scripts.map(({ role, file, checksum }) => ({ role, file, checksum })),
    ignored: set.ignored,
  }
}

/** As seen from where the command runs, where that is shorter: what annotations and people go by. */
function describeFolder(directory: string): string {
  const seen = relative(process.cwd(), directory)
  return seen === '' ? '.' : seen.startsWith('..') ? directory : seen
}
