import { join } from 'node:path'
import { defaultPostgres, pgliteVersion } from '../../src/database/postgres-version.ts'
import { findPrograms, runProgram } from './native.ts'

/** What stood on either side. */
export async function engineVersion(): Promise<{
  readonly pglite: string
  readonly native: string
}> {
  const { stdout } = await runProgram({
    program: join(findPrograms(), 'postgres'),
    words: ['--version'],
  })
  const pglite = `${pgliteVersion(defaultPostgres)} (Postgres ${defaultPostgres})`
  return { pglite, native: stdout.trim() }
}
