import { expect, test } from 'vitest'
import { compileProgram } from '../../src/database/kept-code.ts'
import { openDatabase } from '../../src/database/pglite.ts'
import { postgresVersions } from '../../src/database/postgres-version.ts'

test.each(postgresVersions)(
  'the program of Postgres %s is found, compiled once, and what an engine runs',
  async (postgres) => {
    const program = await compileProgram(postgres, 'optimised')
    expect(Object.prototype.toString.call(program)).toBe('[object WebAssembly.Module]')
    await using database = await openDatabase({ postgres })
    expect(database.engine.version.split('.')[0]).toBe(postgres)
    expect(await compileProgram(postgres, 'optimised')).toBe(program)
  },
)

test('what can not be compiled is said each time, and kept for nobody', async () => {
  const compile = WebAssembly.compile
  WebAssembly.compile = () => Promise.reject(new Error('no memory'))
  try {
    for (let time = 0; time < 2; time += 1) {
      await expect(openDatabase({ codeTier: 'baseline' })).rejects.toMatchObject({
        code: 'E_ENGINE_OPEN',
        message: 'PGlite did not start: no memory',
      })
    }
  } finally {
    WebAssembly.compile = compile
  }
})

/** Node has it, and its types come only with those of a browser. */
declare const WebAssembly: { compile: (bytes: Uint8Array) => Promise<object> }
