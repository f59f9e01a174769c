import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Threads and child processes run the compiled package: it is compiled before the first test, from what is there now. */
export default function setup(): void {
  execFileSync('npx', ['tsc'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: 'inherit',
  })
}
