import type { Database } from '../database/database.ts'
import { messageOf } from '../errors.ts'
import type { Contract } from '../migration/contract.ts'
import { MigrationError } from '../migration/migration-error.ts'
import type { MigrationSet } from '../migration/migration.ts'
import { type AppliedScript, applyScript } from '../migration/runner.ts'
import type { Script } from '../migration/script.ts'
import type { IndexBuild, Measurement, Sample, Subject, Void } from './result.ts'
import { summarise } from './summary.ts'

/** Migrating there and back is repeated while it is cheap: one time tells nothing. */
const mostCycles = 20

/** Times every script of a set, as often as it runs. */
export class MigrationTimer {
  readonly #database: Database
  readonly #migrations: MigrationSet
  readonly #samples = new Map<Script, Sample[]>()
  readonly #builds = new Map<string, number[]>()
  readonly #faults = new Map<Script, Void>()

  constructor(database: Database, migrations: MigrationSet) {
    this.#database = database
    this.#migrations = migrations
  }

  /** @throws {MigrationError} where a script is refused. */
  async forward(): Promise<void> {
    for (const script of this.#migrations.forward) await this.#apply(script)
  }

  /**
   * Goes back, and again forward and back while all of it has taken less than `patienceMs`. A script that fails ends it and is
   * void; false: then nobody knows what is there. @throws the signal's reason
   */
  async goBack(patienceMs: number, signal?: AbortSignal): Promise<boolean> {
    const started = performance.now()
    try {
      await this.#back()
      for (let cycle = 1; cycle < mostCycles; cycle += 1) {
        if (performance.now() - started > patienceMs) break
        await this.forward()
        await this.#back()
      }
      return true
    } catch {
      signal?.throwIfAborted()
      return false
    }
  }

  /** One measurement a script; void where the objects that the contract declares were not all there after it, or not gone. */
  measurements(scale: number): readonly Measurement[] {
    const { forward, backward } = this.#migrations
    return [...forward, ...backward].map((script) => this.#measure(script, scale))
  }

  indexBuilds(): readonly IndexBuild[] {
    return Array.from(this.#builds).flatMap(([name, [first, ...rest]]) =>
      first === undefined ? [] : [{ name, elapsedMs: [first, ...rest] as const }],
    )
  }

  #measure(script: Script, scale: number): Measurement {
    const { forward, backward, contract } = this.#migrations
    const subject: Subject = {
      workloadId: idOf(script),
      title: `${titles[script.role]} ${script.file}`,
      object: null,
      scale,
    }
    const fault = this.#faults.get(script)
    if (fault !== undefined) return { ...subject, ...fault }
    const [first, ...rest] = this.#samples.get(script) ?? []
    if (first === undefined) {
      return { ...subject, state: 'void', fault: 'error', reason: 'was not executed' }
    }
    const declared = contract.indexes.length + contract.views.length + contract.functions.length
    const expectedRows = script.role === 'rollback' ? 0 : declared
    // Of several migrations, only the last leaves all objects, and only the last rollback none.
    const isLast = script === forward.at(-1) || script === backward.at(-1)
    const wrong = isLast && [first, ...rest].find(({ rows }) => rows !== expectedRows)
    if (wrong === false || wrong === undefined) {
      return { ...subject, ...summarise([first, ...rest], null, null) }
    }
    return {
      ...subject,
      state: 'void',
      fault: 'wrong',
      reason: `left ${wrong.rows} of ${declared} declared objects, expected ${expectedRows}`,
      mismatch: { expectedRows, actualRows: wrong.rows },
    }
  }

  async #back(): Promise<void> {
    for (const script of this.#migrations.backward) await this.#apply(script)
  }

  async #apply(script: Script): Promise<void> {
    const applied = await applyScript(this.#database, script).catch((error: unknown) => {
      // What Postgres refuses is the script's fault; a lost engine is nobody's.
      const fault = error instanceof MigrationError ? 'wrong' : 'error'
      this.#faults.set(script, { state: 'void', fault, reason: messageOf(error) })
      throw error
    })
    const rows = await countDeclared(this.#database, this.#migrations.contract)
    push(this.#samples, script, { latencyMs: applied.elapsedMs, rows })
    for (const [name, elapsedMs] of indexStatements(applied)) push(this.#builds, name, elapsedMs)
  }
}

/** How a script's part is called in a title. */
const titles: Readonly<Record<Script['role'], string>> = {
  base: 'Base schema',
  up: 'Migrate up:',
  patch: 'Patch:',
  rollback: 'Roll back:',
}

/** The file's own name would be an id too, but somebody else's folder names the same step differently. */
function idOf({ role, version, file }: Script): string {
  if (role === 'rollback') return `rollback/${version}`
  const letter = role === 'patch' ? (/^\d+([b-z])_/.exec(file)?.[1] ?? '-patch') : ''
  return `migrate/${version}${letter}`
}

function* indexStatements({ statements }: AppliedScript): Generator<readonly [string, number]> {
  for (const { statement, elapsedMs } of statements) {
    const [object] = statement.objects
    if (statement.kind === 'IndexStmt' && object !== undefined) yield [object.name, elapsedMs]
  }
}

function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}

async function countDeclared(database: Database, contract: Contract): Promise<number> {
  const [row] = await database.query<{ readonly count: number }>(
    `select (select count(*) from pg_class where relkind in ('i', 'I') and relname = any($1))
          + (select count(*) from pg_class where relkind in ('v', 'm') and relname = any($2))
          + (select count(distinct proname) from pg_proc where proname = any($3)) as count`,
    [names(contract.indexes), names(contract.views), names(contract.functions)],
  )
  return Number(row?.count)
}

function names(objects: readonly { readonly name: string }[]): readonly string[] {
  return objects.map(({ name }) => name)
}
