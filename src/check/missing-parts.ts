import { MigrationError } from '../migration/migration-error.ts'
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
import type { Stage } from './walk.ts'

const someRows = 20

const title = 'A rollback that misses a part, or its record, is refused or leads back all the same'

/** What users take away between the scripts. A rollback may promise more: to be strict, and take back the whole or nothing. */
const missingParts: ScratchCheck = {
  stage: 'scratch',
  id: 'compatibility/missing-parts',
  title,
  owes: ({ migrations: { backward }, contract: { record } }) =>
    (record === null ? 1 : 2) * backward.length,
  async run(setting) {
    const tour = new Tour(setting, { rows: someRows, record: false })
    const outcomes: Outcome[] = []
    try {
      for (const episode of await listEpisodes(setting, tour)) {
        if (episode.script.role !== 'rollback') continue
        outcomes.push(await judgeParts(setting, tour, episode))
        if (setting.contract.record !== null)
          outcomes.push(await judgeRecord(setting, tour, episode))
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

function judgeRecord(setting: Setting, tour: Tour, episode: Episode): Promise<Outcome> {
  const table = setting.contract.record?.table ?? ''
  const missing = `without its rows in ${table}`
  const interference: Interference = {
    object: table,
    meddle: async (database) => {
      await database.query(`delete from ${table}`)
    },
    judge: (found) => judgeApplied(setting, withoutRows(episode), missing, found),
  }
  return judgeInterferences(tour, episode, [interference], {
    title: `${episode.script.file} notices that it is not recorded in ${table}`,
    expected: expectedOf(setting, episode),
  })
}

/** Rows that were deleted before are in no table afterwards. */
function withoutRows(episode: Episode): Episode {
  const { due } = episode
  if (due.recordRows === null) return episode
  return { ...episode, due: { ...due, record: [], recordRows: [] } }
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
