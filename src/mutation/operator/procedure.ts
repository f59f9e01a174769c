import { extentOf, operandExtent, textOf } from '../extent.ts'
import { type Branch, childOf } from '../tree.ts'
import { type Change, type Operator, remove, replace } from './operator.ts'

/** Conditions that other operators turn around by a word of their own. */
function isNegatedElsewhere({ kind, node }: Branch): boolean {
  return ['NullTest', 'BooleanTest'].includes(kind) || node['boolop'] === 'NOT_EXPR'
}

function changingCondition(
  id: string,
  description: string,
  change: (text: string, condition: Branch) => string | null,
): Operator {
  return {
    id,
    description,
    kinds: ['PLpgSQL_stmt_if'],
    changes: (branch): readonly Change[] => {
      const { source } = branch
      const condition = childOf(branch, 'cond')
      const extent = operandExtent(condition)
      if (condition === undefined || extent === null) return []
      const other = change(textOf(source, extent), condition)
      return other === null ? [] : [[replace(source, extent, other)]]
    },
  }
}

const statement: Operator = {
  id: 'step-dropped',
  description: 'a statement of a PL/pgSQL block dropped, an IF with all that it guards',
  kinds: [
    'PLpgSQL_stmt_if',
    'PLpgSQL_stmt_raise',
    'PLpgSQL_stmt_return',
    'PLpgSQL_stmt_perform',
    'PLpgSQL_stmt_execsql',
  ],
  changes: (branch) => {
    const extent = extentOf(branch)
    return extent === null ? [] : [[remove(branch.source, extent)]]
  },
}

/** Operators on DO blocks and functions of PL/pgSQL; what is SQL in them all other operators look at. */
export const procedureOperators: readonly Operator[] = [
  changingCondition('if-negated', 'the condition of an IF negated', (text, condition) =>
    isNegatedElsewhere(condition) ? null : `not (${text})`,
  ),
  changingCondition('if-ignored', 'an IF taken whatever its condition says', () => 'true'),
  statement,
]
