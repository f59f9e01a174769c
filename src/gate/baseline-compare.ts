import type { Baseline, BaselineQuery, BaselineScale } from './baseline-file.ts'
import { compareSizes } from './compare-size.ts'
import { comparePasses } from './compare.ts'
import type { Unplaced } from './growth-limit.ts'
import type { ExactLayer } from './layer.ts'
import { compareObjects } from './object.ts'
import type { ExactComparison, Execution, SizeComparison } from './result.ts'
import { type IndexSeen, type Indexes, type Sizes, writeNames } from './size.ts'

/** Why a baseline can't be compared with what was measured; null where it can. */
export function findDifferentOrigin(known: Baseline, measured: Baseline): string | null {
  if (known.postgres !== measured.postgres) {
    return `found Postgres ${known.postgres}, measured with Postgres ${measured.postgres}`
  }
  for (const { scale, fixture } of measured.scales) {
    const before = known.scales.find((each) => each.scale === scale)
    if (before === undefined) {
      const found = known.scales.map((each) => each.scale).join(', ')
      return `found ${found} events, measured at ${scale}`
    }
    const [was, is] = [describeRows(before.fixture), describeRows(fixture)]
    if (was !== is) return `found at ${scale} events: ${was}, measured on: ${is}`
  }
  return null
}

function describeRows({ name, seed, payload, generatorVersion }: BaselineScale['fixture']): string {
  return `${name} rows, seed ${seed}, ${payload}, generator version ${generatorVersion}`
}

export interface BaselineComparison {
  readonly findings: readonly Unplaced[]
  readonly exact: readonly ExactComparison[]
  readonly sizes: readonly SizeComparison[]
}

/** What nobody has compared yet leaves the gate unjudged, unless that is about to change. */
export type Newcomers = 'noted' | 'unjudged'

/** Null: there is nothing to compare with, and what was measured stands by itself. */
export function compareBaseline(
  known: Baseline | null,
  measured: Baseline,
  layers: readonly ExactLayer[],
  newcomers: Newcomers,
): BaselineComparison {
  const compared = layers.map((layer, index): BaselineComparison => {
    const scale = measured.scales[index]?.scale ?? 0
    const before = known?.scales.find((each) => each.scale === scale)
    return known === null || before === undefined
      ? { findings: [], exact: layer.exact.map(withoutBase), sizes: layer.sizes.map(withoutBase) }
      : compareScale(known, before, layer, newcomers)
  })
  const [first] = measured.scales
  const objects =
    known === null || first === undefined
      ? []
      : compareObjects(known.objects, measured.objects, newcomers, first.scale)
  return {
    findings: [...objects, ...compared.flatMap(({ findings }) => findings)],
    exact: compared.flatMap(({ exact }) => exact),
    sizes: compared.flatMap(({ sizes }) => sizes),
  }
}

/** The candidate against itself is no comparison. */
function withoutBase<T extends ExactComparison | SizeComparison>(comparison: T): T {
  return { ...comparison, base: null }
}

function compareScale(
  { indexes }: Baseline,
  before: BaselineScale,
  layer: ExactLayer,
  newcomers: Newcomers,
): BaselineComparison {
  const { scale } = before
  const queries = layer.exact.map((each) => compareQuery(before, each, newcomers))
  const sized = compareSizes(sizesOf(indexes, before, layer), scale, newcomers)
  const asked = new Set(layer.exact.map(({ id }) => id))
  const gone = before.queries.filter(({ id }) => !asked.has(id))
  return {
    findings: [
      ...queries.flatMap(({ findings }) => findings),
      ...gone.map(({ id, title, object, rows }) => ({
        severity: newcomers,
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
  newcomers: Newcomers,
): ReturnType<typeof comparePasses> {
  const known = queries.find(({ id }) => id === each.id)
  // What the candidate could not answer is a finding by now.
  if (each.candidate === null) return { comparison: withoutBase(each), findings: [] }
  if (known === undefined || !isSameQuestion(known, each)) {
    return { comparison: withoutBase(each), findings: [describeNewcomer(known, each, newcomers)] }
  }
  const { work, rows, fingerprint, plan, indexes } = known
  const base: Execution = { work, rows, answer: null, fingerprint, plan, indexes }
  const { candidate, unstable } = each
  const { comparison, findings } = comparePasses(
    each,
    [{ base, candidate, control: base }],
    unstable,
  )
  // A window that ends now moves by the seconds that a run takes; that its rows are right, the oracle has said.
  return { comparison, findings: findings.filter(({ kind }) => kind !== 'answer') }
}

function isSameQuestion(known: BaselineQuery, { sql, parametersSql }: ExactComparison): boolean {
  return known.sql === sql && known.parametersSql === parametersSql
}

/** Another question under an old name has other work to do: comparing it would show nothing. */
function describeNewcomer(
  known: BaselineQuery | undefined,
  { id, title, scale, object, sql }: ExactComparison,
  severity: Newcomers,
): Unplaced {
  return {
    severity,
    kind: 'object',
    title: `${title} is a question that the baseline knows`,
    id,
    scale,
    object,
    expected: known?.sql ?? 'work to compare with: the baseline has none of this name',
    actual: sql,
  }
}

function sizesOf(
  definitions: Baseline['indexes'],
  before: BaselineScale,
  layer: ExactLayer,
): Sizes {
  const { indexes, writes, paidFor } = layer.measured.sizes
  const base: Indexes = new Map(
    Object.entries(before.indexes).map(([name, bytes]): [string, IndexSeen] => [
      name,
      { bytes, definition: definitions[name] ?? '', isValid: true },
    ]),
  )
  return {
    indexes: { base, candidate: indexes.candidate, control: base },
    writes: writeNames.flatMap((name) => {
      const own = writes.find((series) => series.name === name)
      const known = before.writes[name]
      if (own === undefined) return []
      const { candidate } = own.seen
      return [{ ...own, seen: { base: known, candidate, control: known } }]
    }),
    paidFor,
  }
}
