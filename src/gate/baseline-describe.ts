import type { Baseline, BaselineQuery, BaselineScale } from './baseline-file.ts'
import type { Step } from './gate.ts'
import type { ExactComparison } from './result.ts'
import type { IndexSeen, WriteFacts, WriteSeries } from './size.ts'

/** What was measured, as a file would keep it. */
export function describeBaseline(postgres: string, steps: readonly Step[]): Baseline {
  const [first] = steps
  const indexes = Array.from(first?.layer.measured.sizes.indexes.candidate ?? [])
  return {
    schema: 'hook-harness/baseline',
    schemaVersion: 2,
    postgres,
    objects: first?.layer.measured.objects ?? [],
    indexes: mapIndexes(indexes, ({ definition }) => definition),
    scales: steps.map(describeScale),
  }
}

function describeScale({ ground, layer }: Step): BaselineScale {
  const { name, seed, payload, generatorVersion } = ground.fixture
  const { indexes, writes } = layer.measured.sizes
  return {
    scale: ground.scale,
    fixture: { name, seed, payload, generatorVersion },
    queries: layer.exact.flatMap(describeQuery),
    indexes: mapIndexes(Array.from(indexes.candidate), ({ bytes }) => bytes),
    writes: { insert: writtenBy('insert', writes), update: writtenBy('update', writes) },
  }
}

function describeQuery(comparison: ExactComparison): readonly BaselineQuery[] {
  const { id, title, object, sql, parametersSql, candidate } = comparison
  if (candidate === null) return []
  const { answer: _, ...execution } = candidate
  return [{ id, title, object, sql, parametersSql, ...execution }]
}

function mapIndexes<T>(
  indexes: readonly (readonly [string, IndexSeen])[],
  read: (index: IndexSeen) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(indexes.map(([name, index]) => [name, read(index)]))
}

function writtenBy(name: WriteSeries['name'], writes: readonly WriteSeries[]): WriteFacts {
  const seen = writes.find((series) => series.name === name)?.seen.candidate
  // A refused write is a finding, and nothing is saved then.
  return seen === undefined || 'failed' in seen ? { bytes: 0, records: 0 } : seen
}

/**
 * What the file will say: what was measured, the scales that were not measured as they were, and of each count the smaller one.
 * Less than 2 % is no growth, but many times 2 % are: counts that may only fall don't creep. What was accepted, and what is
 * another one now, counts as it is.
 */
export function mergeBaseline(
  known: Baseline | null,
  measured: Baseline,
  accepted: ReadonlySet<string>,
): Baseline {
  if (known === null) return measured
  const others = known.scales.filter(
    ({ scale }) => !measured.scales.some((each) => each.scale === scale),
  )
  const isSameIndex = (name: string): boolean =>
    known.indexes[name] === measured.indexes[name] && !accepted.has(name)
  const scales = measured.scales.map((now): BaselineScale => {
    const before = known.scales.find(({ scale }) => scale === now.scale)
    if (before === undefined) return now
    return {
      ...now,
      queries: now.queries.map((query) => keepLeastWork(before, query, accepted)),
      ...keepLeastSizes(before, now, isSameIndex),
    }
  })
  return {
    ...measured,
    scales: [...others, ...scales].toSorted((one, other) => one.scale - other.scale),
  }
}

function keepLeastWork(
  { queries }: BaselineScale,
  query: BaselineQuery,
  accepted: ReadonlySet<string>,
): BaselineQuery {
  const known = queries.find(({ id }) => id === query.id)
  const isSame = known?.sql === query.sql && known.parametersSql === query.parametersSql
  return isSame && !accepted.has(query.object.name)
    ? { ...query, work: leastOf(known.work, query.work) }
    : query
}

function keepLeastSizes(
  before: BaselineScale,
  { indexes, writes }: BaselineScale,
  isSameIndex: (name: string) => boolean,
): Pick<BaselineScale, 'indexes' | 'writes'> {
  const least = leastOf(before.indexes, indexes)
  const names = Object.keys(indexes)
  // Other indexes, other prices.
  const areSame = names.length === Object.keys(before.indexes).length && names.every(isSameIndex)
  return {
    indexes: Object.fromEntries(
      Object.entries(indexes).map(([name, bytes]) => [
        name,
        isSameIndex(name) ? (least[name] ?? bytes) : bytes,
      ]),
    ),
    writes: areSame
      ? {
          insert: leastOf(before.writes.insert, writes.insert),
          update: leastOf(before.writes.update, writes.update),
        }
      : writes,
  }
}

/** Of every count that there is now, the smaller one. */
function leastOf<T extends Readonly<Record<string, number>> | WriteFacts>(before: T, now: T): T {
  const known = new Map(Object.entries(before))
  return Object.fromEntries(
    Object.entries(now).map(([name, count]: [string, number]) => [
      name,
      Math.min(count, known.get(name) ?? count),
    ]),
  ) as T
}
