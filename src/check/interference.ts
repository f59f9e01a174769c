import type { Database } from '../database/database.ts'
import { QueryError } from '../errors.ts'
import { MigrationError } from '../migration/migration-error.ts'
import { readStatements } from '../migration/runner.ts'
import type { Script } from '../migration/script.ts'
import { attempt } from './attempt.ts'
import { type Outcome, failed, passed } from './check.ts'
import { type NamedRelation, listNamed } from './decoy.ts'
import { placeInScripts } from './place-in-scripts.ts'
import type { Setting } from './subject.ts'
import type { Tour } from './tour.ts'
import type { Stage } from './walk.ts'

/** One script of the way there and back, and what there is where it comes. */
export interface Episode {
  readonly script: Script
  /** The scripts before it. */
  readonly path: readonly Script[]
  readonly named: readonly NamedRelation[]
  readonly before: Stage
  /** As it leaves things when nobody interferes. */
  readonly due: Stage
  readonly namedAfter: readonly NamedRelation[]
}

/** @throws {MigrationError} where a script on the way is refused. */
export async function listEpisodes(
  { migrations }: Setting,
  tour: Tour,
): Promise<readonly Episode[]> {
  const way = [...migrations.forward, ...migrations.backward]
  let named = await listNamed(await tour.reach([]))
  let before = await tour.look()
  const episodes: Episode[] = []
  for (const [index, script] of way.entries()) {
    const path = way.slice(0, index)
    const namedAfter = await listNamed(await tour.reach([...path, script]))
    const due = await tour.look()
    episodes.push({ script, path, named, before, due, namedAfter })
    named = namedAfter
    before = due
  }
  return episodes
}

/** Something that somebody else does to the database before a script comes. */
export interface Interference {
  /** What it is done to, for the statement behind a complaint. */
  readonly object: string
  /** @throws {QueryError} where it can't be done. */
  meddle(database: Database): Promise<void>
  /** What is wrong with a stage that the script has led to all the same; nothing: all is well. */
  judge(found: Stage): readonly string[]
}

/**
 * Tries a script after each interference, and wants it refused or what it leads to right. Each happens inside of the script's
 * own transaction, in front of its first statement, and is taken back with it where the commit would come: so dozens of
 * them cost a few milliseconds each.
 */
export async function judgeInterferences(
  tour: Tour,
  { script, path }: Pick<Episode, 'script' | 'path'>,
  interferences: readonly Interference[],
  { title, expected }: { readonly title: string; readonly expected: string },
): Promise<Outcome> {
  const wrong: { readonly object: string; readonly complaint: string }[] = []
  let [tried, refused] = [0, 0]
  for (const one of interferences) {
    const ending = await interfere(tour, path, script, one)
    if (ending === 'impossible') continue
    tried += 1
    if (ending === 'refused') refused += 1
    else wrong.push(...one.judge(ending).map((complaint) => ({ object: one.object, complaint })))
  }
  const note = `${refused} of ${tried} refused, all else whole`
  const [first] = wrong
  if (first === undefined) return passed(title, tried === 0 ? 'there is nothing to try' : note)
  const complaints = wrong.map(({ complaint }) => complaint).join('\n')
  return failed(title, expected, complaints, await placeInScripts([script], [first.object]))
}

/** What the script led to, thrown to keep it from being committed. */
class Seen extends Error {
  readonly stage: Stage

  constructor(stage: Stage) {
    super('seen')
    this.stage = stage
  }
}

/** It can't be done here: a table is not there yet, something else stands on what should go. */
class Impossible extends Error {}

type Ending = Seen | Impossible | MigrationError

async function interfere(
  tour: Tour,
  path: readonly Script[],
  script: Script,
  interference: Interference,
): Promise<'impossible' | 'refused' | Stage> {
  const statements = await readStatements(script)
  const own = statements.filter(({ transaction }) => transaction === null)
  const database = await tour.reach(path)
  let settings = '{}'
  const { refusal, committed } = await attempt(
    database,
    script,
    {
      async onStatement(statement) {
        if (statement !== own[0]) return
        settings = await readSettings(database)
        await meddle(database, interference)
      },
      async afterStatement(statement) {
        if (statement !== own.at(-1)) return
        await restoreSettings(database, settings)
        throw new Seen(await tour.look())
      },
    },
    (error): error is Ending =>
      error instanceof Seen || error instanceof Impossible || error instanceof MigrationError,
  )
  if (committed) tour.lost()
  if (refusal instanceof Seen) return refusal.stage
  return refusal instanceof Impossible ? 'impossible' : 'refused'
}

async function readSettings(database: Database): Promise<string> {
  const [row] = await database.query<{ settings: string }>(
    "select json_object_agg(name, setting)::text as settings from pg_settings where context in ('user', 'superuser')",
  )
  return row?.settings ?? '{}'
}

/** What a script has set for its own transaction, its role as well, is not what others look around with. */
async function restoreSettings(database: Database, settings: string): Promise<void> {
  await database.query('set local role none')
  await database.query(
    `select count(set_config(key, value, true))
     from json_each_text($1::text::json) join pg_settings on name = key where setting is distinct from value`,
    [settings],
  )
}

async function meddle(database: Database, interference: Interference): Promise<void> {
  try {
    await interference.meddle(database)
  } catch (error) {
    throw error instanceof QueryError ? new Impossible() : error
  }
}
