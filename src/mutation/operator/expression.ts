import { extentOf, operandExtent, textOf } from '../extent.ts'
import { type Branch, childOf, childrenOf, nameOf } from '../tree.ts'
import { type Operator, remove, replace } from './operator.ts'

const otherTypes: Readonly<Record<string, string>> = {
  int2: 'integer',
  int4: 'bigint',
  int8: 'integer',
  numeric: 'double precision',
  float4: 'double precision',
  float8: 'real',
  text: 'varchar',
  varchar: 'text',
  uuid: 'text',
  timestamptz: 'timestamp',
  timestamp: 'timestamptz',
  json: 'jsonb',
  jsonb: 'json',
}

/** A neighbouring type that takes most of the same values; null where there is none. */
export function otherTypeFor(type: Branch): string | null {
  const other = otherTypes[nameOf(type, 'names')]
  if (other === undefined) return null
  return `${other}${'[]'.repeat(childrenOf(type, 'arrayBounds').length)}`
}

const cast: Operator = {
  id: 'cast-changed',
  description: 'a cast to a neighbouring type, or none',
  kinds: ['TypeCast'],
  changes: (branch) => {
    const { source } = branch
    const type = childOf(branch, 'typeName')
    const value = operandExtent(childOf(branch, 'arg'))
    const whole = extentOf(branch)
    const ofType = type === undefined ? null : extentOf(type)
    if (type === undefined || value === null || whole === null || ofType === null) return []
    // interval '7 days' is a constant: there is nothing to take off.
    if (ofType.first < value.first) return []
    const other = otherTypeFor(type)
    return [
      [replace(source, whole, textOf(source, value))],
      ...(other === null ? [] : [[replace(source, ofType, other)]]),
    ]
  },
}

const collation: Operator = {
  id: 'collation-dropped',
  description: 'COLLATE dropped',
  kinds: ['CollateClause'],
  changes: (branch) => {
    const value = operandExtent(childOf(branch, 'arg'))
    const whole = extentOf(branch)
    if (value === null || whole === null) return []
    return [[remove(branch.source, { first: value.last + 1, last: whole.last })]]
  },
}

const operand: Operator = {
  id: 'operand-dropped',
  description: 'the right side of +, - or || dropped',
  kinds: ['A_Expr'],
  changes: (branch) => {
    const { node, source } = branch
    // What is left of a product or a quotient is noticed by whatever notices that one was taken for the other.
    const isJoining = ['+', '-', '||'].includes(nameOf(branch, 'name'))
    if (node['kind'] !== 'AEXPR_OP' || !isJoining) return []
    const whole = extentOf(branch)
    const kept = operandExtent(childOf(branch, 'lexpr'))
    if (kept === null || whole === null) return []
    return [[replace(source, whole, textOf(source, kept))]]
  },
}

const fallback: Operator = {
  id: 'fallback-removed',
  description: 'COALESCE, NULLIF, GREATEST or LEAST replaced by one of its arguments',
  kinds: ['CoalesceExpr', 'MinMaxExpr', 'A_Expr'],
  changes: (branch) => {
    const { kind, node, source } = branch
    if (kind === 'A_Expr' && node['kind'] !== 'AEXPR_NULLIF') return []
    const whole = extentOf(branch)
    const all = kind === 'A_Expr' ? childrenOf(branch, 'lexpr') : childrenOf(branch, 'args')
    // A fallback is there for what the first may be; a bound may be any of them.
    const kept = kind === 'MinMaxExpr' ? all : all.slice(0, 1)
    return kept.flatMap((argument) => {
      const extent = extentOf(argument)
      if (extent === null || whole === null) return []
      return [[replace(source, whole, `(${textOf(source, extent)})`)]]
    })
  },
}

const call: Operator = {
  id: 'call-removed',
  description: 'a call of a plain function replaced by its first argument',
  kinds: ['FuncCall'],
  changes: (branch) => {
    const { source, node } = branch
    const isAggregate = ['agg_star', 'agg_filter', 'agg_distinct', 'agg_order', 'over'].some(
      (field) => node[field] !== undefined,
    )
    const isAsked = [
      'abs',
      'sqrt',
      'floor',
      'ceil',
      'left',
      'lower',
      'upper',
      'trim',
      'octet_length',
      'jsonb_typeof',
    ].includes(nameOf(branch, 'funcname'))
    const [argument] = childrenOf(branch, 'args')
    const extent = argument === undefined ? null : extentOf(argument)
    const whole = extentOf(branch)
    if (isAggregate || !isAsked || extent === null || whole === null) return []
    return [[replace(source, whole, `(${textOf(source, extent)})`)]]
  },
}

export const expressionOperators: readonly Operator[] = [cast, collation, operand, fallback, call]
