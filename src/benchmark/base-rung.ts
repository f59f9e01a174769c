import { openFresh } from '../database/template.ts'
import { emptyFixture } from '../fixture/source.ts'
import { applyScript } from '../migration/runner.ts'
import { MigrationTimer } from './migrate.ts'
import type { Rung } from './result.ts'
import type { RungRequest } from './rung.ts'
import { captureStorage } from './storage.ts'

/**
 * Migrations of tables that nobody can fill: there and back on the rows that the base scripts insert. What views and functions
 * must answer is not known, and so they are not timed.
 * @throws {HarnessError} what kept it from being built.
 */
export async function measureBaseRung(
  request: Pick<RungRequest, 'migrations' | 'effort' | 'engine' | 'onOpen'>,
): Promise<Rung> {
  const started = performance.now()
  const { migrations, effort } = request
  await using database = await openFresh(request.engine)
  for (const script of migrations.base) await applyScript(database, script)
  await request.onOpen(database)
  const timer = new MigrationTimer(database, migrations)
  await timer.forward()
  const storage = await captureStorage(database, migrations.contract, 0)
  await timer.goBack(effort.timeMs / 4, request.engine.signal)
  return {
    scale: 0,
    fixture: { ...emptyFixture.facts, sessions: 0 },
    medium: 'memory',
    storage,
    indexUse: [],
    indexBuilds: timer.indexBuilds(),
    writeCosts: [],
    cold: [],
    measurements: timer.measurements(0),
    peakMemoryBytes: process.resourceUsage().maxRSS * 1_024,
    durationMs: performance.now() - started,
  }
}
