import { diffSnapshots } from '../migration/diff.ts'
import type { Script } from '../migration/script.ts'
import { type Check, type Place, failed, passed } from './check.ts'
import { notReached } from './not-reached.ts'
import { placeInScripts, placeOfMention } from './place-in-scripts.ts'
import { legsOfRecorded } from './subject.ts'
import type { Walk } from './walk.ts'

const title = 'Plain events are taken after the migrations as before'

/** What a logger goes on writing; odder rows are tried by the writes of the contract, and by hostile ones. */
export const newEvents: Check = {
  id: 'compatibility/new-events',
  title: 'A logger goes on writing after the migrations',
  owes: ({ contract }) => (contract.fixture === null ? 0 : 1),
  run: async ({ walks: { recorded }, contract, migrations }) => {
    if (contract.fixture === null) return []
    const {
      refusals: [refusal],
      stages,
    } = recorded
    if (refusal !== undefined) {
      const place = await placeOfKeeper(migrations.forward, recorded, refusal.message)
      return [failed(title, 'every row is taken', refusal.message, place)]
    }
    const isWritten = stages.length > legsOfRecorded.indexOf('write') + 1
    return [isWritten ? passed(title) : notReached(title, recorded)]
  },
}

/** The node of a statement that makes an index, a trigger or a constraint. */
const makingKinds = /^(?:Index|CreateTrig|AlterTable)Stmt$/

/** A constraint or an index says its name; a trigger, which may say anything, is the next to be asked. */
async function placeOfKeeper(
  scripts: readonly Script[],
  walk: Walk,
  message: string,
): Promise<Place | undefined> {
  const names = addedNames(walk)
  const said = names.filter(({ name }) => message.includes(`"${name}"`))
  const [keeper] = said.length > 0 ? said : names.filter(({ kind }) => kind === 'trigger')
  const made =
    keeper === undefined ? undefined : await placeOfMention(scripts, keeper.name, makingKinds)
  return made ?? placeInScripts(scripts, [message])
}

function addedNames({
  stages: [before, after],
}: Walk): readonly { readonly kind: string; readonly name: string }[] {
  if (before === undefined || after === undefined) return []
  return diffSnapshots(before.snapshot, after.snapshot).flatMap((difference) => {
    if (difference.change !== 'added') return []
    const { kind, identity } = difference.object
    return [{ kind, name: bareName(identity) }]
  })
}

/** `keep_out on public.hook_events`, `public.idx_hook_events_agent`. */
function bareName(identity: string): string {
  const [name = ''] = identity.split(' on ')
  return name.slice(name.lastIndexOf('.') + 1)
}
