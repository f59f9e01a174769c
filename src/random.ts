/** A stream of pseudo-random numbers: the same seed gives the same stream on every machine. */
export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number
  /** Uniform whole number, both ends included. */
  integer(minimum: number, maximum: number): number
  /** True with the given probability. */
  chance(probability: number): boolean
  /** One element, each as likely. @throws {RangeError} when there is none. */
  pick<T>(items: readonly T[]): T
}

/** FNV-1a over UTF-16 code units, in 32-bit integers throughout (`Math.imul`), so no seed hashes to NaN. */
function hashSeed(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return hash >>> 0
}

/**
 * sfc32 (Doty-Humphrey's Small Fast Counter, from PractRand), seeded through FNV-1a. Only 32-bit integer operations and
 * one division by a power of two: no `Math.log` or `Math.pow`, whose last bit differs between engines.
 */
export function createRandom(seed: number | string): Random {
  const base = hashSeed(String(seed))
  let a = base
  let b = Math.imul(base, 0x9e3779b1) >>> 0
  let c = (base ^ 0xdeadbeef) >>> 0
  let counter = 1
  const nextInteger = (): number => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + sum) | 0
    return sum >>> 0
  }
  for (let round = 0; round < 15; round += 1) nextInteger()

  const next = (): number => nextInteger() / 0x1_0000_0000
  return {
    next,
    integer: (minimum, maximum) => minimum + Math.floor(next() * (maximum - minimum + 1)),
    chance: (probability) => next() < probability,
    pick: (items) => {
      const item = items[Math.floor(next() * items.length)]
      if (item === undefined) throw new RangeError('pick: expected at least one item, found none')
      return item
    },
  }
}
