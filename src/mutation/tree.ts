import { parseTree } from '../migration/statement.ts'

/** What a node of the parse tree holds, as libpg-query gives it. */
export type Fields = Readonly<Record<string, unknown>>

export interface Token {
  /** In bytes from the start of the script; `end` is behind the last one. */
  readonly start: number
  readonly end: number
  /** As it is written. */
  readonly text: string
}

/** A script, or the body of a SQL function in it: tokens without comments, all placed in the script. */
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

/** One statement of a script. */
export interface StatementTree {
  readonly root: Branch
  /** Bytes of its text: from its first token to its last, semicolon excluded. */
  readonly start: number
  readonly end: number
  /** The bodies of SQL functions that it creates. */
  readonly bodies: readonly Branch[]
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

/**
 * Reads a script into trees whose branches know where they stand in it.
 * @throws {QueryError} where it can't be parsed.
 */
export async function readScript(text: string): Promise<readonly StatementTree[]> {
  const script = Buffer.from(text).toString('latin1')
  const parsed = await parseTree(text)
  const source: Source = { script, origin: 0, tokens: parsed.tokens }
  const trees: StatementTree[] = []
  for (const { node, start, end } of parsed.statements) {
    const root = plant(node, 'stmt', null, source)
    if (root === undefined) continue
    trees.push({ root, start, end, bodies: await readBodies(root) })
  }
  return trees
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

function plant(
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

/** Only a dollar-quoted body stands in the script as the parser must read it: quotes double inside of quotes. */
async function readBodies(root: Branch): Promise<readonly Branch[]> {
  if (root.kind !== 'CreateFunctionStmt') return []
  const options = childrenOf(root, 'options')
  const language = options.find(({ node }) => node['defname'] === 'language')
  if (nameOf(language ?? root, 'arg').toLowerCase() !== 'sql') return []
  const body = options.find(({ node }) => node['defname'] === 'as')
  const { script, tokens } = root.source
  const at = tokens.findIndex(({ start }) => start === body?.node['location'])
  const quoted = tokens[at + 1]
  const mark = /^\$[^$]*\$/.exec(quoted?.text ?? '')?.[0]
  if (quoted === undefined || mark === undefined) return []
  const origin = quoted.start + mark.length
  const text = script.slice(origin, quoted.end - mark.length)
  const parsed = await parseTree(Buffer.from(text, 'latin1').toString('utf8'))
  const moved = parsed.tokens.map((token) => ({
    ...token,
    start: token.start + origin,
    end: token.end + origin,
  }))
  const source: Source = { script, origin, tokens: moved }
  return parsed.statements.flatMap(({ node }) => plant(node, 'stmt', null, source) ?? [])
}
