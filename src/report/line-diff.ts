/** One line of a comparison: `-` was expected, `+` is there instead, ` ` is in both, `…` stands for lines left out. */
export interface DiffLine {
  readonly mark: '-' | '+' | ' ' | '…'
  readonly text: string
}

/** Lines of context kept on each side of a difference. */
const context = 2
/** Cells of the table of common subsequences; texts beyond it are shown one after the other. */
const largestTable = 1_000_000

/** Compares two texts line by line (longest common subsequence); long stretches of equal lines are left out. */
export function diffLines(expected: string, actual: string): readonly DiffLine[] {
  const before = expected.split('\n')
  const after = actual.split('\n')
  const head = commonLength(before, after)
  const tail = commonLength(before.slice(head).toReversed(), after.slice(head).toReversed())
  const end = (lines: readonly string[]): number => lines.length - tail
  return leaveOutEqual([
    ...before.slice(0, head).map(equal),
    ...diffMiddle(before.slice(head, end(before)), after.slice(head, end(after))),
    ...before.slice(end(before)).map(equal),
  ])
}

function equal(text: string): DiffLine {
  return { mark: ' ', text }
}

function commonLength(left: readonly string[], right: readonly string[]): number {
  const different = left.findIndex((line, index) => line !== right[index])
  return different < 0 ? left.length : different
}

function diffMiddle(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  if (before.length * after.length > largestTable) {
    return [
      ...before.map((text) => ({ mark: '-', text }) as const),
      ...after.map((text) => ({ mark: '+', text }) as const),
    ]
  }
  const common = commonSubsequences(before, after)
  const lengthAt = (row: number, column: number): number => common[row]?.[column] ?? 0
  const lines: DiffLine[] = []
  let row = 0
  let column = 0
  while (row < before.length || column < after.length) {
    const left = before[row]
    const right = after[column]
    if (left !== undefined && left === right) {
      lines.push(equal(left))
      row += 1
      column += 1
    } else if (
      left !== undefined &&
      (right === undefined || lengthAt(row + 1, column) >= lengthAt(row, column + 1))
    ) {
      lines.push({ mark: '-', text: left })
      row += 1
    } else if (right !== undefined) {
      lines.push({ mark: '+', text: right })
      column += 1
    }
  }
  return lines
}

/** `table[i][j]`: the length of the longest common subsequence of `before` from i on and `after` from j on. */
function commonSubsequences(
  before: readonly string[],
  after: readonly string[],
): readonly Uint32Array[] {
  let below = new Uint32Array(after.length + 1)
  const table = [below]
  for (const line of before.toReversed()) {
    const row = new Uint32Array(after.length + 1)
    for (let column = after.length - 1; column >= 0; column -= 1) {
      row[column] =
        line === after[column]
          ? (below[column + 1] ?? 0) + 1
          : Math.max(below[column] ?? 0, row[column + 1] ?? 0)
    }
    table.push(row)
    below = row
  }
  return table.toReversed()
}

function leaveOutEqual(lines: readonly DiffLine[]): readonly DiffLine[] {
  const near = lines.map((_, index) =>
    lines
      .slice(Math.max(0, index - context), index + context + 1)
      .some((line) => line.mark !== ' '),
  )
  /** A single line takes no more room than the note that it is missing. */
  const isShown = near.map(
    (own, index) => own || ((near[index - 1] ?? true) && (near[index + 1] ?? true)),
  )
  const shown: DiffLine[] = []
  let omitted = 0
  for (const [index, line] of lines.entries()) {
    if (isShown[index] !== true) {
      omitted += 1
      continue
    }
    if (omitted > 0) shown.push(omission(omitted))
    omitted = 0
    shown.push(line)
  }
  return omitted > 0 ? [...shown, omission(omitted)] : shown
}

function omission(lines: number): DiffLine {
  return { mark: '…', text: `${lines} equal line${lines === 1 ? '' : 's'}` }
}
