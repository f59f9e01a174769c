import { type Branch, type Source, childOf, childrenOf } from './tree.ts'

/** Tokens of a source, both ends included. */
export interface Extent {
  readonly first: number
  readonly last: number
}

const knownExtents = new WeakMap<Branch, Extent | null>()

/**
 * Which tokens a node was read from. The parser keeps one place a node (an operator's, a name's), so the ends follow from
 * its children and from the grammar; null where nothing of a node has a place.
 */
export function extentOf(branch: Branch): Extent | null {
  const cached = knownExtents.get(branch)
  if (cached !== undefined) return cached
  const found = findExtent(branch)
  knownExtents.set(branch, found)
  return found
}

/** An extent with the parentheses that stand directly around it. */
function hug(source: Source, extent: Extent): Extent {
  let { first, last } = extent
  while (isToken(source, first - 1, '(') && isToken(source, last + 1, ')')) {
    first -= 1
    last += 1
  }
  return { first, last }
}

/** The extent of an operand of an operator or a clause: its own parentheses are its own. */
export function operandExtent(branch: Branch | undefined): Extent | null {
  const extent = branch === undefined ? null : extentOf(branch)
  return branch === undefined || extent === null ? null : hug(branch.source, extent)
}

/** The token at the node's own place. */
export function tokenOf(branch: Branch): number | null {
  const { location } = branch.node
  if (typeof location !== 'number' || location < 0) return null
  return placesOf(branch.source).get(branch.source.origin + location) ?? null
}

const places = new WeakMap<Source, ReadonlyMap<number, number>>()

/** Tokens by where they start. */
function placesOf(source: Source): ReadonlyMap<number, number> {
  const known = places.get(source)
  if (known !== undefined) return known
  const found = new Map(source.tokens.map(({ start }, at) => [start, at]))
  places.set(source, found)
  return found
}

/** Whether a token is this word or sign, in whatever case. */
export function isToken(source: Source, at: number, text: string): boolean {
  return source.tokens[at]?.text.toLowerCase() === text
}

/** The text of an extent as it stands in the script. */
export function textOf(source: Source, { first, last }: Extent): string {
  return source.script.slice(source.tokens[first]?.start, source.tokens[last]?.end)
}

/** The token that closes what `open` opens; `open` itself where nothing does. */
export function closing(source: Source, open: number): number {
  let depth = 0
  for (let at = open; at < source.tokens.length; at += 1) {
    const text = source.tokens[at]?.text ?? ''
    if (text === '(' || text === '[') depth += 1
    if (text === ')' || text === ']') depth -= 1
    if (depth === 0) return at
  }
  return open
}

function findExtent(branch: Branch): Extent | null {
  const { first, last } = branch.node
  // A statement of PL/pgSQL, which was found as a whole.
  if (typeof first === 'number' && typeof last === 'number') return { first, last }
  const own = tokenOf(branch)
  const rule = rules[branch.kind]
  if (rule !== undefined) return rule(branch, own)
  const parts = branch.children.map(extentOf)
  return unite([own === null ? null : { first: own, last: own }, ...parts])
}

type Rule = (branch: Branch, own: number | null) => Extent | null

const rules: Readonly<Record<string, Rule>> = {
  A_Const: ({ source }, own) => {
    if (own === null) return null
    const isSigned = isToken(source, own, '-') || isToken(source, own, '+')
    return { first: own, last: isSigned ? own + 1 : own }
  },
  ColumnRef: ({ node }, own) => {
    const fields = Array.isArray(node['fields']) ? node['fields'].length : 1
    return own === null ? null : { first: own, last: own + 2 * fields - 2 }
  },
  String: () => null,
  A_Expr: findOperation,
  BoolExpr: findOperation,
  NullTest: (branch, own) => findPostfix(branch, own, 'null'),
  BooleanTest: (branch, own) => findPostfix(branch, own, ''),
  TypeCast: findCast,
  TypeName: (branch, own) => (own === null ? null : { first: own, last: endOfType(branch, own) }),
  CollateClause: (branch, own) => {
    const names = childrenOf(branch, 'collname').length
    const argument = operandExtent(childOf(branch, 'arg'))
    return own === null ? null : unite([argument, { first: own, last: own + 2 * names - 1 }])
  },
  FuncCall: findCall,
  CoalesceExpr: findKeywordCall,
  MinMaxExpr: findKeywordCall,
  CaseExpr: ({ source }, own) =>
    own === null ? null : { first: own, last: endOfCase(source, own) },
  CaseWhen: (branch, own) =>
    unite([
      own === null ? null : { first: own, last: own },
      operandExtent(childOf(branch, 'result')),
    ]),
  SubLink: findSubLink,
  SortBy: (branch) => {
    const key = operandExtent(childOf(branch, 'node'))
    return key === null ? null : { first: key.first, last: endOfSortKey(branch.source, key.last) }
  },
}

function unite(extents: readonly (Extent | null)[]): Extent | null {
  const found = extents.filter((extent) => extent !== null)
  if (found.length === 0) return null
  return {
    first: Math.min(...found.map(({ first }) => first)),
    last: Math.max(...found.map(({ last }) => last)),
  }
}

function findOperation(branch: Branch, own: number | null): Extent | null {
  if (branch.node['kind'] === 'AEXPR_NULLIF') return findKeywordCall(branch, own)
  const operands = branch.children.filter(({ field }) => field !== 'name')
  const listEnd = branch.node['rexpr_list_end']
  const closed =
    typeof listEnd === 'number'
      ? branch.source.tokens.findIndex(({ start }) => start === branch.source.origin + listEnd)
      : -1
  return unite([
    own === null ? null : { first: own, last: own },
    closed < 0 ? null : { first: closed, last: closed },
    ...operands.map(operandExtent),
  ])
}

/** `x is [not] null`, `x is [not] true`: the words behind the operand. */
function findPostfix(branch: Branch, own: number | null, word: string): Extent | null {
  if (own === null) return null
  const { source } = branch
  // ISNULL and NOTNULL are one word.
  const isOneWord = word !== '' && !isToken(source, own, 'is')
  const end = isOneWord ? own : isToken(source, own + 1, 'not') ? own + 2 : own + 1
  return unite([operandExtent(childOf(branch, 'arg')), { first: own, last: end }])
}

function findCast(branch: Branch, own: number | null): Extent | null {
  const { source } = branch
  if (own !== null && isToken(source, own, 'cast')) {
    return { first: own, last: closing(source, own + 1) }
  }
  const argument = childOf(branch, 'arg')
  const type = childOf(branch, 'typeName')
  const value = own === null ? argument && extentOf(argument) : operandExtent(argument)
  return unite([value ?? null, type === undefined ? null : extentOf(type)])
}

const typeWords: readonly (readonly string[])[] = [
  ['double', 'precision'],
  ['character', 'varying'],
  ['bit', 'varying'],
]

function endOfType({ source }: Branch, own: number): number {
  let at = own
  if (isToken(source, at, 'setof')) at += 1
  const pair = typeWords.some(
    ([a = '', b = '']) => isToken(source, at, a) && isToken(source, at + 1, b),
  )
  if (pair) at += 1
  while (isToken(source, at + 1, '.')) at += 2
  if (isToken(source, at + 1, '(')) at = closing(source, at + 1)
  const isZoned = isToken(source, at + 1, 'with') || isToken(source, at + 1, 'without')
  if (isZoned && isToken(source, at + 2, 'time')) at += 3
  while (isToken(source, at + 1, '[')) at = closing(source, at + 1)
  return at
}

function findCall(branch: Branch, own: number | null): Extent | null {
  const parts = unite(branch.children.map(extentOf))
  if (own === null) return parts
  const { source } = branch
  let at = own
  while (isToken(source, at + 1, '.')) at += 2
  if (!isToken(source, at + 1, '(')) return unite([{ first: own, last: at }, parts])
  at = closing(source, at + 1)
  if (isToken(source, at + 1, 'within') && isToken(source, at + 2, 'group')) {
    at = closing(source, at + 3)
  }
  if (branch.node['agg_filter'] !== undefined) at = closing(source, at + 2)
  // OVER takes a window in parentheses, or a name, which closes itself.
  if (branch.node['over'] !== undefined) at = closing(source, at + 2)
  return { first: own, last: at }
}

function findKeywordCall({ source }: Branch, own: number | null): Extent | null {
  return own === null ? null : { first: own, last: closing(source, own + 1) }
}

function endOfCase(source: Source, own: number): number {
  let depth = 0
  for (let at = own; at < source.tokens.length; at += 1) {
    if (isToken(source, at, 'case')) depth += 1
    if (isToken(source, at, 'end')) depth -= 1
    if (depth === 0) return at
  }
  return own
}

function findSubLink(branch: Branch, own: number | null): Extent | null {
  if (own === null) return null
  const { tokens } = branch.source
  const open = tokens.findIndex(({ text }, at) => at >= own && text === '(')
  const test = operandExtent(childOf(branch, 'testexpr'))
  return unite([test, { first: own, last: closing(branch.source, open) }])
}

function endOfSortKey(source: Source, key: number): number {
  let at = key
  if (isToken(source, at + 1, 'asc') || isToken(source, at + 1, 'desc')) at += 1
  if (isToken(source, at + 1, 'nulls')) at += 2
  return at
}
