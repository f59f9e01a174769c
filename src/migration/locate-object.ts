import type { NamedObject } from './action.ts'
import type { MigrationSet } from './migration.ts'
import { type ObjectName, parseName } from './object-name.ts'
import { readStatements } from './runner.ts'
import type { Script } from './script.ts'
import { splitScript } from './statement.ts'

/** The object of a finding. */
export interface ObjectQuery {
  /** As `NamedObject` spells it: `index`, `view`, `function`, … */
  readonly kind: string
  /** As a contract writes it; of a column, trigger, rule, policy or constraint its own name alone. */
  readonly name: string
  /** Argument types of a function in any spelling that SQL accepts, names and defaults aside, e.g. `p_days integer`. */
  readonly identity?: string
  /** What the statement does to it; default `create`. */
  readonly action?: 'create' | 'drop' | 'comment' | 'alter'
}

/** A line of a script. */
export interface Place {
  readonly file: string
  readonly path: string
  readonly line: number
}

/**
 * The statement behind an object: the last one that creates (comments, alters) it in the order of application, or the one
 * that drops it, rollbacks first. Where no function has these arguments, the last one of its name; `undefined`: no
 * statement names it (a DO block may still make it).
 * @throws {MigrationError} where a script can't be cut into statements.
 */
export async function locateObject(
  set: MigrationSet,
  { kind, name: text, identity, action = 'create' }: ObjectQuery,
): Promise<Place | undefined> {
  const scripts =
    action === 'drop' ? [...set.forward, ...set.backward] : [...set.base, ...set.forward]
  const mentions = (await Promise.all(scripts.map(listMentions)))
    .flat()
    .filter((mention) => mention.action === action)
    .filter(({ object }) => isMeant(object, kind, parseName(text)))
  const types = identity === undefined ? undefined : await readArgumentTypes(identity)
  const found = mentions.findLast(({ object }) => object.identity === types) ?? mentions.at(-1)
  return found?.place
}

/** A statement that leaves the schema out may mean any. */
function isMeant(object: NamedObject, kind: string, { schema, name }: ObjectName): boolean {
  const isKind = object.kind === kind || (kind === 'view' && object.kind === 'materialized view')
  const isElsewhere =
    object.qualifier !== null && object.qualifier !== schema && !memberKinds.has(kind)
  return isKind && object.name === name && !isElsewhere
}

/** Before their names stands the table that they belong to. */
const memberKinds: ReadonlySet<string> = new Set([
  'column',
  'trigger',
  'rule',
  'policy',
  'constraint',
])

interface Mention {
  readonly action: string
  readonly object: NamedObject
  readonly place: Place
}

async function listMentions(script: Script): Promise<Mention[]> {
  const statements = await readStatements(script)
  return statements.flatMap(({ action, objects, position }) =>
    objects.map((object) => ({
      action,
      object,
      place: { file: script.file, path: script.path, line: position.line },
    })),
  )
}

/** Lets the parser read the list: it knows that `integer` and `int` are one type, and which words are names. */
async function readArgumentTypes(identity: string): Promise<string | undefined> {
  const [statement] = await splitScript(`drop function f(${identity})`)
  return statement?.objects[0]?.identity ?? undefined
}
