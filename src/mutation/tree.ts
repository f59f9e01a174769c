/** What a node of the parse tree holds, as libpg-query gives it. */
export type Fields = Readonly<Record<string, unknown>>

export interface Token {
  /** In bytes from the start of the script; `end` is behind the last one. */
  readonly start: number
  readonly end: number
  /** As it is written. */
  readonly text: string
}

/** A script, or the body of a function or a DO block in it: tokens without comments, all placed in the script. */
export interface Source {
  /** The whole script, one character a byte (latin1): places of the parser are indexes. */
  readonly script: string
  readonly tokens: readonly Token[]
  /** Where in the script the places of this source's tree are counted from. */
  readonly origin: number
}

/** A node of the parse tree, with the way back up. */
export interface Branch {
  /** As Postgres calls it: `A_Expr`, `FuncCall`, `SelectStmt`, …; `''` for a list. */
  readonly kind: string
  /** Under which name its parent holds it. */
  readonly field: string
  readonly node: Fields
  readonly parent: Branch | null
  readonly children: readonly Branch[]
  readonly source: Source
}

/** Fields that hold a node without saying of which kind. */
const impliedKinds: Readonly<Record<string, string>> = {
  typeName: 'TypeName',
  argType: 'TypeName',
  returnType: 'TypeName',
  relation: 'RangeVar',
  view: 'RangeVar',
  over: 'WindowDef',
  larg: 'SelectStmt',
  rarg: 'SelectStmt',
  withClause: 'WithClause',
  onConflictClause: 'OnConflictClause',
}

/** Every branch of a tree, parents before children. */
export function* walkBranches(branch: Branch): Generator<Branch> {
  yield branch
  for (const child of branch.children) yield* walkBranches(child)
}

/** The children that a branch holds under one name. */
export function childrenOf(branch: Branch | undefined, field: string): readonly Branch[] {
  return branch?.children.filter((child) => child.field === field) ?? []
}

export function childOf(branch: Branch | undefined, field: string): Branch | undefined {
  return branch?.children.find((child) => child.field === field)
}

/** Text of a `String` node, or of a list of them: the name of a function, an operator, a type. */
export function nameOf(branch: Branch, field: string): string {
  const last = childrenOf(branch, field).at(-1)
  return typeof last?.node['sval'] === 'string' ? last.node['sval'] : ''
}

/** Grows the branches of what the parser gave; undefined where that is no node. */
export function plant(
  value: unknown,
  field: string,
  parent: Branch | null,
  source: Source,
): Branch | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const [kind, node] = unwrap(value as Fields, field)
  const children: Branch[] = []
  const branch: Branch = { kind, field, node, parent, children, source }
  for (const [name, held] of Object.entries(node)) {
    for (const item of Array.isArray(held) ? held : [held]) {
      const child = plant(item, name, branch, source)
      if (child !== undefined) children.push(child)
    }
  }
  return branch
}

function unwrap(value: Fields, field: string): readonly [string, Fields] {
  const [only = '', ...others] = Object.keys(value)
  const isWrapped = others.length === 0 && /^[A-Z]/.test(only)
  return isWrapped ? [only, value[only] as Fields] : [impliedKinds[field] ?? '', value]
}
