import { aggregateOperators } from './operator/aggregate.ts'
import { comparisonOperators } from './operator/comparison.ts'
import { conditionOperators } from './operator/condition.ts'
import { constantOperators } from './operator/constant.ts'
import { definitionOperators } from './operator/definition.ts'
import { existenceOperators } from './operator/existence.ts'
import { expressionOperators } from './operator/expression.ts'
import type { Operator } from './operator/operator.ts'
import { procedureOperators } from './operator/procedure.ts'
import { queryOperators } from './operator/query.ts'
import { statementOperators } from './operator/statement.ts'

/** Everything that is broken, in the order of every report. */
export const allOperators: readonly Operator[] = [
  ...comparisonOperators,
  ...aggregateOperators,
  ...conditionOperators,
  ...constantOperators,
  ...expressionOperators,
  ...queryOperators,
  ...definitionOperators,
  ...existenceOperators,
  ...procedureOperators,
  ...statementOperators,
]
