import { spawn } from 'node:child_process'
import { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { runProgram } from '../../src/command/program.ts'

const cliPath = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))

/** How a command line ended. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface CliOptions {
  readonly environment?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Called with what has been written to stderr so far, and how to send a signal. */
  readonly onStart?: (kill: (signal: NodeJS.Signals) => void) => void
}

/** Runs the compiled command line as a person does: another process, no terminal. */
export function runCli(words: readonly string[], options: CliOptions = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cliPath, ...words], {
      env: { ...process.env, NO_COLOR: '1', ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
    options.onStart?.((signal) => child.kill(signal))
  })
}

/** The same without a process of its own: starting one, and compiling its engine, takes longer than what most commands do. */
export async function runHere(words: readonly string[]): Promise<Ended> {
  const written = { stdout: '', stderr: '' }
  const into = (name: keyof typeof written): Writable =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        written[name] += chunk.toString()
        done()
      },
    })
  const code = await runProgram(words, {
    stdout: into('stdout'),
    stderr: into('stderr'),
    signal: new AbortController().signal,
    environment: { NO_COLOR: '1' },
  })
  return { code, ...written }
}
