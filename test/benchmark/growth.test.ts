import { describe, expect, test } from 'vitest'
import { describeGrowth } from '../../src/benchmark/growth.ts'
import type { Measurement, Plan, Rung } from '../../src/benchmark/result.ts'
import { summarise } from '../../src/benchmark/summary.ts'

function planOf(blocks: number, fingerprint: string): Plan {
  const counts = { blocks, tempBlocks: 0, tuples: blocks * 10, tuplesRemoved: 0, heapFetches: 0 }
  return { fingerprint, executionMs: 1, ...counts, indexes: ['i'], inner: null, json: [] }
}

interface Parts {
  readonly fingerprint?: string
  /** Blocks; rows handled are ten times as many. Absent: as many as events. */
  readonly blocks?: number
  readonly followed?: number
  readonly samples?: number
}

function measure(scale: number, ms: number, parts: Parts = {}): Measurement {
  const { fingerprint = 'same', blocks = scale, followed, samples = 3 } = parts
  const taken = Array.from({ length: samples }, (_, index) => ({
    latencyMs: ms * (1 + (index - (samples - 1) / 2) / 100),
    rows: 1,
  }))
  const [first, ...rest] = taken
  if (first === undefined) throw new Error('expected samples')
  return {
    workloadId: 'view/a',
    title: 'a',
    object: 'a',
    scale,
    ...summarise([first, ...rest], 100, planOf(blocks, fingerprint)),
    followed: followed === undefined ? null : { title: 'events of the week', rows: followed },
  }
}

function rungsOf(...measurements: readonly Measurement[]): readonly Rung[] {
  return measurements.map((measurement) => ({
    scale: measurement.scale,
    fixture: {
      name: 'generated',
      seed: '1',
      payload: 'slim',
      generatorVersion: 1,
      events: measurement.scale,
      sessions: 1,
    },
    medium: 'memory',
    storage: { tableBytes: 0, toastBytes: 0, indexes: [], totalBytes: 0, addedBytesPerEvent: 0 },
    indexUse: [],
    indexBuilds: [],
    writeCosts: [],
    cold: [],
    measurements: [measurement],
    peakMemoryBytes: 0,
    durationMs: 0,
  }))
}

/** A millisecond for a thousand events, and one more for the journey. */
function linear(scale: number): Measurement {
  return measure(scale, 1 + scale / 1_000)
}

/** Reads the events of the week, which it is about. */
function week(scale: number, followed: number): Measurement {
  return measure(scale, 1 + followed / 5_000, { followed, blocks: followed / 10 })
}

/** Reads all events, though it is about a few. */
function scan(scale: number): Measurement {
  return measure(scale, scale / 1_000, { followed: 30 + (scale % 7) })
}

function still(scale: number, ms: number): Measurement {
  return measure(scale, ms, { blocks: 6 })
}

function slow(scale: number, ms: number): Measurement {
  return measure(scale, ms, { blocks: Math.round(Math.log(scale)) })
}

function reachWith(samples: number): number {
  const [growth] = describeGrowth(
    rungsOf(
      measure(1_000, 2, { samples: 101 }),
      measure(10_000, 11, { samples: 101 }),
      // Twice as slow as the law of the others: a fluke or not?
      measure(50_000, 102, { samples }),
    ),
  )
  return growth?.reach?.reached === 'at' ? growth.reach.events : NaN
}

describe('the growth of a workload', () => {
  test('that is linear is named so, with the events at which p95 reaches the target', () => {
    const [growth] = describeGrowth(rungsOf(linear(1_000), linear(5_000), linear(20_000)))
    expect(growth?.time?.growthClass).toBe('n')
    expect(growth?.blocks).toMatchObject({ growthClass: 'n', exponent: expect.closeTo(1, 9) })
    expect(growth?.reach?.reached).toBe('at')
    const events = growth?.reach?.reached === 'at' ? growth.reach.events : 0
    expect(events).toBeGreaterThan(95_000)
    expect(events).toBeLessThan(100_000)
    expect(growth?.foretelling).toBeNull()
  })

  test('is foretold for the largest of four rungs, and compared', () => {
    const four = [linear(1_000), linear(5_000), linear(20_000)]
    const [good] = describeGrowth(rungsOf(...four, linear(100_000)))
    expect(good?.foretelling).toMatchObject({
      scale: 100_000,
      sizes: 3,
      predictedMs: expect.closeTo(101, 3),
      measuredMs: 101,
      isInside: true,
    })
    // A quarter more than foretold is seen, three degrees of freedom or none.
    for (const ms of [128, 900]) {
      const [bad] = describeGrowth(rungsOf(...four, measure(100_000, ms)))
      expect(bad?.foretelling).toMatchObject({ measuredMs: ms, isInside: false })
    }
  })

  test('has the class of its exact work, whatever its time looks like', () => {
    // By time alone n log n, or worse.
    const [growth] = describeGrowth(
      rungsOf(measure(1_000, 1), measure(10_000, 12), measure(100_000, 150)),
    )
    expect(growth).toMatchObject({ classes: ['n'], time: { growthClass: 'n', plausible: ['n'] } })
  })

  test('is told over the rows that a question is about, where its work follows them', () => {
    const [growth] = describeGrowth(
      rungsOf(week(1_000, 333), week(10_000, 3_333), week(100_000, 33_333), week(1e6, 42_000)),
    )
    expect(growth).toMatchObject({
      over: 'events of the week',
      classes: ['n'],
      reach: { reached: 'at' },
      foretelling: { isInside: true },
    })
    const events = growth?.reach?.reached === 'at' ? growth.reach.events : 0
    expect(events).toBeGreaterThan(450_000)
    expect(events).toBeLessThan(500_000)
    expect(growth?.points.map(({ rows }) => rows)).toEqual([333, 3_333, 33_333, 42_000])
  })

  test('is told over all events, where its work does not follow what it should', () => {
    const [growth] = describeGrowth(rungsOf(scan(1_000), scan(10_000), scan(100_000)))
    expect(growth).toMatchObject({ over: 'events', classes: ['n'] })
  })

  test('is not told, nor where it would lead, where exact work follows no class', () => {
    const [growth] = describeGrowth(
      rungsOf(
        measure(1_000, 1, { blocks: 2 }),
        measure(10_000, 5, { blocks: 400 }),
        measure(100_000, 6, { blocks: 450 }),
        measure(1e6, 7, { blocks: 460 }),
      ),
    )
    expect(growth).toMatchObject({ classes: [], reach: null, foretelling: null })
  })

  test('never reaches the target only where exact work does not grow', () => {
    const [growth] = describeGrowth(rungsOf(still(1_000, 1), still(10_000, 1.1), still(100_000, 1)))
    expect(growth).toMatchObject({ classes: ['1'], reach: { reached: 'never' } })
    const [other] = describeGrowth(rungsOf(slow(1_000, 1), slow(10_000, 1.2), slow(100_000, 1.1)))
    expect(other?.classes).toContain('log n')
    expect(other?.reach?.reached).not.toBe('already')
  })

  test('of p95 believes five samples less than a hundred', () => {
    expect(reachWith(5)).toBeGreaterThan(reachWith(101))
  })

  test('names the rung where the plan changes', () => {
    const [growth] = describeGrowth(
      rungsOf(measure(1_000, 1), measure(2_000, 2), measure(3_000, 3, { fingerprint: 'other' })),
    )
    expect(growth?.points.map(({ isPlanChanged }) => isPlanChanged)).toEqual([false, false, true])
  })

  test('has no law at two rungs, and no growth at one', () => {
    const [growth] = describeGrowth(rungsOf(linear(1_000), linear(5_000)))
    expect(growth).toMatchObject({ time: null, blocks: null, reach: null })
    expect(describeGrowth(rungsOf(linear(1_000)))).toEqual([])
  })

  test('leaves out what is void', () => {
    const broken: Measurement = {
      workloadId: 'view/a',
      title: 'a',
      object: 'a',
      scale: 5_000,
      state: 'void',
      fault: 'error',
      reason: 'no',
    }
    const [growth] = describeGrowth(rungsOf(linear(1_000), broken, linear(20_000)))
    expect(growth?.points.map(({ scale }) => scale)).toEqual([1_000, 20_000])
  })
})
