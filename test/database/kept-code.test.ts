import { expect, test } from 'vitest'
import { keepCode } from '../../src/database/kept-code.ts'
import { openDatabase } from '../../src/database/pglite.ts'
import { postgresVersions } from '../../src/database/postgres-version.ts'

test.each(postgresVersions)(
  'the program of Postgres %s is found, and held once',
  async (version) => {
    const program = await keepCode(version)
    expect(Object.prototype.toString.call(program)).toBe('[object WebAssembly.Module]')
    expect(await keepCode(version)).toBe(program)
  },
)

test('an engine that is over before its program is compiled says why it ended, and nothing else', async () => {
  const signal = AbortSignal.abort()
  await expect(openDatabase({ signal })).rejects.toMatchObject({ code: 'E_INTERRUPTED' })
})
