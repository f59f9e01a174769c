import type { Unplaced } from './growth-limit.ts'
import type { IndexSeen, Sizes } from './size.ts'

/** Indexes that are gone, are another one under the old name, are new, or are of no use. */
export function findIndexes(
  { base, candidate }: Sizes['indexes'],
  newcomers: 'noted' | 'unjudged',
  scale: number,
): readonly Unplaced[] {
  const names = new Set([...base.keys(), ...candidate.keys()])
  return Array.from(names).flatMap((name) => {
    const finding = findIndex(name, base.get(name), candidate.get(name), newcomers)
    return finding === null
      ? []
      : [
          {
            id: `index/${name}`,
            scale,
            object: { kind: 'index', name },
            kind: 'object',
            ...finding,
          },
        ]
  })
}

type Found = Pick<Unplaced, 'severity' | 'title' | 'expected' | 'actual'>

function findIndex(
  name: string,
  before: IndexSeen | undefined,
  after: IndexSeen | undefined,
  newcomers: 'noted' | 'unjudged',
): Found | null {
  if (after === undefined) {
    return {
      severity: 'red',
      title: `index ${name} is there as before`,
      expected: before?.definition ?? '',
      actual: 'no such index',
    }
  }
  if (!after.isValid && before?.isValid !== false) {
    return {
      severity: 'red',
      title: `index ${name} is valid`,
      expected: after.definition,
      actual: 'an index that no query may use',
    }
  }
  if (before === undefined) {
    return {
      severity: newcomers,
      title: `index ${name} is new`,
      expected: 'no such index',
      actual: after.definition,
    }
  }
  if (before.definition === after.definition) return null
  return {
    severity: 'red',
    title: `index ${name} is defined as before`,
    expected: before.definition,
    actual: after.definition,
  }
}
