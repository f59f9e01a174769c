/** Surrogates, which stand for code points above U+FFFF, moved behind the units U+E000 to U+FFFF. */
function rank(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800
  return unit >= 0xd800 ? unit + 0x2000 : unit
}

/** Orders text by code point, which is the order of its UTF-8 bytes and of Postgres's collation "C". */
export function compareText(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let index = 0; index < length; index += 1) {
    const a = left.charCodeAt(index)
    const b = right.charCodeAt(index)
    if (a !== b) return rank(a) - rank(b)
  }
  return left.length - right.length
}

/** The heaviest first; equal ones by name, in the order of its code points. */
export function byWeightThenName<V>(
  entries: Iterable<readonly [string, V]>,
  weigh: (value: V) => number,
): (readonly [string, V])[] {
  return Array.from(entries).toSorted(
    (left, right) => weigh(right[1]) - weigh(left[1]) || compareText(left[0], right[0]),
  )
}
