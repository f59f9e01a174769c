import process from 'node:process'

const leftovers = new Set<() => void>()

/** What must be put away by whoever is interrupted, at once and without waiting; until disposed of. */
export function putAwayOnInterrupt(putAway: () => void): Disposable {
  leftovers.add(putAway)
  return { [Symbol.dispose]: () => leftovers.delete(putAway) }
}

/** From now on Ctrl-C puts everything away, what came last first, and ends with 130. */
export function putAwayOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      for (const putAway of Array.from(leftovers).toReversed()) putAway()
      process.exit(130)
    })
  }
}
