import { describe, expect, test } from 'vitest'
import type { GrowthLaw } from '../../src/benchmark/result.ts'
import { acceptFindings } from '../../src/gate/accept.ts'
import { compareSizes } from '../../src/gate/compare-size.ts'
import { compareExact } from '../../src/gate/compare.ts'
import type { Round, Seen } from '../../src/gate/exact.ts'
import { isGrown } from '../../src/gate/growth-limit.ts'
import { compareGrowth, findGrowth, isWorse, listLostTargets } from '../../src/gate/growth.ts'
import type { Query } from '../../src/gate/query.ts'
import { compareObjects } from '../../src/gate/object.ts'
import type { ExactComparison, Execution, TargetComparison } from '../../src/gate/result.ts'
import type { IndexSeen, Indexes, Sizes, WriteSeen } from '../../src/gate/size.ts'

const query: Query = {
  id: 'view/one',
  title: 'one',
  object: { kind: 'view', name: 'one' },
  sql: 'select',
  parametersSql: null,
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

  test('of a candidate that fails is red, of a base that fails unjudged, on either copy', () => {
    const failed = { failed: 'relation "one" does not exist' }
    expect(found(round(same, failed))).toEqual([['red', 'error']])
    expect(found(round(failed, same))).toEqual([['unjudged', 'error']])
    expect(found(round(same, same, failed))).toEqual([['unjudged', 'error']])
  })

  test('of an unstable metric is taken seriously again where it grew by far more than it varies', () => {
    const shaky = execution({ blocks: 110 })
    const double = execution({ blocks: 219 })
    const hundredfold = execution({ blocks: 10_000 })
    expect(found(round(same, double, shaky))).toEqual([])
    expect(found(round(same, hundredfold, shaky))).toEqual([['unjudged', 'work']])
    expect(found(round(same, hundredfold, shaky), round(same, same))).toEqual([])
  })
})

function index(bytes: number, rest: Partial<IndexSeen> = {}): IndexSeen {
  const definition = 'create index idx on hook_events (source)'
  return { bytes, definition, isValid: true, ...rest }
}

describe('indexes and writes', () => {
  const base = new Map([['idx', index(1_000_000)]])
  const write = { bytes: 1_000_000, records: 4_000 }

  function compare(
    candidate: Indexes,
    written: WriteSeen = write,
    rest: { readonly bare?: WriteSeen; readonly control?: WriteSeen } = {},
  ): ReturnType<typeof compareSizes>['findings'] {
    const { bare = null, control = write } = rest
    const sizes: Sizes = {
      indexes: { base, candidate, control: base },
      writes: [{ name: 'insert', seen: { base: write, candidate: written, control }, bare }],
      paidFor: bare === null ? [] : ['idx_new'],
    }
    return compareSizes(sizes, 10_000).findings
  }

  function brief(findings: ReturnType<typeof compare>): readonly (readonly [string, string])[] {
    return findings.map(({ severity, kind }) => [severity, kind])
  }

  test('that are the same say nothing', () => {
    expect(compare(base)).toEqual([])
  })

  test('an index that is gone is red, whatever the contract says by now', () => {
    expect(brief(compare(new Map()))).toEqual([['red', 'object']])
  })

  test('an index that grew is red', () => {
    expect(brief(compare(new Map([['idx', index(1_100_000)]])))).toEqual([['red', 'work']])
  })

  test('another index under the old name is red, and one that no query may use', () => {
    const other = index(1_000_000, { definition: 'create index idx on hook_events (id)' })
    const [redefined] = compare(new Map([['idx', other]]))
    expect(redefined).toMatchObject({ severity: 'red', title: 'index idx is defined as before' })
    expect(redefined?.actual).toContain('(id)')
    const [invalid] = compare(new Map([['idx', index(1_000_000, { isValid: false })]]))
    expect(invalid).toMatchObject({ severity: 'red', title: 'index idx is valid' })
  })

  test('more log is red; as much of it as a new index takes itself is its price, and no more', () => {
    const more = { bytes: 1_500_000, records: 4_000 }
    const added = new Map([...base, ['idx_new', index(8_192)]])
    expect(brief(compare(base, more))).toEqual([['red', 'work']])
    expect(brief(compare(added, more))).toEqual([
      ['noted', 'object'],
      ['red', 'work'],
    ])
    expect(brief(compare(added, more, { bare: write }))).toEqual([
      ['noted', 'object'],
      ['noted', 'work'],
    ])
    const [, rest] = compare(added, more, { bare: { bytes: 1_300_000, records: 4_000 } })
    expect(rest).toMatchObject({ severity: 'red' })
    expect(rest?.actual).toContain('1300000 of them without idx_new')
    expect(brief(compare(added, more, { bare: { failed: 'it is a constraint' } }))[1]).toEqual([
      'red',
      'work',
    ])
  })

  test('an unstable log is taken seriously again where it grew by far more than it varies', () => {
    const control = { bytes: 1_050_000, records: 4_000 }
    expect(compare(base, { bytes: 1_500_000, records: 4_000 }, { control })).toEqual([])
    expect(brief(compare(base, { bytes: 9_000_000, records: 4_000 }, { control }))).toEqual([
      ['unjudged', 'work'],
    ])
  })

  test('rows that are no longer accepted are red', () => {
    expect(brief(compare(base, { failed: 'value too long' }))).toEqual([['red', 'error']])
  })
})

describe('objects', () => {
  const view = { kind: 'view', name: 'one', identity: 'one' }
  const takesText = { kind: 'function', name: 'f', identity: 'f(text)' }
  const takesUuid = { kind: 'function', name: 'f', identity: 'f(uuid)' }

  test('that nobody asks are missed all the same, and a function by its arguments', () => {
    expect(compareObjects([view, takesText], [view, takesText], 'noted', 227)).toEqual([])
    const findings = compareObjects([view, takesUuid], [takesText], 'noted', 227)
    expect(findings.map(({ severity, title }) => [severity, title])).toEqual([
      ['red', 'view one is there as before'],
      ['red', 'function f(uuid) is there as before'],
      ['noted', 'function f(text) is new'],
    ])
  })

  test('that are meant to go are told and fail nothing; a wrong answer is not excused', () => {
    const gone = compareObjects([view], [], 'noted', 227)
    const answer = { ...(gone[0] ?? raise()), kind: 'answer' as const }
    const severities = (accepted: readonly string[]): readonly string[] =>
      acceptFindings([...gone, answer], { accepted }).map(({ severity }) => severity)
    expect(severities([])).toEqual(['red', 'red'])
    expect(severities(['two'])).toEqual(['red', 'red'])
    expect(severities(['one'])).toEqual(['noted', 'red'])
  })
})

function raise(): never {
  throw new Error('nothing was found')
}

function law(...plausible: readonly GrowthLaw['growthClass'][]): GrowthLaw {
  return {
    growthClass: plausible[0] ?? '1',
    plausible,
    exponent: 1,
    exponentInterval: [1, 1],
  }
}

describe('a target is lost', () => {
  type Claim = TargetComparison['base']['claim']
  const standing = (claim: Claim): TargetComparison['base'] => ({
    claim,
    p95Ms: 1,
    boundMs: null,
    latenciesMs: [1],
  })

  test.each<readonly [Claim, Claim, number]>([
    ['met', 'missed', 1],
    ['met', 'not-shown', 0],
    ['not-shown', 'missed', 0],
    ['missed', 'missed', 0],
    ['missed', 'met', 0],
  ])('from %s to %s: %d', (base, candidate, lost) => {
    const { id, title, object } = query
    const arms = { base: standing(base), candidate: standing(candidate) }
    const target = { id, title, object, scale: 227, targetMs: 100, ...arms }
    expect(listLostTargets([target])).toHaveLength(lost)
  })
})

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
      sql: query.sql,
      parametersSql: null,
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
