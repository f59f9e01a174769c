import { Exact, roundQuotient, roundRoot, square } from './exact.ts'
import type { NumberKey } from './jsonb.ts'

/** Numbers and how often each was added; exact, and as small as there are different numbers. */
export type Histogram = Map<NumberKey, number>

/** Adds one occurrence; null, an absent number, adds nothing. */
export function countNumber(histogram: Histogram, key: NumberKey | null): void {
  if (key !== null) histogram.set(key, (histogram.get(key) ?? 0) + 1)
}

/** A number of a histogram, and how often it occurred. */
interface Bar {
  readonly value: Exact
  readonly count: number
}

/** The numbers of a histogram in ascending order, with the sums that every average needs. */
export class Distribution {
  readonly count: number
  readonly sum: Exact
  readonly #bars: readonly Bar[]

  constructor(histogram: Histogram) {
    this.#bars = Array.from(histogram, ([key, count]) => ({
      value: new Exact(key),
      count,
    })).toSorted((left, right) => left.value.comparedTo(right.value))
    this.count = this.#bars.reduce((total, bar) => total + bar.count, 0)
    this.sum = this.#sumOf((value) => value)
  }

  /** The mean, rounded to `decimals`; null when there is nothing. */
  mean(decimals: number): string | null {
    return this.count === 0 ? null : roundQuotient(this.sum, this.count, decimals)
  }

  /** The sample standard deviation √((n·Σx² − (Σx)²) ÷ n(n − 1)), rounded; null for fewer than two numbers. */
  deviation(decimals: number): string | null {
    if (this.count < 2) return null
    const squares = this.#sumOf(square)
    const spread = squares.times(this.count).minus(square(this.sum))
    return roundRoot(spread, new Exact(this.count).times(this.count - 1), decimals)
  }

  /**
   * The continuous percentile at `quarter` ÷ 4, rounded; null when there is nothing. As SQL's `percentile_cont`: the
   * value at place (n − 1)·quarter ÷ 4 of the sorted numbers, linear between neighbours; 0 is the least, 4 the greatest.
   */
  quartile(quarter: number, decimals: number): string | null {
    if (this.count === 0) return null
    const place = (this.count - 1) * quarter
    const below = this.#at(Math.floor(place / 4))
    const above = this.#at(Math.ceil(place / 4))
    return roundQuotient(below.times(4).plus(above.minus(below).times(place % 4)), 4, decimals)
  }

  /** How many numbers pass the test. */
  countWhere(test: (value: Exact) => boolean): number {
    return this.#bars.reduce((total, { value, count }) => total + (test(value) ? count : 0), 0)
  }

  #sumOf(term: (value: Exact) => Exact): Exact {
    return this.#bars.reduce(
      (sum, { value, count }) => sum.plus(term(value).times(count)),
      new Exact(0),
    )
  }

  #at(index: number): Exact {
    let passed = 0
    for (const { value, count } of this.#bars) {
      passed += count
      if (index < passed) return value
    }
    throw new RangeError(`place ${index}: expected one below ${this.count}`)
  }
}
