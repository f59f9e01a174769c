import { type Extent, extentOf, isToken, operandExtent, textOf, tokenOf } from '../extent.ts'
import { type Branch, childOf, childrenOf } from '../tree.ts'
import { type Change, type Operator, remove, removeItem, replace } from './operator.ts'

const conjunct: Operator = {
  id: 'conjunct-dropped',
  description: 'one operand of AND or OR dropped',
  kinds: ['BoolExpr'],
  changes: (branch) => {
    const { node, source } = branch
    if (node['boolop'] === 'NOT_EXPR') return []
    const operands = extents(childrenOf(branch, 'args'))
    return operands.flatMap((_, index) => asChange(removeItem(source, operands, index)))
  },
}

const member: Operator = {
  id: 'member-dropped',
  description: 'one of the values of IN dropped',
  kinds: ['A_Expr'],
  changes: (branch) => {
    if (branch.node['kind'] !== 'AEXPR_IN') return []
    const items = extents(childrenOf(childOf(branch, 'rexpr'), 'items'))
    return items.flatMap((_, index) => asChange(removeItem(branch.source, items, index)))
  },
}

const logic: Operator = {
  id: 'logic-swapped',
  description: 'OR for AND, AND for OR, NOT dropped',
  kinds: ['BoolExpr'],
  changes: (branch) => {
    const { node, source } = branch
    const own = tokenOf(branch)
    if (node['boolop'] === 'NOT_EXPR') {
      return own === null ? [] : [[remove(source, { first: own, last: own })]]
    }
    const word = node['boolop'] === 'AND_EXPR' ? 'or' : 'and'
    const [, ...others] = extents(childrenOf(branch, 'args'))
    const whole = extentOf(branch)
    if (whole === null) return []
    // OR binds less than AND: parentheses keep the rest of the condition as it was.
    const [start, end] = [
      source.tokens[whole.first]?.start ?? 0,
      source.tokens[whole.last]?.end ?? 0,
    ]
    return others.map(({ first }) => [
      { start, end: start, text: '(' },
      replace(source, { first: first - 1, last: first - 1 }, word),
      { start: end, end, text: ')' },
    ])
  },
}

const clauses: readonly (readonly [kind: string, field: string, word: string])[] = [
  ['SelectStmt', 'whereClause', 'where'],
  ['SelectStmt', 'havingClause', 'having'],
  ['UpdateStmt', 'whereClause', 'where'],
  ['DeleteStmt', 'whereClause', 'where'],
]

const where: Operator = {
  id: 'where-dropped',
  description: 'the whole WHERE or HAVING of a query, an UPDATE or a DELETE dropped',
  kinds: ['SelectStmt', 'UpdateStmt', 'DeleteStmt'],
  changes: (branch) =>
    clauses.flatMap(([kind, field, word]) => {
      const condition = operandExtent(childOf(branch, field))
      const { source } = branch
      if (kind !== branch.kind || condition === null) return []
      if (!isToken(source, condition.first - 1, word)) return []
      return [[remove(source, { first: condition.first - 1, last: condition.last })]]
    }),
}

const arm: Operator = {
  id: 'case-arm-dropped',
  description:
    'one WHEN of a CASE dropped, or its ELSE; the only arm is taken whatever its condition says',
  kinds: ['CaseExpr'],
  changes: (branch) => {
    const { source } = branch
    const arms = childrenOf(branch, 'args')
    const whole = extentOf(branch)
    const otherwise = operandExtent(childOf(branch, 'defresult'))
    const drops = arms.flatMap((one) => {
      const extent = extentOf(one)
      const result = operandExtent(childOf(one, 'result'))
      if (extent === null || result === null || whole === null) return []
      return arms.length > 1
        ? [[remove(source, extent)]]
        : [[replace(source, whole, `(${textOf(source, result)})`)]]
    })
    if (otherwise === null) return drops
    return [...drops, [remove(source, { first: otherwise.first - 1, last: otherwise.last })]]
  },
}

const negated: Operator = {
  id: 'case-negated',
  description: 'the condition of a WHEN negated',
  kinds: ['CaseWhen'],
  changes: (branch) => {
    const { source } = branch
    const condition = operandExtent(childOf(branch, 'expr'))
    if (condition === null) return []
    return [[replace(source, condition, `not (${textOf(source, condition)})`)]]
  },
}

function extents(branches: readonly Branch[]): readonly Extent[] {
  return branches.flatMap((branch) => operandExtent(branch) ?? [])
}

function asChange(edit: ReturnType<typeof removeItem>): readonly Change[] {
  return edit === null ? [] : [[edit]]
}

export const conditionOperators: readonly Operator[] = [
  conjunct,
  member,
  logic,
  where,
  arm,
  negated,
]
