import { benchEndUs } from '../../src/benchmark/clock.ts'
import type { StageRequest } from '../../src/benchmark/stage.ts'
import { chooseFixture } from '../../src/fixture/source.ts'
import { loadMigrations } from '../../src/migration/migration.ts'

/** A stage that is quickly built. */
export const stageRequest: StageRequest = {
  migrations: await loadMigrations(),
  fixture: chooseFixture({ events: 500, endUs: benchEndUs }),
  endUs: benchEndUs,
  engine: { clockUs: benchEndUs },
}
