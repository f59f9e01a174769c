import type { RecordContract } from '../migration/contract.ts'
import { splitExisting } from '../migration/existing-record.ts'
import { MigrationError } from '../migration/migration-error.ts'
import type { Script } from '../migration/script.ts'
import { type Outcome, type ScratchCheck, skipped } from './check.ts'
import type { NamedRelation } from './decoy.ts'
import {
  type Episode,
  type Interference,
  judgeInterferences,
  listEpisodes,
} from './interference.ts'
import { describeStageDifference } from './stage-difference.ts'
import type { Setting } from './subject.ts'
import { Tour } from './tour.ts'
import { type Stage, captureRecordRows } from './walk.ts'

const someRows = 20

const title =
  'A script that misses a part, or the record, of its migration is refused or leads to the same'

/** What users take away between the scripts. A rollback may promise more: to be strict, and take back the whole or nothing. */
const missingParts: ScratchCheck = {
  stage: 'scratch',
  id: 'compatibility/missing-parts',
  title,
  owes: ({ migrations: { forward, backward }, contract: { record } }) =>
    backward.length + (record === null ? 0 : backward.length + forward.filter(isPatch).length),
  async run(setting) {
    const tour = new Tour(setting, { rows: someRows, record: false })
    const outcomes: Outcome[] = []
    try {
      for (const episode of await listEpisodes(setting, tour)) {
        const isRollback = episode.script.role === 'rollback'
        if (isRollback) outcomes.push(await judgeParts(setting, tour, episode))
        if (setting.contract.record !== null && (isRollback || isPatch(episode.script)))
          outcomes.push(await judgeRecord(setting, tour, episode, setting.contract.record))
      }
    } catch (error) {
      if (!(error instanceof MigrationError)) throw error
      return Array.from({ length: this.owes(setting) }, () => skipped(title, error.message))
    }
    return outcomes
  },
}

export const missingPartChecks: readonly ScratchCheck[] = [missingParts]

/** Everything that the rollback should take away, each gone before it comes. */
function judgeParts(setting: Setting, tour: Tour, episode: Episode): Promise<Outcome> {
  const stays = new Set(episode.namedAfter.map(nameOf))
  const parts = episode.named.filter((object) => !stays.has(nameOf(object)))
  const interferences = parts.map((part): Interference => {
    const missing = `without ${nameOf(part)}`
    return {
      object: part.name,
      meddle: async (database) => {
        await database.query(`drop ${nameOf(part)}`)
      },
      judge: (found) => judgeApplied(setting, episode, missing, found),
    }
  })
  return judgeInterferences(tour, episode, interferences, {
    title: `${episode.script.file} notices that a part of it is missing`,
    expected: expectedOf(setting, episode),
  })
}

function isPatch({ role }: Script): boolean {
  return role === 'patch'
}

/** The migration's own rows are gone, and those of others are there: the table by itself says nothing. */
async function judgeRecord(
  setting: Setting,
  tour: Tour,
  episode: Episode,
  record: RecordContract,
): Promise<Outcome> {
  const { table } = record
  const { script, due } = episode
  const others = record.existingSql === null ? [] : (await splitExisting(record)).rows
  const missing = `without its rows in ${table}`
  let expected: Stage = due
  const interference: Interference = {
    object: table,
    meddle: async (database) => {
      await database.query(`delete from ${table}`)
      for (const sql of others) await database.query(sql)
      const recordRows = await captureRecordRows(database, setting.contract)
      if (due.recordRows !== null) expected = { ...due, record: [], recordRows }
    },
    judge: (found) =>
      isPatch(script)
        ? judgePatched(script, record, missing, found)
        : judgeApplied(setting, { ...episode, due: expected }, missing, found),
  }
  return judgeInterferences(tour, episode, [interference], {
    title: `${script.file} notices that its migration is not recorded in ${table}`,
    expected: isPatch(script) ? 'refused, or recorded' : expectedOf(setting, episode),
  })
}

/** A patch may do without the record of its migration, but not without its own. */
function judgePatched(
  { file }: Script,
  { rows }: RecordContract,
  missing: string,
  { record }: Stage,
): readonly string[] {
  const isDue = rows.some((row) => row.file === file)
  const isRecorded = Array.isArray(record) && record.some((row) => row['file'] === file)
  return isDue && !isRecorded ? [`${missing}: applied, and not recorded`] : []
}

function nameOf({ kind, qualified, identity }: NamedRelation): string {
  return `${kind} ${qualified}${identity === null ? '' : `(${identity})`}`
}

function isStrict({ contract }: Setting, { script }: Episode): boolean {
  return contract.promises?.strict.includes(script.file) ?? false
}

function expectedOf(setting: Setting, episode: Episode): string {
  return isStrict(setting, episode)
    ? 'refused, as the contract promises'
    : 'refused, or everything as before the migration'
}

function judgeApplied(
  setting: Setting,
  episode: Episode,
  missing: string,
  found: Stage,
): readonly string[] {
  if (isStrict(setting, episode)) return [`${missing}: rolled back all the same`]
  const left = describeStageDifference(episode.due, found, setting.contract.record, [])
  return left.length === 0 ? [] : [`${missing}: rolled back, but not whole`, ...left]
}
