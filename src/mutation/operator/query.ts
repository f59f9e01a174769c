import { type Extent, extentOf, isToken, operandExtent, tokenOf } from '../extent.ts'
import { type Branch, type Source, childOf, childrenOf, walkBranches } from '../tree.ts'
import { type Change, type Operator, insertAfter, remove, removeItem, replace } from './operator.ts'

const direction: Operator = {
  id: 'order-reversed',
  description: 'DESC for ASC in ORDER BY, and back',
  kinds: ['SortBy'],
  changes: (branch) => {
    const { source } = branch
    const key = operandExtent(childOf(branch, 'node'))
    return key === null ? [] : [[reverse(source, key.last)]]
  },
}

/** Turns the direction written behind a key around. */
export function reverse(source: Source, key: number): ReturnType<typeof replace> {
  const next = { first: key + 1, last: key + 1 }
  if (isToken(source, key + 1, 'desc')) return remove(source, next)
  if (isToken(source, key + 1, 'asc')) return replace(source, next, 'desc')
  return insertAfter(source, key, ' desc')
}

/** Lists of a query or a window, and the words before them. */
const lists: readonly (readonly [field: string, ...words: readonly string[]])[] = [
  ['sortClause', 'order', 'by'],
  ['orderClause', 'order', 'by'],
  ['agg_order', 'order', 'by'],
  ['groupClause', 'group', 'by'],
  ['partitionClause', 'partition', 'by'],
]

const key: Operator = {
  id: 'key-dropped',
  description:
    'one key of ORDER BY, GROUP BY or PARTITION BY dropped, with the clause where it is the only one',
  kinds: ['SelectStmt', 'WindowDef', 'FuncCall'],
  changes: (branch) => lists.flatMap(([field, ...words]) => dropKeys(branch, field, words)),
}

function dropKeys(branch: Branch, field: string, words: readonly string[]): readonly Change[] {
  const { source } = branch
  const keys = childrenOf(branch, field).flatMap((child) => operandExtent(child) ?? [])
  const [only] = keys
  if (only !== undefined && keys.length === 1) {
    const first = only.first - words.length
    const isThere = words.every((word, index) => isToken(source, first + index, word))
    return isThere ? [[remove(source, { first, last: only.last })]] : []
  }
  return keys.flatMap((_, index) => {
    const edit = removeItem(source, keys, index)
    return edit === null ? [] : [[edit]]
  })
}

const join: Operator = {
  id: 'join-changed',
  description: 'INNER for LEFT, RIGHT or FULL JOIN, LEFT for INNER JOIN',
  kinds: ['JoinExpr'],
  changes: (branch) => {
    const { source, node } = branch
    const right = firstToken(childOf(branch, 'rarg'))
    if (right === null || node['quals'] === undefined) return []
    let at = right
    while (at > 0 && !isToken(source, at, 'join')) at -= 1
    if (node['jointype'] === 'JOIN_INNER') {
      const isSaid = isToken(source, at - 1, 'inner')
      return [
        [
          isSaid
            ? replace(source, { first: at - 1, last: at - 1 }, 'left')
            : insertAfter(source, at - 1, ' left'),
        ],
      ]
    }
    const first = isToken(source, at - 1, 'outer') ? at - 2 : at - 1
    return [[replace(source, { first, last: at - 1 }, 'inner')]]
  },
}

const union: Operator = {
  id: 'union-changed',
  description: 'UNION for UNION ALL, and back; EXCEPT and INTERSECT likewise',
  kinds: ['SelectStmt'],
  changes: (branch) => {
    const { source, node } = branch
    if (node['op'] === 'SETOP_NONE') return []
    const right = firstToken(childOf(branch, 'rarg'))
    if (right === null) return []
    let at = right
    while (at > 0 && !['union', 'except', 'intersect'].some((word) => isToken(source, at, word)))
      at -= 1
    return node['all'] === true
      ? [[remove(source, { first: at + 1, last: at + 1 })]]
      : [[insertAfter(source, at, ' all')]]
  },
}

const limit: Operator = {
  id: 'limit-dropped',
  description: 'LIMIT or OFFSET dropped',
  kinds: ['SelectStmt'],
  changes: (branch) =>
    (['limitCount', 'limitOffset'] as const).flatMap((field) => {
      const value = operandExtent(childOf(branch, field))
      const word = field === 'limitCount' ? 'limit' : 'offset'
      if (value === null || !isToken(branch.source, value.first - 1, word)) return []
      return [[remove(branch.source, { first: value.first - 1, last: value.last })]]
    }),
}

/** The first token of anything below a branch that has a place. */
function firstToken(branch: Branch | undefined): number | null {
  if (branch === undefined) return null
  const starts = Array.from(
    walkBranches(branch),
    (each): Extent | number | null => tokenOf(each) ?? extentOf(each),
  ).flatMap((found) => (found === null ? [] : [typeof found === 'number' ? found : found.first]))
  return starts.length === 0 ? null : Math.min(...starts)
}

export const queryOperators: readonly Operator[] = [direction, key, join, union, limit]
