import { describe, expect, test } from 'vitest'
import { alpha, gateEfforts } from '../../src/gate/effort.ts'
import { type Plan, promise } from '../../src/gate/promise.ts'
import type { Detectable } from '../../src/gate/result.ts'
import { type Series, isPlainlyUnchanged, judgeFamily, readSeries } from '../../src/gate/verdict.ts'
import type { Samples } from '../../src/statistics/samples.ts'
import type { Sessions } from '../../src/statistics/session.ts'
import { someOfEach } from '../amount.ts'
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
  const { ratio = 1, block = 0.03, session = 0, sessions = 5, blocks = 4 } = noise
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
  return judgeFamily(family.map(readSeries), tests, alpha)
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
    expect(judge([one], 20_000)[0]?.verdict).toBe('inconclusive')
  })

  test('a control that moved contaminates what its movement could explain, either way', () => {
    const normal = createNormal('control')
    for (const ratio of [1, 1.15, 1 / 1.15]) {
      const judged = judge([series(normal, { ratio }, { ratio: 1.04 })])
      expect(judged[0]).toMatchObject({ verdict: 'contaminated' })
      expect(judged[0]?.reason).toContain('base against itself')
    }
  })

  test('and does not hide what is many times as much', () => {
    const normal = createNormal('dwarfed')
    const [slower, faster] = judge([
      series(normal, { ratio: 1.5 }, { ratio: 1.04 }),
      series(normal, { ratio: 1 / 1.5 }, { ratio: 1.04 }),
    ])
    expect(slower?.verdict).toBe('slower')
    expect(faster?.verdict).toBe('faster')
  })

  test('a slow minute of one arm that outlasts a phase is no slowdown: the control is as likely to have it', () => {
    const normal = createNormal('slow minutes')
    const verdicts = Array.from({ length: 300 }, () => {
      // Each copy has its own luck, in every session the same: what no repeating within a phase can take out.
      const [one, other, base] = [0.08 * normal(), 0.08 * normal(), 0.08 * normal()]
      const own = series(normal, { ratio: Math.exp(one - base) }, { ratio: Math.exp(other - base) })
      return judge([own], 14)[0]?.verdict
    })
    const alarms = verdicts.filter((verdict) => verdict === 'slower').length
    // Before the confirmation, which such a minute would have to outlast as well.
    expect(alarms).toBeLessThan(0.1 * verdicts.length)
    expect(verdicts.filter((verdict) => verdict === 'contaminated').length).toBeGreaterThan(alarms)
  })

  test('sessions that disagree leave it open', () => {
    const normal = createNormal('sessions')
    const [up] = draw(normal, { ratio: 1.4, blocks: 20 })
    const [down] = draw(normal, { ratio: 0.98, blocks: 4 })
    const judged = judge([{ ...series(normal), candidate: [up, down] }])
    expect(judged[0]).toMatchObject({ verdict: 'inconclusive' })
    expect(judged[0]?.reason).toContain('do not agree')
  })

  test('one session proves nothing, neither a change nor that there is none', () => {
    const normal = createNormal('one session')
    const alone = { sessions: 1, blocks: 40, block: 0.002 }
    const judged = judge([series(normal, alone), series(normal, { ...alone, ratio: 2 })])
    expect(judged.map(({ verdict }) => verdict)).toEqual(['inconclusive', 'inconclusive'])
    expect(isPlainlyUnchanged(readSeries(series(normal, alone)))).toBe(false)
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

describe('the interval that is printed', () => {
  test('is as wide as the sessions are apart, and holds the truth as often as it says', () => {
    const normal = createNormal('interval')
    const rounds = 400
    let held = 0
    for (let round = 0; round < rounds; round += 1) {
      const { interval } = readSeries(series(normal, { session: 0.05, block: 0.01 }))
      if (interval !== null && interval[0] <= 0 && interval[1] >= 0) held += 1
    }
    expect(held / rounds).toBeGreaterThan(0.93)
  })
})

const { sessions, blocksPerSession } = gateEfforts.quick
const plan: Plan = { sessions, blocksPerSession, level: alpha / 14 }

function promiseOf(each: Series): Detectable {
  return promise(each, readSeries(each), plan)
}

/** The whole procedure on blocks made up: decision and confirmation, each once more where contaminated. */
function tryWhole(seriesOf: () => Series): string {
  const decide = (tests: number, mayRepeat = true): string => {
    const verdict = judge([seriesOf()], tests)[0]?.verdict ?? ''
    return verdict === 'contaminated' && mayRepeat ? decide(tests, false) : verdict
  }
  const decided = decide(14)
  return decided === 'slower' ? decide(1) : decided
}

describe('the smallest detectable effect', () => {
  const noises = [{ block: 0.03, session: 0.03 }, { block: 0.02 }, { block: 0.1 }] as const
  test.each(someOfEach(noises, () => 'a noise'))(
    'is found as often as promised by the whole procedure at a noise of %o',
    (noise) => {
      const normal = createNormal(`power ${JSON.stringify(noise)}`)
      const rounds = 40
      let found = 0
      for (let round = 0; round < rounds; round += 1) {
        // Promised by one run, found or not in another.
        const ratio = promiseOf(series(normal, noise)).ratio ?? Infinity
        if (tryWhole(() => series(normal, { ...noise, ratio })) === 'slower') found += 1
      }
      expect(found / rounds).toBeGreaterThanOrEqual(0.85)
    },
  )

  test('shrinks with less noise, and takes more blocks with more', () => {
    const normal = createNormal('detectable')
    const noisy = promiseOf(series(normal, { block: 0.2 }))
    const quiet = promiseOf(series(normal, { block: 0.02 }))
    expect(noisy.blocks).toBeGreaterThan(20)
    expect(noisy.ratio).toBeGreaterThan(quiet.ratio ?? Infinity)
    expect(quiet.ratio).toBeLessThan(1.2)
  })

  test('of one session is none', () => {
    const normal = createNormal('no promise')
    expect(promiseOf(series(normal, { sessions: 1, blocks: 20 })).ratio).toBeNull()
  })
})

test('+50 % is found every time, on a machine whose blocks vary by 5 % and sessions by 2 %', () => {
  const normal = createNormal('half as slow again')
  const noise = { block: 0.05, session: 0.02, ratio: 1.5 }
  for (let round = 0; round < 100; round += 1) {
    expect(tryWhole(() => series(normal, noise))).toBe('slower')
  }
})
