import { createHash } from 'node:crypto'
import { describeAction } from '../migration/action.ts'
import type { MigrationSet } from '../migration/migration.ts'
import { type Script, checksumOf } from '../migration/script.ts'
import { extentOf } from './extent.ts'
import type { Change, Operator } from './operator/operator.ts'
import { allOperators } from './operators.ts'
import { type StatementTree, readScript } from './script-tree.ts'
import { type Branch, walkBranches } from './tree.ts'

/** A script with one thing broken. */
export interface Mutant {
  /**
   * `operator:object:hash`. The hash is of the operator, the file, the statement's object, what the change stands in, what
   * is replaced by what, and which of several alike it is: nothing of it moves when lines do.
   */
  readonly name: string
  readonly operator: string
  readonly script: Script
  /** The script's text with the change in it. */
  readonly text: string
  readonly change: Change
  /** The statement, as Postgres's parser calls it: `ViewStmt`, `DoStmt`, … */
  readonly statement: string
  /** What the statement is about, e.g. `tool_success_rates`. */
  readonly object: string
  /** 1-based, of the first change in the script as it was. */
  readonly line: number
}

/**
 * Breaks every script that is applied or rolled back, in every way the operators know; the base schema is no migration.
 * The order is that of the scripts, their statements and their operators.
 * @throws {QueryError} a script that can't be parsed.
 */
export async function generateMutants(
  { forward, backward }: Pick<MigrationSet, 'forward' | 'backward'>,
  operators: readonly Operator[] = allOperators,
): Promise<readonly Mutant[]> {
  const mutants: Mutant[] = []
  for (const script of [...forward, ...backward]) {
    const known = operators === allOperators ? cache.get(script) : undefined
    const own = known ?? (await mutateScript(script, operators))
    if (operators === allOperators) cache.set(script, own)
    mutants.push(...own)
  }
  return mutants
}

/** All mutants of a script: whoever asks again asks for the same. */
const cache = new WeakMap<Script, readonly Mutant[]>()

/** The set with the mutant's script in the place of the one it was made from. */
export function plantMutant(set: MigrationSet, { script, text }: Mutant): MigrationSet {
  const planted: Script = { ...script, text, checksum: checksumOf(text) }
  const swap = (each: Script): Script => (each === script ? planted : each)
  return {
    ...set,
    steps: set.steps.map(({ version, up, patches, rollback }) => ({
      version,
      up: swap(up),
      patches: patches.map(swap),
      rollback: swap(rollback),
    })),
    forward: set.forward.map(swap),
    backward: set.backward.map(swap),
  }
}

async function mutateScript(
  script: Script,
  operators: readonly Operator[],
): Promise<readonly Mutant[]> {
  const statements = await readScript(script.text)
  const bytes = Buffer.from(script.text).toString('latin1')
  const seen = new Set<string>([bytes])
  const alike = new Map<string, number>()
  const mutants: Mutant[] = []
  for (const { statement, branch, operator } of listSites(statements, operators)) {
    for (const change of operator.changes(branch, { statement, statements })) {
      const text = applyChange(bytes, change)
      // Two operators may come to the same text: it is one mutant, of the first of them.
      if (seen.has(text)) continue
      seen.add(text)
      const object = objectOf(statement)
      const key = [operator.id, script.file, object, ...describeChange(branch, change)].join(
        '\u0000',
      )
      const count = (alike.get(key) ?? 0) + 1
      alike.set(key, count)
      mutants.push({
        name: `${operator.id}:${object}:${hash(`${key}\u0000${count}`)}`,
        operator: operator.id,
        script,
        text: Buffer.from(text, 'latin1').toString('utf8'),
        change,
        statement: statement.root.kind,
        object,
        line: bytes.slice(0, change[0]?.start ?? 0).split('\n').length,
      })
    }
  }
  return mutants
}

interface Site {
  readonly statement: StatementTree
  readonly branch: Branch
  readonly operator: Operator
}

function listSites(
  statements: readonly StatementTree[],
  operators: readonly Operator[],
): readonly Site[] {
  return statements.flatMap((statement) =>
    [statement.root, ...statement.bodies]
      .flatMap((root) => Array.from(walkBranches(root)))
      .flatMap((branch) =>
        operators
          .filter(({ kinds }) =>
            kinds.length === 0 ? branch === statement.root : kinds.includes(branch.kind),
          )
          .map((operator) => ({ statement, branch, operator })),
      ),
  )
}

/** From the last to the first, so that no edit moves another. */
function applyChange(script: string, change: Change): string {
  return change
    .toSorted((a, b) => b.start - a.start || b.end - a.end)
    .reduce((text, edit) => text.slice(0, edit.start) + edit.text + text.slice(edit.end), script)
}

/** What a change stands in, and each of its edits: their tokens, so that white space and comments don't matter. */
function describeChange(branch: Branch, change: Change): readonly string[] {
  const { tokens } = branch.source
  const { first, last } = extentOf(branch) ?? { first: 0, last: -1 }
  const join = (words: typeof tokens): string => words.map(({ text }) => text).join(' ')
  return [
    join(tokens.slice(first, last + 1)),
    ...change.map(({ start, end, text }) => {
      const place = tokens.slice(first, last + 1).filter((token) => token.start < start).length
      const original = tokens.filter((token) => token.start >= start && token.end <= end)
      return `${place} ${join(original)} ${text}`
    }),
  ]
}

function objectOf({ root: { kind, node } }: StatementTree): string {
  const { action, objects } = describeAction({ [kind]: node } as unknown as Parameters<
    typeof describeAction
  >[0])
  const [object] = objects
  const name = object?.name ?? kind.replace(/Stmt$/, '').toLowerCase()
  return action === 'create' || object === undefined ? name : `${action}-${name}`
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8)
}
