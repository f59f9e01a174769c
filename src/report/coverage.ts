import type { CoverageFacts, CoveragePoint, VerifyDocument } from '../check/document.ts'

/** How many of some points were hit; those that nobody could measure count as neither. */
export interface Share {
  readonly hit: number
  readonly measured: number
}

/** One line of a table: an object, or all indexes together. */
export interface CoverageRow {
  readonly name: string
  /** Null: it has none of the kind. */
  readonly columns: Share | null
  readonly arms: Share | null
  readonly filters: Share | null
  readonly whole: Share
}

/** Something that no row reached, or that nobody could look at. */
export interface Gap {
  readonly object: string
  readonly point: CoveragePoint
}

/** One row an object, the indexes first and in one: an index is used or it is not. */
export function tabulateCoverage({ coverage }: VerifyDocument): readonly CoverageRow[] {
  const indexes = coverage.filter(({ kind }) => kind === 'index')
  const points = indexes.flatMap((facts) => facts.points)
  const name = `${indexes.length} ${indexes.length === 1 ? 'index' : 'indexes'}`
  const others = coverage.filter(({ kind }) => kind !== 'index')
  return [...(indexes.length === 0 ? [] : [rowOf(name, points)]), ...others.map(rowOfObject)]
}

export function totalCoverage({ coverage }: VerifyDocument): Share {
  return shareOf(coverage.flatMap(({ points }) => points))
}

export function listGaps({ coverage }: VerifyDocument): readonly Gap[] {
  return coverage.flatMap(({ object, points }) =>
    points.filter(({ state }) => state !== 'hit').map((point) => ({ object, point })),
  )
}

/** `column pattern`, the text of an arm or a filter, or the one thing that an object has of a kind. */
export function namePoint({ point: { kind, text } }: Gap): string {
  if (kind === 'case arm' || kind === 'filter') return text
  return kind === 'column' ? `column ${text}` : kind
}

/** `no row takes it`, `not measured: it is written in plpgsql`. */
export function describeGap({ point }: Gap): string {
  const { state, detail } = point
  if (state === 'missed') return detail ?? 'not reached'
  return detail === null ? 'not measured' : `not measured: ${detail}`
}

/** Whole percent, rounded down: 100 % is nothing less than all. */
export function formatShare({ hit, measured }: Share): string {
  return measured === 0 ? 'not measured' : `${Math.floor((100 * hit) / measured)} %`
}

function rowOfObject({ object, points }: CoverageFacts): CoverageRow {
  return rowOf(object, points)
}

function rowOf(name: string, points: readonly CoveragePoint[]): CoverageRow {
  const of = (kind: CoveragePoint['kind']): Share | null => {
    const own = points.filter((point) => point.kind === kind)
    return own.length === 0 ? null : shareOf(own)
  }
  return {
    name,
    columns: of('column'),
    arms: of('case arm'),
    filters: of('filter'),
    whole: shareOf(points),
  }
}

function shareOf(points: readonly CoveragePoint[]): Share {
  const measured = points.filter(({ state }) => state !== 'not measured')
  return {
    hit: measured.filter(({ state }) => state === 'hit').length,
    measured: measured.length,
  }
}
