import { type Extent, closing, extentOf, isToken, operandExtent, tokenOf } from '../extent.ts'
import { type Branch, type Source, childOf, childrenOf } from '../tree.ts'
import { otherTypeFor } from './expression.ts'
import { type Change, type Operator, insertAfter, remove, removeItem, replace } from './operator.ts'
import { reverse } from './query.ts'

const indexKey: Operator = {
  id: 'index-key-changed',
  description: 'one key of an index dropped, or its direction reversed',
  kinds: ['IndexStmt'],
  changes: (branch) => {
    const { source } = branch
    const keys = keysOf(branch)
    const reversed = keys.map((key): Change => {
      const isDirected = ['asc', 'desc'].some((word) => isToken(source, key.last, word))
      return [reverse(source, isDirected ? key.last - 1 : key.last)]
    })
    const dropped = keys.flatMap((_, index): readonly Change[] => {
      const edit = removeItem(source, keys, index)
      return edit === null ? [] : [[edit]]
    })
    return [...reversed, ...dropped]
  },
}

/** The keys of an index have no places of their own: they are what the commas of the list part. */
function keysOf(branch: Branch): readonly Extent[] {
  const { source } = branch
  const table = tokenOf(childOf(branch, 'relation') ?? branch)
  if (table === null) return []
  let open = table
  while (!isToken(source, open, '(')) open += 1
  const end = closing(source, open)
  const keys: Extent[] = []
  let first = open + 1
  for (let at = first; at <= end; at += 1) {
    if (isToken(source, at, '(')) at = closing(source, at)
    else if (isToken(source, at, ',') || at === end) {
      keys.push({ first, last: at - 1 })
      first = at + 1
    }
  }
  return keys
}

const indexPredicate: Operator = {
  id: 'index-predicate-dropped',
  description: 'the WHERE of a partial index dropped',
  kinds: ['IndexStmt'],
  changes: (branch) => {
    const condition = operandExtent(childOf(branch, 'whereClause'))
    if (condition === null) return []
    return [[remove(branch.source, { first: condition.first - 1, last: condition.last })]]
  },
}

const indexKind: Operator = {
  id: 'index-kind-changed',
  description: 'a plain index unique, a unique one plain, a B-tree a BRIN index',
  kinds: ['IndexStmt'],
  changes: (branch) => {
    const { source, node } = branch
    const table = tokenOf(childOf(branch, 'relation') ?? branch)
    if (table === null) return []
    const isSaid = isToken(source, table + 1, 'using')
    const method = isSaid
      ? replace(source, { first: table + 2, last: table + 2 }, 'brin')
      : insertAfter(source, table, ' using brin')
    return [[changeUniqueness(source, table, node['unique'] === true)], [method]]
  },
}

function changeUniqueness(
  source: Source,
  table: number,
  isUnique: boolean,
): ReturnType<typeof remove> {
  let at = table
  while (!isToken(source, at, 'index')) at -= 1
  return isUnique
    ? remove(source, { first: at - 1, last: at - 1 })
    : insertAfter(source, at - 1, ' unique')
}

/** Constraints that are written behind a column, and by how many words; a default ends where its value does. */
const wordsOfConstraint: Readonly<Record<string, number>> = {
  CONSTR_PRIMARY: 2,
  CONSTR_NOTNULL: 2,
  CONSTR_UNIQUE: 1,
}

const column: Operator = {
  id: 'column-changed',
  description:
    'the type of a column of CREATE TABLE another one, a constraint or a default dropped',
  kinds: ['ColumnDef'],
  changes: (branch) => {
    const { source } = branch
    const type = childOf(branch, 'typeName')
    const extent = type === undefined ? null : extentOf(type)
    const other = type === undefined ? null : otherTypeFor(type)
    const retyped = extent === null || other === null ? [] : [[replace(source, extent, other)]]
    const freed = childrenOf(branch, 'constraints').flatMap((constraint): readonly Change[] => {
      const first = tokenOf(constraint)
      const words = wordsOfConstraint[String(constraint.node['contype'])]
      const value = operandExtent(childOf(constraint, 'raw_expr'))
      const last = words === undefined ? value?.last : (first ?? 0) + words - 1
      return first === null || last === undefined ? [] : [[remove(source, { first, last })]]
    })
    return [...retyped, ...freed]
  },
}

const signature: Operator = {
  id: 'signature-changed',
  description: 'the type of an argument or of a result another one, a default dropped',
  kinds: ['CreateFunctionStmt'],
  changes: (branch) => {
    const { source } = branch
    const parameters = childrenOf(branch, 'parameters')
    const returned = childrenOf(branch, 'returnType')
    const types = [...parameters.flatMap((each) => childrenOf(each, 'argType')), ...returned]
    const retyped = types.flatMap((type): readonly Change[] => {
      const extent = extentOf(type)
      const other = otherTypeFor(type)
      return extent === null || other === null ? [] : [[replace(source, extent, other)]]
    })
    const undefaulted = parameters.flatMap((parameter): readonly Change[] => {
      const value = operandExtent(childOf(parameter, 'defexpr'))
      return value === null ? [] : [[remove(source, { first: value.first - 1, last: value.last })]]
    })
    return [...retyped, ...undefaulted]
  },
}

const otherProperties: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  volatility: {
    stable: ['volatile', 'immutable'],
    immutable: ['stable'],
    volatile: ['stable'],
  },
  parallel: { safe: ['restricted', 'unsafe'], restricted: ['safe'], unsafe: ['safe'] },
}

const property: Operator = {
  id: 'property-changed',
  description: 'volatility or parallel safety of a function another one, STRICT added',
  kinds: ['CreateFunctionStmt'],
  changes: (branch) =>
    childrenOf(branch, 'options').flatMap((option): readonly Change[] => {
      const { source, node } = option
      const at = tokenOf(option)
      if (at === null) return []
      if (node['defname'] === 'language') return [[insertAfter(source, at + 1, ' strict')]]
      const values = otherProperties[String(node['defname'])]
      const value = node['defname'] === 'parallel' ? at + 1 : at
      const others = values?.[source.tokens[value]?.text.toLowerCase() ?? ''] ?? []
      return others.map((other) => [replace(source, { first: value, last: value }, other)])
    }),
}

export const definitionOperators: readonly Operator[] = [
  indexKey,
  indexPredicate,
  indexKind,
  column,
  signature,
  property,
]
