import { expect, test } from 'vitest'
import { loadMigrations } from '../../src/migration/migration.ts'
import type { Script } from '../../src/migration/script.ts'
import { WorkScale, layWorkGrounds } from '../../src/mutation/work.ts'
import { isAll } from '../amount.ts'

/** Few, so that it is cheap: those that a full run weighs on are more. */
const size = { events: 600, payload: 'recorded' } as const

/** Takes the first OFFSET 0 in front of some words away from a view. */
function unfence(script: Script, view: string, before: string): Script {
  const start = script.text.indexOf(`create view ${view}`)
  const fence = script.text.indexOf(`offset 0\n${before}`, start)
  if (start < 0 || fence < 0) throw new Error(`no such OFFSET 0 in ${view}`)
  const text = script.text.slice(0, fence) + script.text.slice(fence + 'offset 0'.length)
  return { ...script, text }
}

test.runIf(isAll)(
  'work that is done twice is noticed, though every answer is right: blocks, and operators a row',
  async () => {
    const migrations = await loadMigrations()
    const { forward } = migrations
    const [up, ...patches] = forward
    if (up === undefined) throw new Error('no migration')
    const grounds = await layWorkGrounds(migrations, {}, [size])
    await using scale = new WorkScale(migrations, {}, () => Promise.resolve(grounds))
    expect(await scale.weigh(forward, forward.length)).toEqual([])
    // A document is unpacked for each of its values; a number is checked wherever it is used.
    const unpacked = unfence(up, 'tool_success_rates', '  ) as extracted')
    const changed = unfence(unpacked, 'quality_metrics_summary', '      ) as checked')
    const work = (await scale.weigh([changed, ...patches], forward.length)).join('\n')
    expect(work).toMatch(/^tool_success_rates: blocks read \d+ → \d+ \(600 events\)$/m)
    expect(work).toMatch(/^quality_metrics_summary: cost \d+ → \d+ \(600 events\)$/m)
  },
)
