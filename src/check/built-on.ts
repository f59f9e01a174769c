import type { Database } from '../database/database.ts'
import { splitExisting } from '../migration/existing-record.ts'
import { MigrationError } from '../migration/migration-error.ts'
import { type Outcome, type ScratchCheck, failed, passed, skipped } from './check.ts'
import type { NamedRelation } from './decoy.ts'
import {
  type Episode,
  type Interference,
  judgeInterferences,
  listEpisodes,
} from './interference.ts'
import { placeInScripts } from './place-in-scripts.ts'
import { describeStageDifference } from './stage-difference.ts'
import type { Setting } from './subject.ts'
import { Tour } from './tour.ts'
import { type Stage, captureRecordRows } from './walk.ts'

const someRows = 20

const title = 'What somebody else has built on it, or recorded meanwhile, no script takes away'

/** What users put between the scripts: no migration may sweep it away with what is its own. */
const builtOn: ScratchCheck = {
  stage: 'scratch',
  effort: 'standard',
  id: 'compatibility/built-on',
  title,
  owes: ({ migrations: { forward, backward }, contract: { record } }) =>
    forward.length + backward.length + (record?.existingSql == null ? 0 : backward.length + 1),
  async run(setting) {
    const tour = new Tour(setting, { rows: someRows, record: false })
    const outcomes: Outcome[] = []
    try {
      for (const episode of await listEpisodes(setting, tour)) {
        outcomes.push(await judgeDependents(setting, tour, episode))
        if (episode.script.role === 'rollback' && setting.contract.record?.existingSql != null)
          outcomes.push(await judgeLaterRows(setting, tour, episode))
      }
      if (setting.contract.record?.existingSql != null) outcomes.push(await judgeEmpty(setting))
    } catch (error) {
      if (!(error instanceof MigrationError)) throw error
      return Array.from({ length: this.owes(setting) }, () => skipped(title, error.message))
    }
    return outcomes
  },
}

export const builtOnChecks: readonly ScratchCheck[] = [builtOn]

/** Where somebody else's objects stand. */
const schema = 'hook_harness_bystander'

/** One object that depends on a relation, a function or a table, one after the other: a refusal hides what comes later. */
function judgeDependents(setting: Setting, tour: Tour, episode: Episode): Promise<Outcome> {
  const { script, named, due } = episode
  const { record } = setting.contract
  const interferences = named.flatMap((object): readonly Interference[] => {
    const dependent = dependentOn(object)
    if (dependent === null) return []
    const over = `${dependent.title} ${object.qualified}`
    return [
      {
        object: object.name,
        async meddle(database) {
          await database.query(`create schema ${schema}`)
          for (const sql of dependent.createSql) await database.query(sql)
        },
        judge(found) {
          const names = new Set(found.snapshot.objects.map((one) => `${one.kind} ${one.identity}`))
          if (!dependent.keeps.every((name) => names.has(name))) return [`${over}: gone`]
          const left = describeStageDifference(due, withoutBystander(found), record, [])
          return left.length === 0 ? [] : [`${over}: kept, but something else comes out`, ...left]
        },
      },
    ]
  })
  return judgeInterferences(tour, episode, interferences, {
    title: `${script.file} leaves alone what somebody else has built`,
    expected: 'refused, or what was built stays',
  })
}

interface Dependent {
  readonly title: string
  readonly createSql: readonly string[]
  /** Kind and identity of what must be there afterwards. */
  readonly keeps: readonly string[]
}

/** Null: nothing can depend on it, as nothing can on an index. */
function dependentOn({ kind, qualified, nulls, result }: NamedRelation): Dependent | null {
  const name = `${schema}.bystander`
  const view = (query: string, viewTitle: string): Dependent => ({
    title: viewTitle,
    createSql: [`create view ${name} as ${query}`],
    keeps: [`view ${name}`],
  })
  if (kind === 'index') return null
  if (kind === 'sequence') return view(`select last_value from ${qualified}`, 'a view over')
  if (kind !== 'function') return view(`select * from ${qualified}`, 'a view over')
  if (result !== 'trigger')
    return view(`select 1 as one from ${qualified}(${nulls})`, 'a view that calls')
  return {
    title: 'a trigger that calls',
    createSql: [
      `create table ${name} ()`,
      `create trigger bystander before insert on ${name} for each row execute function ${qualified}()`,
    ],
    keeps: [`trigger bystander on ${name}`],
  }
}

function withoutBystander(stage: Stage): Stage {
  return {
    ...stage,
    ledger: stage.ledger.filter(({ table }) => !table.startsWith(`${schema}.`)),
    snapshot: {
      ...stage.snapshot,
      objects: stage.snapshot.objects.filter(({ identity }) => !identity.includes(schema)),
    },
  }
}

/** Others have recorded their migrations since: a table that the migrations had to create is theirs alone no more. */
async function judgeLaterRows(setting: Setting, tour: Tour, episode: Episode): Promise<Outcome> {
  const { record } = setting.contract
  const rows = record === null ? [] : (await splitExisting(record)).rows
  const table = record?.table ?? ''
  const later = `rows of others in ${table}`
  let expected: Stage = episode.due
  const interference: Interference = {
    object: table,
    async meddle(database) {
      const known = await captureRecordRows(database, setting.contract)
      for (const sql of rows) await database.query(sql)
      await postdate(database, table, known ?? [])
      const all = await captureRecordRows(database, setting.contract)
      const added = (all ?? []).filter((row) => known?.includes(row) !== true)
      expected = withRecord(episode, table, added)
    },
    judge(found) {
      const kept = expected.recordRows ?? []
      const left = describeStageDifference(expected, found, record, kept)
      return left.length === 0 ? [] : [`${later}: not as they were`, ...left]
    },
  }
  return judgeInterferences(tour, episode, [interference], {
    title: `${episode.script.file} leaves alone what others have recorded in ${table}`,
    expected: 'refused, or the table there with their rows',
  })
}

/** Rows that are recorded later say so, in every column that holds a time. */
async function postdate(
  database: Database,
  table: string,
  earlier: readonly string[],
): Promise<void> {
  const columns = await database.query<{ name: string; qualified: string }>(
    `select quote_ident(attname) as name, attrelid::regclass::text as qualified from pg_attribute
     where attrelid = to_regclass($1) and attnum > 0 and not attisdropped
       and atttypid in ('timestamptz'::regtype, 'timestamp'::regtype)`,
    [table],
  )
  const changes = columns.map(({ name }) => `${name} = clock_timestamp() + interval '1 day'`)
  const [first] = columns
  if (first === undefined) return
  await database.query(
    `update ${first.qualified} as recorded set ${changes.join(', ')} where recorded::text <> all ($1::text[])`,
    [earlier],
  )
}

/** What a script should lead to: as without the rows, but with them, and with the table they stand in. */
function withRecord({ before, due }: Episode, table: string, added: readonly string[]): Stage {
  const isThere = due.recordRows !== null
  const own = before.snapshot.objects.filter(({ identity }) => identity.includes(table))
  return {
    ...due,
    snapshot: isThere
      ? due.snapshot
      : { ...due.snapshot, objects: [...due.snapshot.objects, ...own] },
    record: isThere ? due.record : [],
    recordRows: [...(due.recordRows ?? []), ...added],
  }
}

/** A record table that was there before and holds no row yet is not the migrations' own for that. */
async function judgeEmpty(setting: Setting): Promise<Outcome> {
  const { migrations, contract } = setting
  const about = `An empty ${contract.record?.table} that was there before is there after the way there and back`
  const expected = 'every script applied, and everything as before'
  const tour = new Tour(setting, { rows: someRows, record: 'empty' })
  await tour.reach([])
  const before = await tour.look()
  try {
    await tour.reach([...migrations.forward, ...migrations.backward])
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error
    return failed(about, expected, error.message, { file: error.file, line: error.line })
  }
  const left = describeStageDifference(before, await tour.look(), contract.record, [])
  if (left.length === 0) return passed(about)
  const place = await placeInScripts(migrations.backward, left)
  return failed(about, expected, left.join('\n'), place)
}
