import { openFolderStage } from '../benchmark/folder-stage.ts'
import { type Stage, type StageRequest, openMemoryStage } from '../benchmark/stage.ts'
import type { Database } from '../database/database.ts'
import { type EmbeddedDatabase, openDatabase } from '../database/pglite.ts'
import { HarnessError } from '../errors.ts'
import type { FixtureSource } from '../fixture/source.ts'
import { MigrationError } from '../migration/migration-error.ts'
import type { MigrationSet } from '../migration/migration.ts'
import { applyScript } from '../migration/runner.ts'
import type { Oracle } from '../oracle.ts'
import type { FixtureFacts } from '../provenance.ts'

/** The arms of one comparison: base, candidate, and base once more as the control. */
export const armNames = ['base', 'candidate', 'control'] as const
export type ArmName = (typeof armNames)[number]

/** One database an arm; whatever opens or migrates it never runs beside a query of another. */
export interface Instances extends AsyncDisposable {
  readonly databases: Readonly<Record<ArmName, Database>>
}

/** Rows of one size, loaded once; every instance is a copy of them. */
export interface Ground {
  readonly scale: number
  readonly fixture: FixtureFacts
  readonly oracle: Oracle
  /** Copies the rows for each arm and migrates the copies. @throws {HarnessError} */
  open(): Promise<Instances>
}

export interface GroundRequest {
  readonly base: MigrationSet
  readonly candidate: MigrationSet
  readonly fixture: FixtureSource
  readonly endUs: number
  readonly engine: StageRequest['engine']
}

/** Above this a table in memory takes longer to fill than in a folder: each extension of a file copies it. */
const mostEventsInMemory = 150_000

/** Page images depend on when a checkpoint was, not on what was written. */
const serverSettings = ['full_page_writes=off'] as const

/** ANALYZE reads 300 rows for each unit of its target, which ends at 10 000. */
const rowsPerTarget = 300
const targets = { least: 100, most: 10_000 } as const

/** Loads the rows. @throws {HarnessError} */
export async function layGround(request: GroundRequest): Promise<Ground> {
  const { base, candidate, fixture } = request
  const loaded = await load(request, base)
  const isSameStart = startOf(base) === startOf(candidate)
  const other = isSameStart ? loaded : await load(request, candidate)
  const { events } = fixture.facts
  const sessions = loaded.oracle.answer('session_intelligence_summary', [], 0).length
  const arms = {
    base: { archive: loaded.archive, set: base },
    candidate: { archive: other.archive, set: candidate },
    control: { archive: loaded.archive, set: base },
  }
  return {
    scale: events,
    fixture: { ...fixture.facts, sessions },
    oracle: loaded.oracle,
    open: () => openInstances(arms, request),
  }
}

function startOf({ base }: MigrationSet): string {
  return base.map(({ checksum }) => checksum).join(' ')
}

type Archive = Uint8Array<ArrayBuffer>

async function load(
  { fixture, endUs, engine }: GroundRequest,
  migrations: MigrationSet,
): Promise<{ readonly archive: Archive; readonly oracle: Oracle }> {
  const open = fixture.facts.events > mostEventsInMemory ? openFolderStage : openMemoryStage
  await using stage: Stage = await open({ migrations, fixture, endUs, engine })
  // The log of the load is no part of the data, and larger than it.
  await stage.database.query('checkpoint')
  return { archive: await stage.database.dump(), oracle: stage.oracle }
}

interface Plot {
  readonly archive: Archive
  readonly set: MigrationSet
}

async function openInstances(
  plots: Readonly<Record<ArmName, Plot>>,
  { engine, fixture }: GroundRequest,
): Promise<Instances> {
  const opened: EmbeddedDatabase[] = []
  const close = async (): Promise<void> => {
    for (const database of opened) await database.close()
  }
  const openOne = async ({ archive, set }: Plot): Promise<Database> => {
    const target = Math.ceil(fixture.facts.events / rowsPerTarget)
    const statistics = Math.min(Math.max(target, targets.least), targets.most)
    const database = await openDatabase({
      ...engine,
      template: archive,
      // A sample that holds the whole table: else plans differ between two copies of the same rows.
      serverSettings: [...serverSettings, `default_statistics_target=${statistics}`],
    })
    opened.push(database)
    for (const script of set.forward) await applyScript(database, script)
    await database.query('vacuum (freeze, analyze)')
    return database
  }
  try {
    const base = await blameBase(openOne(plots.base))
    const candidate = await openOne(plots.candidate)
    const control = await openOne(plots.control)
    return { databases: { base, candidate, control }, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}

/** A candidate that can't be applied is red; a base that can't leaves nothing to compare with. */
async function blameBase<T>(opening: Promise<T>): Promise<T> {
  try {
    return await opening
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error
    throw new HarnessError('E_GATE_BASE', `The base can't be applied: ${error.message}`, {
      hint: 'Name a base whose migrations work.',
      cause: error,
    })
  }
}
