import { tokenOf } from '../extent.ts'
import { nameOf } from '../tree.ts'
import { type Operator, insertAfter, remove, replace } from './operator.ts'

const boundaries: Readonly<Record<string, string>> = { '>': '>=', '>=': '>', '<': '<=', '<=': '<' }

const opposites: Readonly<Record<string, string>> = {
  '=': '<>',
  '<>': '=',
  '!=': '=',
  '>': '<=',
  '>=': '<',
  '<': '>=',
  '<=': '>',
}

function swapOperator(
  id: string,
  description: string,
  swaps: Readonly<Record<string, string | readonly string[]>>,
): Operator {
  return {
    id,
    description,
    kinds: ['A_Expr'],
    changes: (branch) => {
      const at = tokenOf(branch)
      if (branch.node['kind'] !== 'AEXPR_OP' || at === null) return []
      const others = swaps[nameOf(branch, 'name')] ?? []
      return [others]
        .flat()
        .map((other) => [replace(branch.source, { first: at, last: at }, other)])
    },
  }
}

const nullTest: Operator = {
  id: 'null-test-negated',
  description: 'IS NULL for IS NOT NULL, IS DISTINCT FROM for IS NOT DISTINCT FROM, and back',
  kinds: ['NullTest', 'BooleanTest', 'A_Expr'],
  changes: ({ kind, node, source, ...branch }) => {
    const isDistinct = /^AEXPR_(NOT_)?DISTINCT$/.test(String(node['kind']))
    const at = tokenOf({ kind, node, source, ...branch })
    if (at === null || (kind === 'A_Expr' && !isDistinct)) return []
    if (source.tokens[at + 1]?.text.toLowerCase() === 'not') {
      return [[remove(source, { first: at + 1, last: at + 1 })]]
    }
    return [[insertAfter(source, at, ' not')]]
  },
}

export const comparisonOperators: readonly Operator[] = [
  swapOperator(
    'comparison-boundary',
    'an end of a range included or excluded: > for >=, < for <=',
    boundaries,
  ),
  swapOperator(
    'comparison-negated',
    'the opposite comparison: <> for =, <= for >, < for >=',
    opposites,
  ),
  nullTest,
  swapOperator('arithmetic-swapped', '- for +, / for *, * for %, and back', {
    '+': '-',
    '-': '+',
    '*': '/',
    '/': '*',
    '%': '*',
  }),
  swapOperator('json-operator-swapped', '-> for ->>, and back', { '->': '->>', '->>': '->' }),
]
