import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig(({ mode }) => ({
  test: {
    // `vitest run --mode all`: see amount.ts.
    provide: { isAll: mode === 'all' },
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/build.ts',
    // An engine takes some 330 MB and a core, and each thread keeps one for the checks beside those of its file: two files at a time
    // fill two cores.
    maxWorkers: 2,
    // Threads of one process share the engine's compiled code, and its optimiser's work: a third of the CPU time of a process
    // for each file. No file changes what another one imports.
    pool: 'threads',
    isolate: false,
    // No test waits for its time: the limit is for what hangs, on machines that have other things to do as well.
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
}))
