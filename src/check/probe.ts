import { type ParseTree, parseTree } from '../migration/statement.ts'

/** Where the rows of a query part: an arm of a CASE takes them or not, a FILTER keeps them or not. */
export interface Fork {
  readonly kind: 'case arm' | 'filter'
  /** As it is written, on one line and no longer than a line. */
  readonly text: string
  /** Why it carries no probe; null: it carries the one of its place in the list. */
  readonly obstacle: string | null
}

export interface ProbedQuery {
  readonly sql: string
  readonly forks: readonly Fork[]
}

/** Called as `probe(place, condition)`; it must return the condition, as it is. */
export const probeName = 'pg_temp.hook_harness_probe'

/**
 * The same query, in which every condition of a CASE and a FILTER passes through a probe that notes what it saw. Nothing is
 * guessed about which rows reach the condition, as it would be by counting them in a query of its own: grouping, windows,
 * lateral joins and nested queries are those of the query itself.
 *
 * `CASE x WHEN v` becomes `CASE WHEN probe(0, x = v)`, and ELSE one more WHEN, so that no type changes. The parser says where
 * a CASE stands and whether it has an operand; where it ends is found by its tokens.
 *
 * `together` lets forks that are written alike share one probe: only so does a CASE stay the one that GROUP BY repeats.
 * @throws {QueryError} where it can't be parsed.
 */
export async function probeQuery(
  sql: string,
  alike: 'apart' | 'together' = 'apart',
): Promise<ProbedQuery> {
  const tree = await parseTree(sql)
  const draft: Draft = {
    script: Buffer.from(sql).toString('latin1'),
    tokens: tree.tokens,
    forks: [],
    shared: alike === 'together' ? new Map() : null,
    edits: [],
    operands: [],
  }
  const comparing = new Map(tree.statements.flatMap(({ node }) => listCases(node)))
  for (const [index, token] of tree.tokens.entries()) {
    const hasOperand = comparing.get(token.start)
    if (hasOperand !== undefined) probeCase(draft, index, hasOperand)
    if (isFilter(draft, index)) probeFilter(draft, index)
  }
  return { sql: applyEdits(draft), forks: draft.forks }
}

type Token = ParseTree['tokens'][number]

/** Bytes `start` to `end` are replaced by `text`. */
interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

interface Draft {
  /** One character a byte: places of the parser are indexes. */
  readonly script: string
  readonly tokens: readonly Token[]
  readonly forks: Fork[]
  /** Places by what is written there; null: every fork has a place of its own. */
  readonly shared: Map<string, number> | null
  readonly edits: Edit[]
  /** What was written once and is now written once an arm. */
  readonly operands: { readonly start: number; readonly end: number }[]
}

/** Every CASE: where it starts, and whether it compares an operand. */
function listCases(value: unknown): readonly (readonly [number, boolean])[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, held]: [string, unknown]) => {
    const inner = listCases(held)
    if (key !== 'CaseExpr') return inner
    const { location = 0, arg } = held as { location?: number; arg?: unknown }
    const found = [location, arg !== undefined] as const
    return inner.concat([found])
  })
}

function probeCase(draft: Draft, index: number, hasOperand: boolean): void {
  const { tokens } = draft
  const marks = listMarks(tokens, index)
  const [first, then] = marks
  const end = marks.at(-1)
  if (first === undefined || then === undefined || end === undefined) return
  const whole = textBetween(draft, index - 1, end.index + 1)
  const head = `CASE ${textBetween(draft, index, first.index)}`
  const others = `${head}WHEN ${textBetween(draft, first.index, then.index)}…`
  const compared = hasOperand ? takeOperand(draft, index, first.index) : ''
  for (const [position, mark] of marks.entries()) {
    const behind = marks[position + 1]?.index ?? mark.index
    const key = `${whole}${position}`
    if (mark.word === 'when') {
      const text = `${head}WHEN ${textBetween(draft, mark.index, behind)}`
      const fork = { kind: 'case arm', text, key } as const
      addCondition(draft, fork, [mark.index, behind], compared)
    }
    if (mark.word === 'else') addElse(draft, { text: `${others} ELSE`, key }, mark.index)
  }
  if (!marks.some(({ word }) => word === 'else')) {
    addElse(draft, { text: `${others} without ELSE`, key: whole }, end.index)
  }
}

/** Cuts the operand out; what compares it with the value behind each WHEN. */
function takeOperand(draft: Draft, index: number, first: number): string {
  const operand = { start: startOf(draft.tokens, index + 1), end: endOf(draft.tokens, first - 1) }
  if (obstacleAt(draft, operand.start) === null) draft.edits.push({ ...operand, text: '' })
  draft.operands.push(operand)
  return `(${draft.script.slice(operand.start, operand.end)}) = `
}

/** Makes ELSE a WHEN, or puts one before END. */
function addElse(draft: Draft, fork: { text: string; key: string }, index: number): void {
  const { start = 0, end = 0, text = '' } = draft.tokens[index] ?? {}
  const isElse = text.toLowerCase() === 'else'
  const place = addFork(draft, { kind: 'case arm', ...fork }, start)
  if (place === null) return
  draft.edits.push(
    isElse
      ? { start, end, text: `WHEN ${probeName}(${place}, true) THEN` }
      : { start, end: start, text: ` WHEN NOT ${probeName}(${place}, true) THEN NULL ` },
  )
}

function isFilter({ tokens }: Draft, index: number): boolean {
  const words = tokens.slice(index, index + 3).map(({ text }) => text.toLowerCase())
  return words.join(' ') === 'filter ( where'
}

function probeFilter(draft: Draft, index: number): void {
  const close = findClosing(draft.tokens, index + 1)
  const text = `FILTER (WHERE ${textBetween(draft, index + 2, close).trim()})`
  addCondition(draft, { kind: 'filter', text, key: text }, [index + 2, close], '')
}

type NamedFork = Pick<Fork, 'kind' | 'text'> & { readonly key: string }

/** Lets what stands between two tokens pass through a probe. */
function addCondition(
  draft: Draft,
  fork: NamedFork,
  [before, behind]: readonly [number, number],
  compared: string,
): void {
  const [start, end] = [endOf(draft.tokens, before), startOf(draft.tokens, behind)]
  const place = addFork(draft, fork, start)
  if (place === null) return
  draft.edits.push({ start, end: start, text: ` ${probeName}(${place}, ${compared}(` })
  draft.edits.push({ start: end, end, text: ')) ' })
}

/** The place of its probe; null where it can't have one. */
function addFork(draft: Draft, { kind, text, key }: NamedFork, at: number): number | null {
  const obstacle = obstacleAt(draft, at)
  const known = draft.shared?.get(`${kind} ${key}`)
  if (known !== undefined && obstacle === null) return known
  const place = draft.forks.length
  draft.forks.push({ kind, text: shorten(text), obstacle })
  if (obstacle !== null) return null
  draft.shared?.set(`${kind} ${key}`, place)
  return place
}

function obstacleAt({ operands }: Draft, at: number): string | null {
  const isWithin = operands.some(({ start, end }) => at >= start && at < end)
  return isWithin ? 'it stands in the operand of a CASE' : null
}

interface Mark {
  readonly word: 'when' | 'then' | 'else' | 'end'
  readonly index: number
}

/** The words that divide a CASE, its END the last: those in parentheses or in a CASE within it are not its own. */
function listMarks(tokens: readonly Token[], index: number): readonly Mark[] {
  const marks: Mark[] = []
  let parentheses = 0
  let cases = 0
  for (let at = index + 1; at < tokens.length; at += 1) {
    const word = tokens[at]?.text.toLowerCase() ?? ''
    // Behind a dot any word is a name.
    if (tokens[at - 1]?.text === '.') continue
    parentheses += depthOf(word)
    if (parentheses > 0) continue
    if (cases === 0 && isMark(word)) marks.push({ word, index: at })
    if (word === 'end' && cases === 0) return marks
    cases += nestingOf(word)
  }
  return marks
}

function nestingOf(word: string): number {
  if (word === 'case') return 1
  return word === 'end' ? -1 : 0
}

function isMark(word: string): word is Mark['word'] {
  return ['when', 'then', 'else', 'end'].includes(word)
}

function findClosing(tokens: readonly Token[], open: number): number {
  let parentheses = 0
  for (let at = open; at < tokens.length; at += 1) {
    parentheses += depthOf(tokens[at]?.text ?? '')
    if (parentheses === 0) return at
  }
  return tokens.length
}

function depthOf(word: string): number {
  if (word === '(' || word === '[') return 1
  return word === ')' || word === ']' ? -1 : 0
}

function startOf(tokens: readonly Token[], index: number): number {
  return tokens[index]?.start ?? 0
}

function endOf(tokens: readonly Token[], index: number): number {
  return tokens[index]?.end ?? 0
}

/** The tokens between two, each one space from the next where there is any space, and one behind the last. */
function textBetween({ tokens, script }: Draft, before: number, behind: number): string {
  const between = tokens.slice(before + 1, behind)
  const parts = between.map((token, index) => {
    const next = between[index + 1]
    return script.slice(token.start, token.end) + (next?.start === token.end ? '' : ' ')
  })
  return Buffer.from(parts.join(''), 'latin1').toString('utf8')
}

const mostCharacters = 110

function shorten(text: string): string {
  const line = Array.from(
    text
      .trim()
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/\d{20,}/g, (digits) => `${digits.slice(0, 6)}…`),
  )
  if (line.length <= mostCharacters) return line.join('')
  const half = mostCharacters / 2
  return `${line.slice(0, half - 1).join('')} … ${line.slice(2 - half).join('')}`
}

/** From the last to the first, so that the places of the others stay true. */
function applyEdits({ script, edits }: Draft): string {
  let edited = script
  for (const { start, end, text } of edits.toSorted((one, other) => other.start - one.start)) {
    edited = edited.slice(0, start) + text + edited.slice(end)
  }
  return Buffer.from(edited, 'latin1').toString('utf8')
}
