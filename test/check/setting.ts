import type { Outcome, ScratchCheck } from '../../src/check/check.ts'
import type { Effort, Setting } from '../../src/check/subject.ts'
import type { Workbench } from '../../src/check/workbench.ts'
import { chooseFixture, emptyFixture } from '../../src/fixture/source.ts'
import { loadMigrations } from '../../src/migration/migration.ts'

/** What a check that needs databases of its own says about a folder; every outcome that is owed must have come. */
export async function judgeFolder(
  workbench: Workbench,
  [check]: readonly ScratchCheck[],
  directory: string | undefined,
  effort: Effort = 'standard',
): Promise<readonly Outcome[]> {
  const migrations = await loadMigrations(directory)
  const setting: Setting = {
    workbench,
    migrations,
    contract: migrations.contract,
    oracle: null,
    fixture:
      migrations.contract.fixture === null
        ? emptyFixture
        : chooseFixture({ endUs: 1_767_225_600_000_000 }),
    effort,
    seed: '1',
  }
  if (check === undefined) throw new Error('expected a check')
  const outcomes = await check.run(setting)
  if (outcomes.length < check.owes(setting)) throw new Error(`${check.id} looked at too little`)
  return outcomes
}

/** The failures, each as text: title, what was found, file and line. */
export function failuresOf(outcomes: readonly Outcome[]): readonly string[] {
  return outcomes.flatMap((outcome) =>
    outcome.status === 'failed'
      ? [`${outcome.title}\n${outcome.actual}\n${outcome.place?.file}:${outcome.place?.line}`]
      : [],
  )
}
