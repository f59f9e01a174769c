import type { Baseline, BaselineScale } from './baseline-file.ts'
import { compareSizes } from './compare-size.ts'
import { comparePasses } from './compare.ts'
import type { Unplaced } from './growth-limit.ts'
import type { ExactLayer } from './layer.ts'
import type { ExactComparison, Execution, SizeComparison } from './result.ts'
import type { Sizes } from './size.ts'

/** Why a baseline can't be compared with what was measured; null where it can. */
export function findDifferentOrigin(known: Baseline, measured: Baseline): string | null {
  const facts = [
    ['Postgres', known.postgres, measured.postgres],
    ['generator version', known.generatorVersion, measured.generatorVersion],
    ['seed', known.seed, measured.seed],
    ['payload', known.payload, measured.payload],
  ] as const
  const other = facts.find(([, before, now]) => before !== now)
  if (other !== undefined) return `found ${other[0]} ${other[1]}, measured with ${other[2]}`
  const missing = measured.scales.find(
    ({ scale }) => !known.scales.some((each) => each.scale === scale),
  )
  if (missing === undefined) return null
  const found = known.scales.map(({ scale }) => scale).join(', ')
  return `found ${found} events, measured at ${missing.scale}`
}

/** What a baseline keeps of one scale. */
export function describeScale({ exact, sizes }: ExactLayer, index: number): BaselineScale {
  const bytesOf = (metric: SizeComparison['metric']): number =>
    sizes.find((size) => size.metric === metric)?.candidate ?? 0
  return {
    scale: exact[0]?.scale ?? sizes[0]?.scale ?? index,
    queries: exact.flatMap(({ id, title, object, candidate }) => {
      if (candidate === null) return []
      const { answer: _, ...execution } = candidate
      return [{ id, title, object, ...execution }]
    }),
    indexes: indexesOf(sizes),
    write: { bytes: bytesOf('walBytes'), records: bytesOf('walRecords') },
  }
}

function indexesOf(sizes: readonly SizeComparison[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    sizes.flatMap(({ metric, name, candidate }) =>
      metric === 'indexBytes' && candidate !== null ? [[name, candidate]] : [],
    ),
  )
}

export interface BaselineComparison {
  readonly findings: readonly Unplaced[]
  readonly exact: readonly ExactComparison[]
  readonly sizes: readonly SizeComparison[]
}

/** Null: there is nothing to compare with, and what was measured stands by itself. */
export function compareBaseline(
  known: Baseline | null,
  layers: readonly ExactLayer[],
  declared: readonly string[],
): BaselineComparison {
  const compared = layers.map((layer, index): BaselineComparison => {
    const now = describeScale(layer, index)
    const before = known?.scales.find(({ scale }) => scale === now.scale)
    return before === undefined
      ? { findings: [], exact: layer.exact, sizes: layer.sizes }
      : compareScale(before, now, layer, declared)
  })
  return {
    findings: compared.flatMap(({ findings }) => findings),
    exact: compared.flatMap(({ exact }) => exact),
    sizes: compared.flatMap(({ sizes }) => sizes),
  }
}

function compareScale(
  before: BaselineScale,
  now: BaselineScale,
  layer: ExactLayer,
  declared: readonly string[],
): BaselineComparison {
  const { scale } = now
  const queries = layer.exact.map((each) => compareQuery(before, each))
  const names = new Set(declared)
  const sized = compareSizes(sizesOf(before, now), { base: names, candidate: names }, scale)
  const gone = before.queries.filter(({ id }) => !layer.exact.some((each) => each.id === id))
  return {
    findings: [
      ...queries.flatMap(({ findings }) => findings),
      ...gone.map(({ id, title, object, rows }) => ({
        severity: 'noted' as const,
        kind: 'object' as const,
        title: `${title} is asked as before`,
        id,
        scale,
        object,
        expected: `${rows} rows`,
        actual: 'not asked, or not answered',
      })),
      ...sized.findings,
    ],
    exact: queries.map(({ comparison }) => comparison),
    sizes: sized.sizes,
  }
}

function compareQuery(
  { queries }: BaselineScale,
  each: ExactComparison,
): ReturnType<typeof comparePasses> {
  const { id, title, object, scale, unstable, candidate } = each
  const known = queries.find((query) => query.id === id)
  if (known === undefined || candidate === null) {
    return { comparison: { ...each, base: null }, findings: [] }
  }
  const { work, rows, fingerprint, plan, indexes } = known
  const base: Execution = { work, rows, answer: null, fingerprint, plan, indexes }
  const { comparison, findings } = comparePasses(
    { id, title, object, scale },
    [{ base, candidate }],
    unstable,
  )
  // Rows by the hour depend on the time of day; that they are right, the oracle has said.
  return { comparison, findings: findings.filter(({ kind }) => kind !== 'answer') }
}

function sizesOf(before: BaselineScale, now: BaselineScale): Sizes {
  const base = new Map(Object.entries(before.indexes))
  return {
    indexes: { base, candidate: new Map(Object.entries(now.indexes)), control: base },
    writes: [{ base: before.write, candidate: now.write, control: before.write }],
  }
}
