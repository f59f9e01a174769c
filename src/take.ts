/** The first `most` items. */
export function* take<T>(items: Iterable<T>, most: number): Generator<T> {
  let taken = 0
  for (const item of items) {
    if (taken >= most) return
    taken += 1
    yield item
  }
}
