import { compareSequences } from '../migration/sequences.ts'
import type { Script } from '../migration/script.ts'
import { type Check, type Outcome, failed, passed } from './check.ts'
import { notReached } from './not-reached.ts'
import { placeInScripts } from './place-in-scripts.ts'
import { legsOfRecorded } from './subject.ts'
import type { Walk } from './walk.ts'

async function judge(
  title: string,
  { walk, from, to }: { readonly walk: Walk; readonly from: number; readonly to: number },
  scripts: readonly Script[],
): Promise<Outcome> {
  const [before, after] = [walk.stages[from], walk.stages[to]]
  if (before === undefined || after === undefined) return notReached(title, walk)
  const wrong = compareSequences(before.sequences, after.sequences)
  if (wrong.length === 0) return passed(title, `${after.sequences.length} sequences`)
  const place = await placeInScripts(scripts, wrong)
  return failed(
    title,
    'values that no row has, and none that was given before',
    wrong.join('\n'),
    place,
  )
}

/** A sequence that was set back gives keys that rows have: the next INSERT is refused. */
export const sequences: Check = {
  id: 'integrity/sequences',
  title: 'No sequence gives a value again',
  owes: ({ walks }) => (hasAny(walks.main) ? 2 + (isBack(walks.recorded) ? 1 : 0) : 0),
  async run({ walks: { main, recorded }, migrations: { forward, backward } }) {
    if (!hasAny(main)) return []
    const after = 'Sequences go on after'
    const written = { walk: recorded, from: 2, to: 3 }
    return [
      await judge(`${after} the migrations`, { walk: main, from: 0, to: 1 }, forward),
      await judge(`${after} the rollback`, { walk: main, from: 0, to: 2 }, [
        ...backward,
        ...forward,
      ]),
      ...(isBack(recorded)
        ? [await judge(`${after} a rollback that finds rows written since`, written, backward)]
        : []),
    ]
  },
}

/** A rollback that is refused there has findings of its own. */
function isBack({ stages }: Walk): boolean {
  return stages.length > legsOfRecorded.length
}

function hasAny({ stages }: Walk): boolean {
  return stages.some((stage) => stage.sequences.length > 0)
}
