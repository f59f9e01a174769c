import type { Database } from '../database/database.ts'
import { defined } from '../defined.ts'
import { loadEvents } from '../fixture/load.ts'
import { applyScript } from '../migration/runner.ts'
import type { Script } from '../migration/script.ts'
import { take } from '../take.ts'
import type { Setting } from './subject.ts'
import { findUnsteady } from './unsteady.ts'
import { type Stage, captureStage } from './walk.ts'

/** What there is before the first script of a tour. */
export interface Origin {
  /** Rows of the fixture that are loaded. */
  readonly rows: number
  /** Whether the table that records migrations is already there: with rows of others, or without any row. */
  readonly record: boolean | 'empty'
}

/**
 * Leads one database from place to place. A place is the list of scripts that lead there from the base schema; going on
 * from where it stands is cheap, anything else starts anew.
 */
export class Tour {
  readonly #setting: Setting
  readonly #origin: Origin
  #unsteady: ReadonlySet<string> | undefined
  /** Null: nobody knows where it stands. */
  #place: readonly Script[] | null = null

  constructor(setting: Setting, origin: Origin) {
    this.#setting = setting
    this.#origin = origin
  }

  /** @throws {MigrationError} where a script on the way is refused. */
  async reach(place: readonly Script[]): Promise<Database> {
    const { workbench, migrations, fixture } = this.#setting
    this.#unsteady ??= await findUnsteady(this.#setting)
    const isOnTheWay = this.#place?.every((script, index) => script === place[index]) ?? false
    const done = isOnTheWay ? (this.#place?.length ?? 0) : 0
    const database = isOnTheWay
      ? await workbench.database()
      : await workbench.prepare(migrations, {
          record: this.#origin.record,
          load: (empty) => loadEvents(empty, take(fixture.events(), this.#origin.rows)),
        })
    this.#place = null
    for (const script of place.slice(done)) await applyScript(database, script)
    this.#place = place
    return database
  }

  /** Somebody is about to change the database, or has done so. */
  lost(): void {
    this.#place = null
  }

  /** After `lost`: it stands where these scripts lead to. Of no effect where it was led elsewhere since. */
  arrived(place: readonly Script[]): void {
    this.#place ??= place
  }

  /** What there is to compare. @throws {HarnessError} when the engine is gone. */
  async look(): Promise<Stage> {
    const { workbench, contract } = this.#setting
    const unsteady = this.#unsteady
    return captureStage(await workbench.database(), contract, defined({ unsteady }))
  }
}
