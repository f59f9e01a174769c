import type { Plan } from '../database/plan.ts'

type Node = Readonly<Record<string, unknown>>

const conditions = [
  'Index Cond',
  'Recheck Cond',
  'Hash Cond',
  'Merge Cond',
  'Join Filter',
  'Filter',
  'Sort Key',
  'Group Key',
] as const

/** A plan for people to compare: a line a node, indented by depth, no cost, count or time. A function's body follows it. */
export function outlinePlan(plan: Plan): readonly string[] {
  const outer = outlineDocument(plan.json)
  return plan.inner === null ? outer : [...outer, 'Body', ...outlineDocument(plan.inner.json, 1)]
}

function outlineDocument(document: unknown, depth = 0): readonly string[] {
  const statements: readonly unknown[] = Array.isArray(document) ? document : []
  return statements.flatMap((statement) => {
    const root = isNode(statement) ? statement['Plan'] : undefined
    return isNode(root) ? outlineNode(root, depth) : []
  })
}

function outlineNode(node: Node, depth: number): readonly string[] {
  const children = node['Plans']
  return [
    `${'  '.repeat(depth)}${describeNode(node)}`,
    ...(Array.isArray(children) ? children : [])
      .filter(isNode)
      .flatMap((child) => outlineNode(child, depth + 1)),
  ]
}

function describeNode(node: Node): string {
  const part = (key: string, before: string): string =>
    typeof node[key] === 'string' ? `${before}${node[key]}` : ''
  const strategy = node['Strategy'] === 'Plain' ? '' : part('Strategy', '')
  const join = node['Join Type'] === 'Inner' ? '' : part('Join Type', '')
  const kind = [strategy, join, part('Node Type', '')].filter((word) => word !== '').join(' ')
  const told = conditions.flatMap((key) =>
    node[key] === undefined ? [] : [`${key.toLowerCase()} ${textOf(node[key])}`],
  )
  const place = [
    part('Index Name', ' using '),
    part('Relation Name', ' on '),
    part('Function Name', ' of '),
    part('CTE Name', ' on '),
  ].join('')
  return [`${kind}${place}`, ...told].join(' · ')
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join(', ') : String(value)
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
