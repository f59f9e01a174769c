import { openFolderStage } from '../benchmark/folder-stage.ts'
import { shuffle } from '../benchmark/run.ts'
import { type Stage, type StageRequest, openMemoryStage } from '../benchmark/stage.ts'
import type { Database } from '../database/database.ts'
import { type EmbeddedDatabase, openDatabase } from '../database/pglite.ts'
import { HarnessError } from '../errors.ts'
import type { FixtureSource } from '../fixture/source.ts'
import { MigrationError } from '../migration/migration-error.ts'
import type { MigrationSet } from '../migration/migration.ts'
import { applyScript } from '../migration/runner.ts'
import type { Script } from '../migration/script.ts'
import type { Oracle } from '../oracle.ts'
import type { FixtureFacts } from '../provenance.ts'
import type { Random } from '../random.ts'

/** The arms of one comparison: base, candidate, and base once more as the control. */
export const armNames = ['base', 'candidate', 'control'] as const
export type ArmName = (typeof armNames)[number]

/** One database an arm; none is opened beside a query of another. */
export interface Instances extends AsyncDisposable {
  readonly databases: Readonly<Record<ArmName, Database>>
}

/** Rows of one size, loaded once and migrated once an arm; every instance is a copy of that. */
export interface Ground {
  readonly scale: number
  readonly fixture: FixtureFacts
  readonly oracle: Oracle
  /** Opens a copy for each arm, side by side, in a random order where something will be timed. @throws {HarnessError} */
  open(random?: Random): Promise<Instances>
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

/**
 * Loads the rows and migrates them for either arm.
 * @throws {MigrationError} where the candidate can't be applied, or both arms are the same and neither can.
 * @throws {HarnessError} E_GATE_BASE where only the base can't.
 */
export async function layGround(request: GroundRequest): Promise<Ground> {
  const { base, candidate, fixture } = request
  const blame = isSame(base, candidate) ? blameNobody : blameBase
  const loaded = await blame(load(request, base))
  const other =
    checksumsOf(base.base) === checksumsOf(candidate.base) ? loaded : await load(request, candidate)
  // One after the other: what runs beside another may be slower, and a script records how long it took.
  const ofBase = await blame(migrate(loaded.archive, base, request))
  const archives = {
    base: ofBase,
    candidate: await migrate(other.archive, candidate, request),
    control: ofBase,
  }
  const { events } = fixture.facts
  const sessions = loaded.oracle.answer('session_intelligence_summary', [], 0).length
  return {
    scale: events,
    fixture: { ...fixture.facts, sessions },
    oracle: loaded.oracle,
    open: (random) =>
      openInstances(archives, random === undefined ? armNames : shuffle(armNames, random), request),
  }
}

function isSame(base: MigrationSet, candidate: MigrationSet): boolean {
  return (
    checksumsOf([...base.base, ...base.forward]) ===
    checksumsOf([...candidate.base, ...candidate.forward])
  )
}

function checksumsOf(scripts: readonly Script[]): string {
  return scripts.map(({ checksum }) => checksum).join(' ')
}

type Archive = Uint8Array<ArrayBuffer>

async function load(
  { fixture, endUs, engine }: GroundRequest,
  migrations: MigrationSet,
): Promise<{ readonly archive: Archive; readonly oracle: Oracle }> {
  const open = fixture.facts.events > mostEventsInMemory ? openFolderStage : openMemoryStage
  await using stage: Stage = await open({ migrations, fixture, endUs, engine })
  return { archive: await dump(stage.database), oracle: stage.oracle }
}

/** Migrating takes longer than opening: sessions would spend their time on it, and learn nothing from it. */
async function migrate(
  archive: Archive,
  { forward }: MigrationSet,
  request: GroundRequest,
): Promise<Archive> {
  await using database = await openCopy(archive, request)
  for (const script of forward) await applyScript(database, script)
  await database.query('vacuum (freeze, analyze)')
  return await dump(database)
}

/** The log of what was done is no part of the data, and may be larger. */
async function dump(database: EmbeddedDatabase): Promise<Archive> {
  await database.query('checkpoint')
  return database.dump()
}

function openCopy(
  template: Archive,
  { engine, fixture }: GroundRequest,
): Promise<EmbeddedDatabase> {
  const target = Math.ceil(fixture.facts.events / rowsPerTarget)
  const statistics = Math.min(Math.max(target, targets.least), targets.most)
  return openDatabase({
    ...engine,
    template,
    // A sample that holds the whole table: else plans differ between two copies of the same rows.
    serverSettings: [...serverSettings, `default_statistics_target=${statistics}`],
  })
}

async function openInstances(
  archives: Readonly<Record<ArmName, Archive>>,
  order: readonly ArmName[],
  request: GroundRequest,
): Promise<Instances> {
  const opening = order.map((arm) => openCopy(archives[arm], request))
  const opened = await Promise.allSettled(opening)
  const close = async (): Promise<void> => {
    for (const each of opened) if (each.status === 'fulfilled') await each.value.close()
  }
  try {
    const databases = await Promise.all(opening)
    const databaseOf = (arm: ArmName): Database => {
      const database = databases[order.indexOf(arm)]
      if (database === undefined) throw new RangeError(`no copy of ${arm} was opened`)
      return database
    }
    return {
      databases: {
        base: databaseOf('base'),
        candidate: databaseOf('candidate'),
        control: databaseOf('control'),
      },
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** A candidate that can't be applied is red; a base that can't leaves nothing to compare with. */
async function blameBase<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error
    throw new HarnessError('E_GATE_BASE', `The base can't be applied: ${error.message}`, {
      hint: 'Name a base whose migrations work.',
      cause: error,
    })
  }
}

/** Arms that are the same: what the base can't do, the candidate can't. */
function blameNobody<T>(work: Promise<T>): Promise<T> {
  return work
}
