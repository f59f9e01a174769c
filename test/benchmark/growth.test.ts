import { describe, expect, test } from 'vitest'
import { describeGrowth } from '../../src/benchmark/growth.ts'
import type { Measurement, Plan, Rung } from '../../src/benchmark/result.ts'
import { summarise } from '../../src/benchmark/summary.ts'

function planOf(blocks: number, fingerprint: string): Plan {
  const counts = { blocks, tempBlocks: 0, tuples: blocks * 10, tuplesRemoved: 0, heapFetches: 0 }
  return { fingerprint, executionMs: 1, ...counts, indexes: ['i'], inner: null, json: [] }
}

function measure(scale: number, ms: number, fingerprint = 'same'): Measurement {
  const sample = (factor: number): { latencyMs: number; rows: number } => ({
    latencyMs: ms * factor,
    rows: 1,
  })
  return {
    workloadId: 'view/a',
    title: 'a',
    object: 'a',
    scale,
    ...summarise([sample(0.99), sample(1), sample(1.01)], 100, planOf(scale / 10, fingerprint)),
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
      predictedMs: expect.closeTo(101, 3),
      measuredMs: 101,
      isInside: true,
    })
    const [bad] = describeGrowth(rungsOf(...four, measure(100_000, 900)))
    expect(bad?.foretelling).toMatchObject({ measuredMs: 900, isInside: false })
  })

  test('names the rung where the plan changes', () => {
    const [growth] = describeGrowth(
      rungsOf(measure(1_000, 1, 'a'), measure(2_000, 2, 'a'), measure(3_000, 3, 'b')),
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
