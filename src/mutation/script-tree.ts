import { parseTree } from '../migration/statement.ts'
import { readBodies } from './body.ts'
import { type Branch, type Source, plant } from './tree.ts'

/** One statement of a script. */
export interface StatementTree {
  readonly root: Branch
  /** Bytes of its text: from its first token to its last, semicolon excluded. */
  readonly start: number
  readonly end: number
  /** The bodies of functions that it creates, or of the block that it executes. */
  readonly bodies: readonly Branch[]
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
    trees.push({ root, start, end, bodies: await readBodies(root, script.slice(start, end)) })
  }
  return trees
}
