import { findIndexes } from './compare-index.ts'
import { type Unplaced, isFarGrown, isGrown } from './growth-limit.ts'
import type { SizeComparison } from './result.ts'
import { type Sizes, type WriteFacts, type WriteName, type WriteSeries, batchRows } from './size.ts'

/** Eight blocks. */
const floors = { bytes: 8 * 8_192, records: 100 } as const

/** Holds indexes and writes of the candidate against those of the base. `newcomers`: what a new index is. */
export function compareSizes(
  { indexes, writes, paidFor }: Sizes,
  scale: number,
  newcomers: 'noted' | 'unjudged' = 'noted',
): { readonly sizes: readonly SizeComparison[]; readonly findings: readonly Unplaced[] } {
  const names = new Set([...indexes.base.keys(), ...indexes.candidate.keys()])
  const ofIndexes = Array.from(names, (name): SizeComparison => ({
    scale,
    metric: 'indexBytes',
    name,
    base: indexes.base.get(name)?.bytes ?? null,
    candidate: indexes.candidate.get(name)?.bytes ?? null,
    isUnstable: indexes.base.get(name)?.bytes !== indexes.control.get(name)?.bytes,
  }))
  const written = writes.map((series) => compareWrite(series, scale, paidFor))
  return {
    sizes: [...ofIndexes, ...written.flatMap(({ sizes }) => sizes)],
    findings: [
      ...findIndexes(indexes, newcomers, scale),
      ...ofIndexes.flatMap((size) =>
        findGrowth(size, indexes.control.get(size.name)?.bytes ?? null),
      ),
      ...written.flatMap(({ findings }) => findings),
    ],
  }
}

function findGrowth(
  { name, scale, base, candidate }: SizeComparison,
  control: number | null,
): readonly Unplaced[] {
  if (base === null || candidate === null) return []
  const severity = judgeGrowth(base, control ?? base, candidate, floors.bytes)
  if (severity === null) return []
  return [
    {
      id: `index/${name}`,
      scale,
      object: { kind: 'index', name },
      severity,
      kind: 'work',
      title: `index ${name} is no larger than before: ${base} → ${candidate} bytes`,
      expected: `${base} bytes`,
      actual: `${candidate} bytes`,
    },
  ]
}

/** A count that differs between two runs of the base is gated only where it grew by far more than they differ. */
function judgeGrowth(
  base: number,
  control: number,
  candidate: number,
  floor: number,
): 'red' | 'unjudged' | null {
  if (base === control) return isGrown(base, candidate, floor) ? 'red' : null
  return isFarGrown(base, control, candidate, floor) ? 'unjudged' : null
}

const compared = [
  { metric: 'walBytes', key: 'bytes', noun: 'WAL bytes' },
  { metric: 'walRecords', key: 'records', noun: 'WAL records' },
] as const

const verbs: Readonly<Record<WriteName, string>> = { insert: 'inserting', update: 'updating' }

function compareWrite(
  { name, seen: { base, candidate, control }, bare }: WriteSeries,
  scale: number,
  paidFor: readonly string[],
): { readonly sizes: readonly SizeComparison[]; readonly findings: readonly Unplaced[] } {
  const about = { id: `write/${name}`, scale, object: null } as const
  const title = `${verbs[name]} ${batchRows} rows`
  const refuse = (severity: 'red' | 'unjudged', failed: string): Unplaced => ({
    ...about,
    severity,
    kind: 'error',
    title: `${title} works`,
    expected: 'rows stored',
    actual: `an error: ${failed}`,
  })
  if ('failed' in base) return { sizes: [], findings: [refuse('unjudged', base.failed)] }
  if ('failed' in control) return { sizes: [], findings: [refuse('unjudged', control.failed)] }
  if ('failed' in candidate) return { sizes: [], findings: [refuse('red', candidate.failed)] }
  return {
    sizes: compared.map(({ metric, key }) => ({
      scale,
      metric,
      name: title,
      base: base[key],
      candidate: candidate[key],
      isUnstable: base[key] !== control[key],
    })),
    findings: compared.flatMap(({ key, noun }): readonly Unplaced[] => {
      const [before, again, after] = [base[key], control[key], candidate[key]]
      const severity = judgeGrowth(before, again, after, floors[key])
      if (severity === null) return []
      const without = shareWithout(bare, key)
      const isPrice = without !== null && judgeGrowth(before, again, without, floors[key]) === null
      const price = isPrice ? `: the price of ${paidFor.join(', ')}` : ''
      const rest =
        without === null || isPrice ? '' : `, ${without} of them without ${paidFor.join(', ')}`
      return [
        {
          ...about,
          severity: isPrice ? 'noted' : severity,
          kind: 'work',
          title: `${title} writes no more log than before (${noun})${price}`,
          expected: `${before} ${noun}`,
          actual: `${after} ${noun}${rest}`,
        },
      ]
    }),
  }
}

/** Null: nothing may cost more, or what it costs is not known. */
function shareWithout(bare: WriteSeries['bare'], key: keyof WriteFacts): number | null {
  return bare === null || 'failed' in bare ? null : bare[key]
}
