import { type Unplaced, isGrown } from './growth-limit.ts'
import type { SizeComparison } from './result.ts'
import type { Sizes } from './size.ts'

/** Eight blocks. */
const floorBytes = 8 * 8_192
const floorRecords = 100

/** Declared, by name, on either side: what an arm means to have. */
export interface DeclaredIndexes {
  readonly base: ReadonlySet<string>
  readonly candidate: ReadonlySet<string>
}

/** Holds indexes and writes of the candidate against those of the base. */
export function compareSizes(
  { indexes, writes }: Sizes,
  declared: DeclaredIndexes,
  scale: number,
): { readonly sizes: readonly SizeComparison[]; readonly findings: readonly Unplaced[] } {
  const names = new Set([...indexes.base.keys(), ...indexes.candidate.keys()])
  const ofIndexes = Array.from(names, (name): SizeComparison => ({
    scale,
    metric: 'indexBytes',
    name,
    base: indexes.base.get(name) ?? null,
    candidate: indexes.candidate.get(name) ?? null,
    isUnstable: indexes.base.get(name) !== indexes.control.get(name),
  }))
  const added = ofIndexes
    .filter(({ name, base }) => base === null && declared.candidate.has(name))
    .map(({ name }) => name)
  const written = compareWrites(writes, scale, added)
  return {
    sizes: [...ofIndexes, ...written.sizes],
    findings: [...ofIndexes.flatMap((size) => findIndex(size, declared)), ...written.findings],
  }
}

function findIndex(size: SizeComparison, declared: DeclaredIndexes): readonly Unplaced[] {
  const { name, base, candidate, scale, isUnstable } = size
  const about = { id: `index/${name}`, scale, object: { kind: 'index', name } } as const
  if (base !== null && candidate === null) {
    const isMeant = declared.base.has(name) && !declared.candidate.has(name)
    return [
      {
        ...about,
        severity: isMeant ? 'noted' : 'red',
        kind: 'object',
        title: `index ${name} is there as before`,
        expected: `index ${name}, ${base} bytes`,
        actual: isMeant ? 'no such index, and none in the contract' : 'no such index',
      },
    ]
  }
  if (base === null && candidate !== null) {
    return [
      {
        ...about,
        severity: 'noted',
        kind: 'object',
        title: `index ${name} is new`,
        expected: 'no such index',
        actual: `index ${name}, ${candidate} bytes`,
      },
    ]
  }
  if (base === null || candidate === null || isUnstable || !isGrown(base, candidate, floorBytes)) {
    return []
  }
  return [
    {
      ...about,
      severity: 'red',
      kind: 'work',
      title: `index ${name} is no larger than before: ${base} → ${candidate} bytes`,
      expected: `${base} bytes`,
      actual: `${candidate} bytes`,
    },
  ]
}

const aboutWrites = { id: 'write/batch', object: null } as const

function compareWrites(
  writes: Sizes['writes'],
  scale: number,
  addedIndexes: readonly string[],
): { readonly sizes: readonly SizeComparison[]; readonly findings: readonly Unplaced[] } {
  const last = writes.at(-1)
  if (last === undefined) return { sizes: [], findings: [] }
  const { base, candidate, control } = last
  if ('failed' in base) return { sizes: [], findings: [refuse(scale, 'unjudged', base.failed)] }
  if ('failed' in control) {
    return { sizes: [], findings: [refuse(scale, 'unjudged', control.failed)] }
  }
  if ('failed' in candidate) {
    return { sizes: [], findings: [refuse(scale, 'red', candidate.failed)] }
  }
  const compared = [
    { metric: 'walBytes', key: 'bytes', floor: floorBytes, noun: 'WAL bytes' },
    { metric: 'walRecords', key: 'records', floor: floorRecords, noun: 'WAL records' },
  ] as const
  const price = addedIndexes.length === 0 ? '' : `: the price of ${addedIndexes.join(', ')}`
  return {
    sizes: compared.map(({ metric, key }) => ({
      scale,
      metric,
      name: 'a batch of rows',
      base: base[key],
      candidate: candidate[key],
      isUnstable: base[key] !== control[key],
    })),
    findings: compared.flatMap(({ key, floor, noun }): readonly Unplaced[] => {
      const [before, after] = [base[key], candidate[key]]
      if (before !== control[key] || !isGrown(before, after, floor)) return []
      return [
        {
          ...aboutWrites,
          scale,
          severity: addedIndexes.length === 0 ? 'red' : 'noted',
          kind: 'work',
          title: `a batch of rows writes no more log than before (${noun})${price}`,
          expected: `${before} ${noun}`,
          actual: `${after} ${noun}`,
        },
      ]
    }),
  }
}

function refuse(scale: number, severity: 'red' | 'unjudged', failed: string): Unplaced {
  return {
    ...aboutWrites,
    scale,
    severity,
    kind: 'error',
    title: 'a batch of rows is accepted',
    expected: 'rows stored',
    actual: `an error: ${failed}`,
  }
}
