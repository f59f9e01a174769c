import { diffSnapshots } from '../migration/diff.ts'
import { type Check, failed, passed } from './check.ts'
import { notReached } from './not-reached.ts'
import { placeInScripts } from './place-in-scripts.ts'
import { legsOfRecorded } from './subject.ts'
import type { Walk } from './walk.ts'

const title = 'Plain events are taken after the migrations as before'

/** What may refuse or swallow a row without a name in what it says. */
const keepers: ReadonlySet<string> = new Set(['constraint', 'rule', 'trigger'])

function addedKeepers({ stages: [before, after] }: Walk): readonly string[] {
  if (before === undefined || after === undefined) return []
  return diffSnapshots(before.snapshot, after.snapshot).flatMap((difference) =>
    difference.change === 'added' && keepers.has(difference.object.kind)
      ? [difference.object.identity]
      : [],
  )
}

/** What a logger goes on writing; odder rows are tried by the writes of the contract, and by hostile ones. */
export const newEvents: Check = {
  id: 'compatibility/new-events',
  title: 'A logger goes on writing after the migrations',
  owes: ({ contract }) => (contract.fixture === null ? 0 : 1),
  run: async ({ walks: { recorded }, contract, migrations }) => {
    if (contract.fixture === null) return []
    const { refusal, stages } = recorded
    if (refusal !== null) {
      const place = await placeInScripts(migrations.forward, [
        refusal.message,
        ...addedKeepers(recorded),
      ])
      return [failed(title, 'every row is taken', refusal.message, place)]
    }
    const isWritten = stages.length > legsOfRecorded.indexOf('write') + 1
    return [isWritten ? passed(title) : notReached(title, recorded)]
  },
}
