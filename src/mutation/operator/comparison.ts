import { extentOf, textOf, tokenOf } from '../extent.ts'
import { type Branch, childOf, nameOf } from '../tree.ts'
import { type Operator, insertAfter, remove, replace } from './operator.ts'

const boundaries: Readonly<Record<string, string>> = { '>': '>=', '>=': '>', '<': '<=', '<=': '<' }

/** Whatever notices that an end of a range has moved notices that the range is another. */
const opposites: Readonly<Record<string, string>> = { '=': '<>', '<>': '=', '!=': '=' }

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
      const name = nameOf(branch, 'name')
      if (branch.node['kind'] !== 'AEXPR_OP' || at === null) return []
      // Nothing added is nothing taken away.
      if (['+', '-'].includes(name) && isZero(childOf(branch, 'rexpr'))) return []
      const others = swaps[name] ?? []
      return [others]
        .flat()
        .map((other) => [replace(branch.source, { first: at, last: at }, other)])
    },
  }
}

function isZero(branch: Branch | undefined): boolean {
  const extent = branch?.kind === 'A_Const' ? extentOf(branch) : null
  return branch !== undefined && extent !== null && Number(textOf(branch.source, extent)) === 0
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
  swapOperator('comparison-negated', '<> for =, and back', opposites),
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
