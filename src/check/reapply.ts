import type { MigrationSet, MigrationStep } from '../migration/migration.ts'
import { MigrationError } from '../migration/migration-error.ts'
import type { Script } from '../migration/script.ts'
import { attemptScript } from './attempt.ts'
import { type Outcome, type ScratchCheck, failed, passed, skipped } from './check.ts'
import { placeInScripts } from './place-in-scripts.ts'
import { describeStageDifference } from './stage-difference.ts'
import type { Setting } from './subject.ts'
import { type Origin, Tour } from './tour.ts'
import type { Stage } from './walk.ts'

/** A script that is executed where it does not belong, or not any more, or once more. */
interface Reapplication {
  /** What was executed, and then once more: `up, patch, up`. */
  readonly name: string
  /** The scripts before the one that is judged. */
  readonly path: readonly Script[]
  readonly script: Script
  /** Where a success may lead: the shortest path to each place. */
  readonly places: readonly (readonly Script[])[]
  /** Being refused is no way out: the script belongs here. */
  readonly mustApply?: boolean
}

const someRows = 40

const reapply: ScratchCheck = {
  stage: 'scratch',
  effort: 'standard',
  id: 'compatibility/reapply',
  title: 'A script that is executed again, or too early, is refused or changes nothing',
  owes: (setting) => listReapplications(setting.migrations).length * originsOf(setting).length,
  async run(setting) {
    const outcomes: Outcome[] = []
    const reapplications = listReapplications(setting.migrations)
    for (const origin of originsOf(setting)) {
      const visit = new Visit(setting, origin)
      for (const one of reapplications) outcomes.push(await visit.judge(one))
    }
    return outcomes
  },
}

export const reapplyChecks: readonly ScratchCheck[] = [reapply]

/** Ordered so that each path goes on where the one before it ended: what is refused leaves the database in place. */
function listReapplications({ steps, forward }: MigrationSet): readonly Reapplication[] {
  return steps.flatMap((step) => listForStep(step, forward.slice(0, forward.indexOf(step.up))))
}

function listForStep(
  { up, patches, rollback }: MigrationStep,
  base: readonly Script[],
): readonly Reapplication[] {
  const [applied, patched] = [
    [...base, up],
    [...base, up, ...patches],
  ]
  const isPatched = patches.length > 0
  const nameOf = (index: number): string => (patches.length === 1 ? 'patch' : `patch ${index + 1}`)
  const thereAndBack = [...patched, rollback]
  const way = isPatched ? 'up, patch' : 'up'
  return [
    { name: 'down where up never was', path: base, script: rollback, places: [base] },
    ...patches.map((script, index) => ({
      name: `${nameOf(index)} without up`,
      path: base,
      script,
      places: [base],
    })),
    { name: 'up, up', path: applied, script: up, places: [applied] },
    ...patches.map((script, index) => ({
      name: `up, ${nameOf(index)}, ${nameOf(index)}`,
      path: [...applied, ...patches.slice(0, index + 1)],
      script,
      places: [[...applied, ...patches.slice(0, index + 1)]],
    })),
    ...(isPatched
      ? [{ name: 'up, patch, up', path: patched, script: up, places: [patched, applied] }]
      : []),
    { name: `${way}, down, down`, path: thereAndBack, script: rollback, places: [base] },
    {
      name: `${way}, down, up`,
      path: thereAndBack,
      script: up,
      places: [applied],
      mustApply: true,
    },
    ...(isPatched
      ? [
          {
            name: 'up, down, down',
            path: [...applied, rollback],
            script: rollback,
            places: [base],
          },
        ]
      : []),
  ]
}

/** Standard: without rows and record, and with both; thorough: each with each. */
function originsOf({ contract, effort, fixture }: Setting): readonly Origin[] {
  const records = contract.record?.existingSql == null ? [false] : [false, true]
  const counts = fixture.facts.events === 0 ? [0] : [0, Math.min(someRows, fixture.facts.events)]
  const all = counts.flatMap((rows) => records.map((record) => ({ rows, record })))
  return effort === 'thorough' ? all : [...new Set([...all.slice(0, 1), ...all.slice(-1)])]
}

function describeOrigin({ rows, record }: Origin): string {
  return `${rows === 0 ? 'empty' : `${rows} rows`}${record ? ', existing record' : ''}`
}

/** All reapplications from one origin, on one tour. */
class Visit {
  readonly #tour: Tour
  readonly #setting: Setting
  readonly #origin: Origin
  readonly #stages = new Map<string, Stage>()

  constructor(setting: Setting, origin: Origin) {
    this.#setting = setting
    this.#origin = origin
    this.#tour = new Tour(setting, origin)
  }

  async judge(one: Reapplication): Promise<Outcome> {
    const { steps } = this.#setting.migrations
    const version = steps.length > 1 ? `version ${one.script.version}: ` : ''
    const title = `${version}${one.name} (${describeOrigin(this.#origin)})`
    try {
      return await this.#execute(title, one)
    } catch (error) {
      if (error instanceof MigrationError) return skipped(title, error.message)
      throw error
    }
  }

  async #execute(title: string, one: Reapplication): Promise<Outcome> {
    const { path, script, places } = one
    const mustApply = one.mustApply === true || this.#isPromised(one)
    await this.#stageAt(path)
    const database = await this.#tour.reach(path)
    const { refusal, committed } = await attemptScript(database, script)
    if (refusal !== null) {
      const found = `refused: ${refusal.message}`
      const place = { file: script.file, line: refusal.line }
      if (committed) {
        const left = await this.#compare(await this.#leave(), [path])
        if (left.length > 0)
          return failed(title, 'refused, and nothing changed', [found, ...left].join('\n'), place)
      }
      return mustApply ? failed(title, 'applied', found, place) : passed(title, found)
    }
    const differences = await this.#compare(await this.#leave(), places)
    if (differences.length > 0) {
      const wanted = `the database as after ${places.map(describePath).join(', or ')}`
      const expected = mustApply ? wanted : `refused, or ${wanted}`
      return failed(
        title,
        expected,
        differences.join('\n'),
        await placeInScripts([script], differences),
      )
    }
    // Equal to the shortest path's end: from here on it is as good as that.
    if (places[0] !== undefined && places.length === 1) this.#tour.arrived(places[0])
    return passed(title, 'applied, to the same result')
  }

  #isPromised({ path, script }: Reapplication): boolean {
    const { repeatable = [] } = this.#setting.contract.promises ?? {}
    return path.at(-1) === script && repeatable.includes(script.file)
  }

  /** The database as a script left it, which is nowhere yet. */
  async #leave(): Promise<Stage> {
    this.#tour.lost()
    return this.#tour.look()
  }

  /** What differs from the nearest of some places; nothing where it is one of them. */
  async #compare(found: Stage, places: readonly (readonly Script[])[]): Promise<readonly string[]> {
    const base = await this.#stageAt([])
    const differences: (readonly string[])[] = []
    for (const place of places) {
      const stage = await this.#stageAt(place)
      const { record } = this.#setting.contract
      differences.push(describeStageDifference(stage, found, record, base.recordRows ?? []))
    }
    return differences.toSorted((a, b) => a.length - b.length)[0] ?? []
  }

  async #stageAt(path: readonly Script[]): Promise<Stage> {
    const key = path.map(({ file }) => file).join('\n')
    const known = this.#stages.get(key)
    if (known !== undefined) return known
    await this.#tour.reach(path)
    const stage = await this.#tour.look()
    this.#stages.set(key, stage)
    return stage
  }
}

function describePath(path: readonly Script[]): string {
  return path.map(({ file }) => file).join(', ') || 'nothing'
}
