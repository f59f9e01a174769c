import { parseTree } from '../migration/statement.ts'
import { isToken } from './extent.ts'
import { type Branch, type Fields, type Source, type Token, plant } from './tree.ts'

/** Statements of PL/pgSQL that can be broken, and the word that each begins with; of all else only the parts are. */
const firstWords: Readonly<Record<string, string | null>> = {
  PLpgSQL_stmt_if: 'if',
  PLpgSQL_stmt_raise: 'raise',
  PLpgSQL_stmt_return: 'return',
  PLpgSQL_stmt_perform: 'perform',
  // A statement of SQL, which begins with its own first word.
  PLpgSQL_stmt_execsql: null,
}

/** What RAISE says is for a person to read: another word of it is no other behaviour. */
const words: ReadonlySet<string> = new Set(['params', 'options'])

/**
 * Finds the statements of a block in its text. PL/pgSQL's parser gives lines for statements and text for what is SQL in
 * them: tokens have to be looked up, and what can't be found is left whole. The SQL becomes branches like any other, the
 * statements around it branches that know their first and their last token.
 */
export async function plantProcedure(block: unknown, source: Source): Promise<readonly Branch[]> {
  const children: Branch[] = []
  const root: Branch = {
    kind: 'PLpgSQL_body',
    field: 'body',
    node: {},
    parent: null,
    children,
    source,
  }
  await new Finder(source).visit(block, root, children)
  return [root]
}

class Finder {
  readonly #source: Source
  readonly #places: ReadonlyMap<number, number>
  /** The first token that belongs to no statement yet. */
  #next = 0

  constructor(source: Source) {
    this.#source = source
    this.#places = new Map(source.tokens.map(({ start }, at) => [start, at]))
  }

  /** Everything below a node, in the order in which it is written. */
  async visit(value: unknown, parent: Branch, siblings: Branch[]): Promise<void> {
    if (typeof value !== 'object' || value === null) return
    for (const [name, held] of Object.entries(value)) {
      if (words.has(name)) continue
      if (name in firstWords) await this.#plantStatement(name, held as Fields, parent, siblings)
      else await this.visit(held, parent, siblings)
    }
  }

  async #plantStatement(
    kind: string,
    held: Fields,
    parent: Branch,
    siblings: Branch[],
  ): Promise<void> {
    const first = this.#findFirst(kind, held)
    if (first === null) return
    this.#next = first
    const children: Branch[] = []
    const node: Record<string, unknown> = { first, last: first }
    const branch: Branch = { kind, field: 'body', node, parent, children, source: this.#source }
    for (const field of queryFields) {
      const child = await this.#plantQuery(field, held[field], branch)
      if (child !== null) children.push(child)
    }
    await this.visit(held, branch, children)
    const last = this.#findLast(kind)
    node['last'] = last
    this.#next = last + 1
    siblings.push(branch)
  }

  #findFirst(kind: string, { lineno, ...held }: Fields): number | null {
    const { tokens } = this.#source
    const word = firstWords[kind] ?? /\w+/.exec(queryIn(held['sqlstmt'])?.query ?? '')?.[0]
    if (word === undefined) return null
    const found = tokens.findIndex(
      (token, at) =>
        at >= this.#next &&
        this.#lineOf(token.start) === lineno &&
        isToken(this.#source, at, word.toLowerCase()),
    )
    return found < 0 ? null : found
  }

  /** As PL/pgSQL counts: the first line of a body is what follows its opening quote. */
  #lineOf(start: number): number {
    const { script, origin } = this.#source
    return script.slice(origin, start).split('\n').length
  }

  #findLast(kind: string): number {
    const { tokens } = this.#source
    const end = kind === 'PLpgSQL_stmt_if' ? ['end', 'if', ';'] : [';']
    const found = tokens.findIndex(
      (_, at) =>
        at >= this.#next && end.every((text, index) => isToken(this.#source, at + index, text)),
    )
    return found < 0 ? tokens.length - 1 : found + end.length - 1
  }

  /** SQL of a statement that has been found: from there on its tokens are looked for. */
  async #plantQuery(field: string, held: unknown, parent: Branch): Promise<Branch | null> {
    const found = queryIn(held)
    if (found === null) return null
    const { query, isExpression } = found
    const parsed = await parseTree(isExpression ? `select ${query}` : query)
    // The first word of an expression's query is ours, that of PERFORM the parser's.
    const isWordAdded = isExpression || parent.kind === 'PLpgSQL_stmt_perform'
    const own = isWordAdded ? parsed.tokens.slice(1) : parsed.tokens
    const origin = this.#findQuery(own)
    const [statement] = parsed.statements
    if (origin === null || statement === undefined) return null
    this.#next = (this.#places.get((own.at(-1)?.start ?? 0) + origin) ?? 0) + 1
    const node = isExpression ? expressionOf(statement.node) : statement.node
    return plant(node, field, parent, { ...this.#source, origin }) ?? null
  }

  /** Where the query's places are counted from. INTO is not among its tokens, but its room is kept. */
  #findQuery(own: readonly Token[]): number | null {
    const [head] = own
    if (head === undefined) return null
    const { tokens } = this.#source
    for (const { start } of tokens.slice(this.#next)) {
      const origin = start - head.start
      const isHere = own.every((token) => {
        const at = this.#places.get(token.start + origin)
        return at !== undefined && tokens[at]?.text === token.text
      })
      if (isHere) return origin
    }
    return null
  }
}

const queryFields = ['cond', 'expr', 'sqlstmt'] as const

function queryIn(held: unknown): { readonly query: string; readonly isExpression: boolean } | null {
  const { PLpgSQL_expr: found } = (held ?? {}) as {
    readonly PLpgSQL_expr?: { readonly query: string; readonly parseMode: number }
  }
  return found === undefined
    ? null
    : { query: found.query, isExpression: found.parseMode === expressionMode }
}

/** What libpg-query calls RAW_PARSE_PLPGSQL_EXPR. */
const expressionMode = 2

function expressionOf(statement: unknown): unknown {
  const { SelectStmt: select } = statement as {
    readonly SelectStmt: { readonly targetList: readonly { ResTarget: { val: unknown } }[] }
  }
  return select.targetList[0]?.ResTarget.val
}
