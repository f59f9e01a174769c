import { describe, expect, test } from 'vitest'
import type { GrowthLaw } from '../../src/benchmark/result.ts'
import { compareSizes } from '../../src/gate/compare-size.ts'
import { compareExact } from '../../src/gate/compare.ts'
import type { Round, Seen } from '../../src/gate/exact.ts'
import { isGrown } from '../../src/gate/growth-limit.ts'
import { compareGrowth, findGrowth, isWorse } from '../../src/gate/growth.ts'
import type { Query } from '../../src/gate/query.ts'
import type { ExactComparison, Execution } from '../../src/gate/result.ts'

const query: Query = {
  id: 'view/one',
  title: 'one',
  object: { kind: 'view', name: 'one' },
  sql: 'select',
  params: [],
  callee: null,
  compares: 'ordered',
}

function execution(
  work: Partial<Execution['work']> = {},
  rest: Partial<Execution> = {},
): Execution {
  return {
    work: { blocks: 100, tempBlocks: 0, tuples: 1_000, tuplesRemoved: 0, heapFetches: 0, ...work },
    rows: 10,
    answer: 'aaaa',
    fingerprint: 'plan',
    plan: ['Seq Scan'],
    indexes: [],
    ...rest,
  }
}

function round(base: Seen, candidate: Seen, control: Seen = base): Round {
  return { base: [base], candidate: [candidate], control: [control] }
}

function found(...rounds: readonly Round[]): readonly (readonly [string, string])[] {
  const { findings } = compareExact(query, 0, 10_000, rounds)
  return findings.map(({ severity, kind }) => [severity, kind])
}

describe('growth is more than 2 %, and more than a floor', () => {
  test.each([
    [100, 108, false],
    [100, 109, true],
    [1_000, 1_020, false],
    [1_000, 1_021, true],
    [1_000, 900, false],
  ])('of %d blocks to %d: %s', (base, candidate, expected) => {
    expect(isGrown(base, candidate, 8)).toBe(expected)
  })
})

describe('exact work', () => {
  const same = execution()

  test('that is the same says nothing', () => {
    expect(found(round(same, same), round(same, same))).toEqual([])
  })

  test('of more blocks is red, with both plans to compare', () => {
    const more = execution({ blocks: 200 }, { fingerprint: 'other', plan: ['Index Scan'] })
    const { findings } = compareExact(query, 0, 10_000, [round(same, more)])
    expect(findings.map(({ severity, kind }) => [severity, kind])).toEqual([
      ['red', 'work'],
      ['noted', 'plan'],
    ])
    expect(findings[0]?.title).toContain('blocks read 100 → 200')
    expect(findings[0]?.expected).toContain('Seq Scan')
    expect(findings[0]?.actual).toContain('Index Scan')
  })

  test('that grew in one round only is a row that left a window of time', () => {
    const more = execution({ tuples: 2_000 })
    expect(found(round(same, more), round(same, same))).toEqual([])
    expect(found(round(same, more), round(same, more))).toEqual([['red', 'work']])
  })

  test('of a metric that moved between base and control is listed, and gates nothing', () => {
    const more = execution({ blocks: 200, tuples: 5_000 })
    const shaky = execution({ blocks: 101 })
    const { comparison, findings } = compareExact(query, 0, 10_000, [
      round(same, more, shaky),
      round(same, more),
    ])
    expect(comparison.unstable).toEqual(['blocks'])
    expect(findings).toHaveLength(1)
    expect(findings[0]?.title).not.toContain('blocks')
    expect(findings[0]?.title).toContain('rows handled 1000 → 5000')
  })

  test('with another answer is red for the answer', () => {
    const other = execution({}, { answer: 'bbbb' })
    expect(found(round(same, other), round(same, other))).toEqual([['red', 'answer']])
  })

  test('of a candidate that fails is red, of a base that fails unjudged', () => {
    const failed = { failed: 'relation "one" does not exist' }
    expect(found(round(same, failed))).toEqual([['red', 'error']])
    expect(found(round(failed, same))).toEqual([['unjudged', 'error']])
  })
})

describe('indexes and writes', () => {
  const base = new Map([['idx', 1_000_000]])
  const write = { bytes: 1_000_000, records: 4_000 }
  const declared = { base: new Set(['idx']), candidate: new Set(['idx', 'idx_new']) }

  function compare(
    candidate: ReadonlyMap<string, number>,
    written: { readonly bytes: number; readonly records: number } | { readonly failed: string },
    contract = declared,
  ): readonly (readonly [string, string])[] {
    const { findings } = compareSizes(
      {
        indexes: { base, candidate, control: base },
        writes: [{ base: write, candidate: written, control: write }],
      },
      contract,
      10_000,
    )
    return findings.map(({ severity, kind }) => [severity, kind])
  }

  test('that are the same say nothing', () => {
    expect(compare(base, write)).toEqual([])
  })

  test('an index that is gone is red, unless the contract gave it up', () => {
    expect(compare(new Map(), write)).toEqual([['red', 'object']])
    const given = { ...declared, candidate: new Set<string>() }
    expect(compare(new Map(), write, given)).toEqual([['noted', 'object']])
  })

  test('an index that grew is red', () => {
    expect(compare(new Map([['idx', 1_100_000]]), write)).toEqual([['red', 'work']])
  })

  test('more log is red, and the price of a new index where the contract declares one', () => {
    const more = { bytes: 1_500_000, records: 4_000 }
    expect(compare(base, more)).toEqual([['red', 'work']])
    expect(compare(new Map([...base, ['idx_new', 8_192]]), more)).toEqual([
      ['noted', 'object'],
      ['noted', 'work'],
    ])
    expect(compare(new Map([...base, ['idx_sly', 8_192]]), more)).toEqual([
      ['noted', 'object'],
      ['red', 'work'],
    ])
  })

  test('rows that are no longer accepted are red', () => {
    expect(compare(base, { failed: 'value too long' })).toEqual([['red', 'error']])
  })
})

function law(...plausible: readonly GrowthLaw['growthClass'][]): GrowthLaw {
  return {
    growthClass: plausible[0] ?? '1',
    plausible,
    exponent: 1,
    exponentInterval: [1, 1],
  }
}

describe('a class of growth is worse beyond doubt', () => {
  test('only where the best that it may be is worse than the worst that it may have been', () => {
    expect(isWorse(law('log n', '1'), law('n', 'n log n'))).toBe(true)
    expect(isWorse(law('n', 'n log n'), law('n log n'))).toBe(false)
    expect(isWorse(law('n'), law('n'))).toBe(false)
    expect(isWorse(law('n²'), law('1'))).toBe(false)
  })
})

describe('growth over the scales', () => {
  const scales = [1_000, 10_000, 100_000, 1_000_000]

  function measured(
    baseOf: (scale: number) => number,
    candidateOf: (scale: number) => number,
  ): readonly ExactComparison[] {
    return scales.map((scale) => ({
      id: query.id,
      title: query.title,
      object: query.object,
      scale,
      base: execution({ blocks: baseOf(scale), tuples: 10 }),
      candidate: execution({ blocks: candidateOf(scale), tuples: 10 }),
      unstable: [],
    }))
  }

  test('is red where a query that read as much whatever the size now reads the table', () => {
    const growth = compareGrowth(
      measured(
        () => 50,
        (scale) => scale / 15,
      ),
      [],
      100,
    )
    expect(growth[0]?.blocks).toMatchObject({
      base: { growthClass: '1' },
      candidate: { growthClass: 'n' },
    })
    const findings = findGrowth(growth, 1_000_000)
    expect(findings).toMatchObject([{ severity: 'red', kind: 'growth', id: query.id }])
    expect(findings[0]?.title).toContain('blocks read')
  })

  test('is not where it reads more of what grows alike', () => {
    const growth = compareGrowth(
      measured(
        (scale) => scale / 15,
        (scale) => scale / 5,
      ),
      [],
      100,
    )
    expect(growth).toHaveLength(1)
    expect(findGrowth(growth, 1_000_000)).toEqual([])
  })

  test('has no law below three scales', () => {
    expect(
      compareGrowth(
        measured(
          () => 1,
          () => 2,
        ).slice(0, 2),
        [],
        100,
      ),
    ).toEqual([])
  })
})
