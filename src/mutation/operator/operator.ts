import { type Extent, extentOf } from '../extent.ts'
import type { StatementTree } from '../script-tree.ts'
import type { Branch, Source } from '../tree.ts'

/** Bytes of a script, and what stands there instead. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** One way to break a script: usually one edit, two where one alone could not be applied. */
export type Change = readonly Edit[]

/** Breaks one kind of thing. */
export interface Operator {
  /** In kebab-case; part of the name of every mutant, so never reused. */
  readonly id: string
  /** What it does, in a few words. */
  readonly description: string
  /** Kinds of nodes that it looks at; none: statements. */
  readonly kinds: readonly string[]
  changes(branch: Branch, surroundings: Surroundings): readonly Change[]
}

/** What stands around a node. */
export interface Surroundings {
  readonly statement: StatementTree
  /** All statements of the script. */
  readonly statements: readonly StatementTree[]
}

/** The tokens of a whole statement, semicolon excluded: one of the script, or one in a block of PL/pgSQL. */
export function statementExtent({ source, parent }: Branch, { statement }: Surroundings): Extent {
  const around = parent === null ? null : extentOf(parent)
  if (around !== null) return { first: around.first, last: around.last - 1 }
  const { tokens } = source
  return {
    first: tokens.findIndex(({ start }) => start >= statement.start),
    last: tokens.findLastIndex(({ end }) => end <= statement.end),
  }
}

/** Puts other text in the place of tokens. */
export function replace(source: Source, { first, last }: Extent, text: string): Edit {
  const start = source.tokens[first]?.start ?? 0
  return { start, end: source.tokens[last]?.end ?? start, text }
}

/** Takes tokens away, with the white space before them, or behind them where they open a parenthesis. */
export function remove(source: Source, { first, last }: Extent): Edit {
  const edit = replace(source, { first, last }, '')
  const before = source.tokens[first - 1]
  if (before?.text === '(') return { ...edit, end: source.tokens[last + 1]?.start ?? edit.end }
  return { ...edit, start: before?.end ?? 0 }
}

/** Adds text behind a token. */
export function insertAfter(source: Source, at: number, text: string): Edit {
  const end = source.tokens[at]?.end ?? 0
  return { start: end, end, text }
}

/** Takes one item out of a list, with the comma or word that joins it to its neighbour. */
export function removeItem(source: Source, items: readonly Extent[], index: number): Edit | null {
  const item = items[index]
  const before = items[index - 1]
  const after = items[index + 1]
  if (item === undefined) return null
  if (before !== undefined) return remove(source, { first: before.last + 1, last: item.last })
  if (after === undefined) return null
  const start = source.tokens[item.first]?.start ?? 0
  return { start, end: source.tokens[after.first]?.start ?? start, text: '' }
}
