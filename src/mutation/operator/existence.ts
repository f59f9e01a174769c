import { describeAction } from '../../migration/action.ts'
import { isToken, tokenOf } from '../extent.ts'
import { type Branch, childOf } from '../tree.ts'
import { type Operator, insertAfter, replace, statementExtent } from './operator.ts'

/** What of an object is there already, or still, then goes by without a word. */
const dropIfExists: Operator = {
  id: 'if-exists-added',
  description: 'IF EXISTS added to a DROP',
  kinds: ['DropStmt'],
  changes: (branch, surroundings) => {
    const { node, source } = branch
    const words = wordsOfKind(branch)
    if (node['missing_ok'] === true || words === 0) return []
    const { first } = statementExtent(branch, surroundings)
    const last = first + words + (node['concurrent'] === true ? 1 : 0)
    return [[insertAfter(source, last, ' if exists')]]
  },
}

/** How many words say what is dropped: two for a materialized view, none where nobody knows. */
function wordsOfKind({ kind, node }: Branch): number {
  const { objects } = describeAction({ [kind]: node } as unknown as Parameters<
    typeof describeAction
  >[0])
  return objects[0]?.kind.split(' ').length ?? 0
}

const cascade: Operator = {
  id: 'cascade-added',
  description: 'CASCADE added to a DROP',
  kinds: ['DropStmt'],
  changes: (branch, surroundings) => {
    const { node, source } = branch
    if (node['behavior'] === 'DROP_CASCADE') return []
    const { last } = statementExtent(branch, surroundings)
    return isToken(source, last, 'restrict')
      ? [[replace(source, { first: last, last }, 'cascade')]]
      : [[insertAfter(source, last, ' cascade')]]
  },
}

const createIfNotExists: Operator = {
  id: 'if-not-exists-added',
  description: 'IF NOT EXISTS added to the CREATE of an index or a table',
  kinds: ['IndexStmt', 'CreateStmt'],
  changes: (branch) => {
    const { kind, node, source } = branch
    const table = tokenOf(childOf(branch, 'relation') ?? branch)
    if (node['if_not_exists'] === true || table === null) return []
    // An index without a name of its own takes no IF NOT EXISTS.
    if (kind === 'IndexStmt' && node['idxname'] === undefined) return []
    let at = table
    while (!isToken(source, at, kind === 'IndexStmt' ? 'index' : 'table')) at -= 1
    const last = isToken(source, at + 1, 'concurrently') ? at + 1 : at
    return [[insertAfter(source, last, ' if not exists')]]
  },
}

const createOrReplace: Operator = {
  id: 'or-replace-added',
  description: 'OR REPLACE added to the CREATE of a view or a function',
  kinds: ['ViewStmt', 'CreateFunctionStmt'],
  changes: (branch, surroundings) => {
    const { node, source } = branch
    if (node['replace'] === true) return []
    const { first } = statementExtent(branch, surroundings)
    return [[insertAfter(source, first, ' or replace')]]
  },
}

/** Operators on what a script says of objects that are there already, or are not. */
export const existenceOperators: readonly Operator[] = [
  dropIfExists,
  cascade,
  createIfNotExists,
  createOrReplace,
]
