import { describe, expect, test } from 'vitest'
import { alpha } from '../../src/gate/effort.ts'
import { type Series, isPlainlyUnchanged, judgeFamily, readSeries } from '../../src/gate/verdict.ts'
import type { Samples } from '../../src/statistics/samples.ts'
import type { Sessions } from '../../src/statistics/session.ts'
import { createNormal, draw as drawSamples } from '../statistics/noise.ts'

type Normal = () => number

interface Noise {
  readonly ratio?: number
  /** Standard deviation of a block, and of what a whole session shares. */
  readonly block?: number
  readonly session?: number
  readonly sessions?: number
  readonly blocks?: number
}

function draw(normal: Normal, noise: Noise): Sessions {
  const { ratio = 1, block = 0.03, session = 0, sessions = 2, blocks = 8 } = noise
  const one = (): Samples => {
    const shared = Math.log(ratio) + session * normal()
    return drawSamples(blocks, () => shared + block * normal())
  }
  const rest = Array.from({ length: sessions - 1 }, one)
  return [one(), ...rest]
}

function series(normal: Normal, noise: Noise = {}, control: Noise = {}): Series {
  const { ratio: _, ...like } = noise
  return {
    candidate: draw(normal, noise),
    control: draw(normal, { ...like, ...control }),
    baseMedianMs: 50,
  }
}

function judge(family: readonly Series[], tests = family.length): ReturnType<typeof judgeFamily> {
  return judgeFamily(
    family.map((each) => ({ series: each, reading: readSeries(each) })),
    tests,
    alpha,
  )
}

function count(judged: ReturnType<typeof judgeFamily>, verdict: string): number {
  return judged.filter((each) => each.verdict === verdict).length
}

describe('five verdicts', () => {
  test('nothing that is the same is called slower or faster, at any noise, sessions apart or not', () => {
    const normal = createNormal('same')
    const noises = [
      { block: 0.01 },
      { block: 0.03, session: 0.02 },
      { block: 0.1 },
      { block: 0.3, session: 0.1 },
    ]
    const verdicts = noises.flatMap((noise) =>
      Array.from({ length: 10 }, () =>
        judge(Array.from({ length: 6 }, () => series(normal, noise))),
      ).flat(),
    )
    expect(verdicts).toHaveLength(240)
    expect(count(verdicts, 'slower')).toBe(0)
    expect(count(verdicts, 'faster')).toBe(0)
    expect(count(verdicts, 'unchanged')).toBeGreaterThan(40)
    expect(count(verdicts, 'inconclusive')).toBeGreaterThan(40)
  })

  test('a slowdown and its mirror image are found among queries that are the same', () => {
    const normal = createNormal('moved')
    const others = Array.from({ length: 12 }, () => series(normal))
    const judged = judge([
      series(normal, { ratio: 1.2 }),
      series(normal, { ratio: 1 / 1.2 }),
      ...others,
    ])
    expect(judged.map(({ verdict }) => verdict).slice(0, 2)).toEqual(['slower', 'faster'])
    expect(judged[0]?.adjustedP).toBeLessThanOrEqual(alpha)
    expect(judged[1]?.adjustedP).toBeLessThanOrEqual(alpha)
    expect(count(judged, 'slower') + count(judged, 'faster')).toBe(2)
  })

  test('a slowdown of less than δ is none', () => {
    const normal = createNormal('small')
    const judged = judge(
      Array.from({ length: 14 }, () => series(normal, { ratio: 1.03, block: 0.005 })),
    )
    expect(count(judged, 'unchanged')).toBe(14)
  })

  test('with so many tests that no p survives Holm, nothing is slower', () => {
    const normal = createNormal('many')
    const one = series(normal, { ratio: 2 })
    expect(judge([one], 14)[0]?.verdict).toBe('slower')
    expect(judge([one], 2_000)[0]?.verdict).toBe('inconclusive')
  })

  test('a control that moved contaminates whatever the candidate did', () => {
    const normal = createNormal('control')
    const judged = judge([series(normal, { ratio: 1.5 }, { ratio: 1.04 })])
    expect(judged[0]).toMatchObject({ verdict: 'contaminated' })
    expect(judged[0]?.reason).toContain('base against itself')
  })

  test('sessions that disagree leave it open', () => {
    const normal = createNormal('sessions')
    const [up] = draw(normal, { ratio: 1.4, blocks: 20 })
    const [down] = draw(normal, { ratio: 0.98, blocks: 4 })
    const judged = judge([{ ...series(normal), candidate: [up, down] }])
    expect(judged[0]).toMatchObject({ verdict: 'inconclusive' })
    expect(judged[0]?.reason).toContain('do not agree')
  })

  test('sessions far apart leave a near thing open, and do not hide a clear one', () => {
    const normal = createNormal('apart')
    const [near] = draw(normal, { ratio: 1.07, block: 0.002 })
    const [far] = draw(normal, { ratio: 1.17, block: 0.002 })
    const open = judge([{ ...series(normal), candidate: [near, far] }])
    expect(open[0]).toMatchObject({ verdict: 'inconclusive' })
    expect(open[0]?.reason).toContain('design effect')
    const [slow] = draw(normal, { ratio: 1.48, block: 0.002 })
    const [slower] = draw(normal, { ratio: 1.55, block: 0.002 })
    expect(judge([{ ...series(normal), candidate: [slow, slower] }])[0]?.verdict).toBe('slower')
  })
})

describe('δ', () => {
  test('is 5 %, or half a millisecond where that is more', () => {
    const normal = createNormal('delta')
    const quiet = series(normal, { block: 0.001 })
    expect(readSeries(quiet).shift).toBeCloseTo(Math.log(1.05))
    expect(readSeries({ ...quiet, baseMedianMs: 2 }).shift).toBeCloseTo(Math.log(1.25))
  })

  test('grows with the noise of the control, which makes nothing unchanged', () => {
    const normal = createNormal('noise')
    const noisy = series(normal, { block: 0.3 })
    const reading = readSeries(noisy)
    expect(reading.shift).toBeGreaterThan(Math.log(1.05))
    expect(reading.floor).toBeCloseTo(Math.log(1.05))
    expect(isPlainlyUnchanged(reading)).toBe(false)
    expect(judge([noisy])[0]?.verdict).toBe('inconclusive')
  })
})

describe('the smallest detectable effect', () => {
  test.each([0.03, 0.1])('is found as often as promised at a noise of %d', (block) => {
    const normal = createNormal(`power ${block}`)
    const rounds = 40
    let found = 0
    for (let round = 0; round < rounds; round += 1) {
      const pilot = judge([series(normal, { block })], 14)[0]
      const ratio = pilot?.detectable?.ratio ?? 1
      const slow = series(normal, { block, ratio })
      const reading = { ...readSeries(slow), isContaminated: false }
      const [judged] = judgeFamily([{ series: slow, reading }], 14, alpha)
      if (judged?.verdict === 'slower') found += 1
    }
    expect(found / rounds).toBeGreaterThan(0.7)
  })

  test('comes with every verdict that was decided, and shrinks with less noise', () => {
    const normal = createNormal('detectable')
    const [noisy] = judge([series(normal, { block: 0.2 })])
    const [quiet] = judge([series(normal, { block: 0.02 })])
    expect(noisy?.detectable?.blocks).toBeGreaterThan(16)
    expect(noisy?.detectable?.ratio).toBeGreaterThan(quiet?.detectable?.ratio ?? Infinity)
  })
})
