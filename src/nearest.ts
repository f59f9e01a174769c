/** The known word that takes the fewest edits to become from `word`; the first of several. */
export function nearestOf(word: string, known: readonly string[]): string | undefined {
  const distances = known.map((one) => ({ one, edits: countEdits(word, one) }))
  return distances.toSorted((a, b) => a.edits - b.edits)[0]?.one
}

/** Letters to insert, drop or change (Levenshtein's distance), one row of its table at a time. */
function countEdits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [index, letter] of Array.from(from).entries()) {
    const next = [index + 1]
    for (let column = 0; column < to.length; column += 1) {
      const [diagonal = 0, above = 0] = row.slice(column, column + 2)
      const change = diagonal + (letter === to[column] ? 0 : 1)
      next.push(Math.min(change, above + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
