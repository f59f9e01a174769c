import { extentOf, isToken, operandExtent, tokenOf } from '../extent.ts'
import { type Branch, childOf, nameOf } from '../tree.ts'
import { type Operator, insertAfter, remove, replace } from './operator.ts'

const swaps: Readonly<Record<string, readonly string[]>> = {
  min: ['max'],
  max: ['min'],
  sum: ['avg'],
  avg: ['sum'],
  stddev: ['variance'],
  stddev_samp: ['stddev_pop'],
  bool_and: ['bool_or'],
  bool_or: ['bool_and'],
  percentile_cont: ['percentile_disc'],
  percentile_disc: ['percentile_cont'],
  ceil: ['floor'],
  floor: ['ceil'],
  round: ['trunc'],
}

const swapped: Operator = {
  id: 'aggregate-swapped',
  description:
    'max for min, avg for sum, floor for ceil, count(distinct …) for count(…), and so on',
  kinds: ['FuncCall'],
  changes: (branch) => {
    const at = tokenOf(branch)
    if (at === null) return []
    const name = nameOf(branch, 'funcname')
    const others = swaps[name] ?? []
    return [
      ...others.map((other) => [replace(branch.source, { first: at, last: at }, other)]),
      ...(name === 'count' ? countDistinctly(branch, at) : []),
    ]
  },
}

function countDistinctly({ node, source }: Branch, at: number): ReturnType<Operator['changes']> {
  // A window takes no DISTINCT.
  if (node['over'] !== undefined || node['agg_distinct'] === true) return []
  return node['agg_star'] === true
    ? [[replace(source, { first: at + 2, last: at + 2 }, 'distinct true')]]
    : [[insertAfter(source, at + 1, 'distinct ')]]
}

const undistinct: Operator = {
  id: 'distinct-dropped',
  description: 'DISTINCT of an aggregate or of a SELECT dropped',
  kinds: ['FuncCall', 'SelectStmt'],
  changes: (branch) => {
    const { source, node, kind } = branch
    const at = kind === 'FuncCall' ? tokenOf(branch) : firstOfTargets(branch)
    const place = kind === 'FuncCall' ? (at ?? 0) + 2 : (at ?? 0) - 1
    const isDistinct = node['agg_distinct'] === true || node['distinctClause'] !== undefined
    if (at === null || !isDistinct || !isToken(source, place, 'distinct')) return []
    return [[remove(source, { first: place, last: place })]]
  },
}

function firstOfTargets(branch: Branch): number | null {
  const target = childOf(childOf(branch, 'targetList'), 'val')
  return operandExtent(target)?.first ?? null
}

const unfiltered: Operator = {
  id: 'filter-dropped',
  description: 'FILTER of an aggregate dropped',
  kinds: ['FuncCall'],
  changes: (branch) => {
    const condition = operandExtent(childOf(branch, 'agg_filter'))
    const whole = extentOf(branch)
    if (condition === null || whole === null) return []
    // filter ( where condition )
    return [[remove(branch.source, { first: condition.first - 3, last: condition.last + 1 })]]
  },
}

export const aggregateOperators: readonly Operator[] = [swapped, undistinct, unfiltered]
