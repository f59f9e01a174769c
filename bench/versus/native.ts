import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { putAwayOnInterrupt } from './leftover.ts'

const programs = ['initdb', 'pg_ctl', 'psql', 'postgres'] as const

/** The folder that holds the programs: the first of PATH that has all, else Debian's newest. @throws where there is none. */
export function findPrograms(): string {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian)
    ? readdirSync(debian).toSorted((one, other) => Number(other) - Number(one))
    : []
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...versions.map((version) => join(debian, version, 'bin')),
  ]
  const found = folders.find((folder) => programs.every((name) => existsSync(join(folder, name))))
  if (found === undefined) {
    throw new Error(
      `no native Postgres: ${programs.join(', ')} are together in no folder of PATH and not below ${debian}. Install it (Debian: apt-get install postgresql), or put its bin folder into PATH.`,
    )
  }
  return found
}

/** What a program printed, and how long it took from its start to its end. */
export interface Ended {
  readonly stdout: string
  readonly stderr: string
  readonly wallMs: number
}

export interface Command {
  readonly program: string
  readonly words: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** Of whom the process is; absent: of whoever runs this. */
  readonly uid?: number
}

/** Runs a program to its end. @throws when it ends with anything but 0. */
export function runProgram({ program, words, environment = {}, uid }: Command): Promise<Ended> {
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
      cwd: uid === undefined ? process.cwd() : tmpdir(),
      ...(uid === undefined ? {} : { uid, gid: uid }),
    })
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.on('error', reject)
    // Not `close`: a server that was started keeps our pipes open.
    child.on('exit', (code) => {
      const wallMs = performance.now() - started
      if (code === 0) resolve({ stdout, stderr, wallMs })
      else reject(new Error(`${program} ${words.join(' ')} ended with ${code}: ${stderr}`))
    })
  })
}

/** As Debian numbers `nobody`: Postgres refuses to run as root. */
const nobody = 65_534

/** As PGlite: no fsync. No TCP either, so that any number can run. */
const settings = ['fsync=off', 'max_wal_size=4GB', 'listen_addresses='] as const

/** A cluster of its own in a temporary folder. */
export class Native implements AsyncDisposable {
  readonly folder: string
  readonly #programs: string
  readonly #uid: number | undefined
  readonly #leftover: Disposable
  #isStarted = false

  private constructor(folder: string, uid: number | undefined) {
    this.#programs = findPrograms()
    this.folder = folder
    this.#uid = uid
    this.#leftover = putAwayOnInterrupt(() => this.#abandon())
  }

  static async open(): Promise<Native> {
    const folder = await mkdtemp(join(tmpdir(), 'hook-harness-versus-'))
    const uid = process.getuid?.() === 0 ? nobody : undefined
    if (uid !== undefined) await chown(folder, uid, uid)
    await chmod(folder, 0o755)
    return new Native(folder, uid)
  }

  async initialise(): Promise<void> {
    const words = ['--no-sync', '--auth=trust', '--username=postgres', '--pgdata', this.#data]
    await this.#run('initdb', words)
  }

  async start(): Promise<void> {
    const options = [...settings, `unix_socket_directories=${this.folder}`]
    const log = join(this.folder, 'log')
    const server = options.map((option) => `-c "${option}"`).join(' ')
    await this.#run('pg_ctl', ['-w', '-s', '-D', this.#data, '-l', log, '-o', server, 'start'])
    this.#isStarted = true
  }

  async stop(): Promise<void> {
    await this.#run('pg_ctl', ['-w', '-s', '-D', this.#data, '-m', 'fast', 'stop'])
    this.#isStarted = false
  }

  /** Runs a script through psql; rows go nowhere, what the server refuses is on stderr. */
  script(path: string): Promise<Ended> {
    return this.#psql(['-o', '/dev/null', '-f', path])
  }

  /** What the statements print, unaligned, without headers. `options` as PGOPTIONS takes them. */
  async ask(statements: readonly string[], options = ''): Promise<string> {
    const words = statements.flatMap((statement) => ['-c', statement])
    return (await this.#psql(['-v', 'ON_ERROR_STOP=1', ...words], options)).stdout
  }

  #psql(words: readonly string[], options = ''): Promise<Ended> {
    const connection = ['-h', this.folder, '-U', 'postgres', '-d', 'postgres']
    return this.#run('psql', ['-X', '-q', '-A', '-t', ...connection, ...words], {
      PGOPTIONS: options,
    })
  }

  get #data(): string {
    return join(this.folder, 'data')
  }

  #run(
    name: (typeof programs)[number],
    words: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Ended> {
    return runProgram({
      program: join(this.#programs, name),
      words,
      environment,
      ...(this.#uid === undefined ? {} : { uid: this.#uid }),
    })
  }

  /** The server has left our process group, and would go on alone. */
  #abandon(): void {
    try {
      const words = ['-s', '-D', this.#data, '-m', 'immediate', 'stop']
      const options =
        this.#uid === undefined ? {} : { uid: this.#uid, gid: this.#uid, cwd: tmpdir() }
      execFileSync(join(this.#programs, 'pg_ctl'), words, { stdio: 'ignore', ...options })
    } catch {
      // There was none.
    }
    rmSync(this.folder, { recursive: true, force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isStarted) await this.stop()
    await rm(this.folder, { recursive: true, force: true })
    this.#leftover[Symbol.dispose]()
  }
}
