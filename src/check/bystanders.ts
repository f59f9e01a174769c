import type { Database } from '../database/database.ts'
import { quoteIdentifier } from '../database/identifier.ts'
import { QueryError } from '../errors.ts'
import { describeDifference, diffSnapshots } from '../migration/diff.ts'
import { literalOf } from '../migration/fill/value.ts'
import { MigrationError } from '../migration/migration-error.ts'
import { type Snapshot, captureSnapshot } from '../migration/snapshot.ts'
import { attemptScript } from './attempt.ts'
import { type Outcome, type ScratchCheck, failed, passed, skipped } from './check.ts'
import { type NamedRelation, decoysOf, listNamed } from './decoy.ts'
import { placeInScripts } from './place-in-scripts.ts'
import type { Setting } from './subject.ts'
import { Tour } from './tour.ts'

const elsewhere = 'elsewhere'

/** A table that indexes of somebody else are on. */
const table = `${elsewhere}.bystander`

const title =
  'Objects of the same names in another schema, and of others in this one, are left alone'

/** What others have is no business of a migration: neither a reason to refuse, nor anything to change. */
const bystanders: ScratchCheck = {
  stage: 'scratch',
  effort: 'standard',
  id: 'compatibility/bystanders',
  title,
  owes: ({ migrations }) => migrations.forward.length + migrations.backward.length,
  async run(setting) {
    const tour = new Tour(setting, { rows: 0, record: false })
    try {
      return await judge(setting, tour)
    } catch (error) {
      if (!(error instanceof MigrationError)) throw error
      return Array.from({ length: this.owes(setting) }, () => skipped(title, error.message))
    }
  },
}

export const bystanderChecks: readonly ScratchCheck[] = [bystanders]

async function judge({ migrations }: Setting, tour: Tour): Promise<readonly Outcome[]> {
  const there = await listNamed(await tour.reach([]))
  const base = new Set(there.map(({ qualified }) => qualified))
  const named = await listNamed(await tour.reach(migrations.forward))
  const created = named.filter(({ qualified }) => !base.has(qualified))
  tour.lost()
  const database = await tour.reach([])
  tour.lost()
  const tables = there.filter(({ kind }) => kind === 'table').map(({ name }) => name)
  await placeBystanders(database, created, tables)
  const before = await captureTheirs(database)
  const outcomes: Outcome[] = []
  for (const script of [...migrations.forward, ...migrations.backward]) {
    const ofScript = `${script.file} minds its own objects only`
    const { refusal } = await attemptScript(database, script)
    const touched = diffSnapshots(before, await captureTheirs(database)).map(describeDifference)
    const told = refusal === null ? touched : [`refused: ${refusal.message}`, ...touched]
    const expected = 'applied, and what others have as it was'
    const place =
      refusal === null
        ? await placeInScripts([script], touched)
        : { file: script.file, line: refusal.line }
    outcomes.push(
      told.length === 0 ? passed(ofScript) : failed(ofScript, expected, told.join('\n'), place),
    )
  }
  return outcomes
}

/** What the migrations change of the rest is for others to judge. */
async function captureTheirs(database: Database): Promise<Snapshot> {
  const { objects, ...rest } = await captureSnapshot(database)
  const theirs = objects.filter(({ identity }) => /\belsewhere|bystand/.test(identity))
  return { ...rest, objects: theirs }
}

/**
 * The same names in a schema of their own, and names of no one in the migrations' own: they speak of the tables there are, as what
 * others have built on those does, but for a sweep by name or by text nothing is in anybody's way.
 */
async function placeBystanders(
  database: Database,
  created: readonly NamedRelation[],
  tables: readonly string[],
): Promise<void> {
  const spoken = literalOf(tables.join(' '))
  await database.execute(`
    create schema ${elsewhere};
    create table ${table} (decoy integer);
    create table bystander (decoy integer);
    create view bystanders as select ${spoken}::text as decoy;
    create function bystand() returns text language sql as ${literalOf(`select ${spoken}::text`)}`)
  for (const name of tables) {
    const index = quoteIdentifier(`idx_${name}_bystanding`.slice(-63))
    await tryTo(database, `create index ${index} on bystander (decoy)`)
  }
  for (const object of created) {
    const qualified = `${elsewhere}.${quoteIdentifier(object.name)}`
    const [decoy] = decoysOf({ ...object, qualified, table })
    if (decoy !== undefined) await tryTo(database, decoy.createSql)
  }
}

/** Two objects, or two tables, of one name in two schemas have one place here, and a type of the migrations' own is not there yet. */
async function tryTo(database: Database, sql: string): Promise<void> {
  try {
    await database.query(sql)
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
  }
}
