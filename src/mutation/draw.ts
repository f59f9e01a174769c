import { createRandom } from '../random.ts'
import type { Mutant } from './mutant.ts'

/**
 * Draws mutants without putting any back, from each group in turn: a few of them are of every file, and of queries, blocks
 * and definitions alike. In the order of the list.
 */
export function drawMutants(
  mutants: readonly Mutant[],
  count: number,
  seed: string,
): readonly Mutant[] {
  const random = createRandom(seed)
  const names = [...new Set(mutants.map(groupOf))]
  const groups = names.map((name) => mutants.filter((mutant) => groupOf(mutant) === name))
  const drawn = new Set<Mutant>()
  while (drawn.size < Math.min(count, mutants.length)) {
    for (const left of groups) {
      if (left.length === 0 || drawn.size === count) continue
      for (const one of left.splice(random.integer(0, left.length - 1), 1)) drawn.add(one)
    }
  }
  return mutants.filter((mutant) => drawn.has(mutant))
}

function groupOf({ script, statement }: Mutant): string {
  return `${script.file} ${kindOf(statement)}`
}

function kindOf(statement: string): 'query' | 'block' | 'definition' {
  if (statement === 'DoStmt') return 'block'
  return ['ViewStmt', 'CreateFunctionStmt'].includes(statement) ? 'query' : 'definition'
}
