import type { Cell } from './cell.ts'
import { Exact, roundQuotient } from './exact.ts'
import { countNumber, Distribution, type Histogram } from './histogram.ts'
import type { NumberKey } from './jsonb.ts'
import { compareText } from './order.ts'
import type { SessionEnd, Span } from './tally.ts'

/** Distinct texts in order; SQL NULL when there are none, as `array_agg` over nothing. */
export function sortedOrNull(texts: Iterable<string>): Cell {
  const sorted = Array.from(texts).toSorted(compareText)
  return sorted.length === 0 ? null : sorted
}

/** Last − first event, in seconds, exact to the microsecond. */
export function durationSeconds(span: Span): string {
  return new Exact(span.lastUs).minus(span.firstUs).div(1_000_000).toString()
}

/** 100 · part ÷ whole with two decimals; null when the whole is 0. */
export function percentage(part: number, whole: number): string | null {
  return whole === 0 ? null : roundQuotient(part * 100, whole, 2)
}

/** The mean of the numbers that are there, one decimal; null when none is. */
export function meanOf(
  ends: readonly SessionEnd[],
  number: (end: SessionEnd) => NumberKey | null,
): string | null {
  const histogram: Histogram = new Map()
  for (const end of ends) countNumber(histogram, number(end))
  return new Distribution(histogram).mean(1)
}
