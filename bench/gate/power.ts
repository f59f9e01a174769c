/**
 * What the gate's procedure finds of a slowdown, and what it calls one that is none, in noise that is made up: decision and
 * confirmation, each once more where contaminated. Prints the table of README.md: `npx tsx bench/gate/power.ts [rounds]`.
 */
import { type EffortName, alpha, effortNames, gateEfforts } from '../../src/gate/effort.ts'
import { type Series, judgeFamily, readSeries } from '../../src/gate/verdict.ts'
import { createRandom } from '../../src/random.ts'
import { createNormal } from '../../src/statistics/normal.ts'
import { type Samples, nonEmpty } from '../../src/statistics/samples.ts'
import type { Sessions } from '../../src/statistics/session.ts'

/** Standard deviations of a difference: of a block about its session, and of what a session has in common. */
interface Noise {
  readonly block: number
  readonly session: number
}

const noises: readonly Noise[] = [
  { block: 0.02, session: 0 },
  { block: 0.02, session: 0.02 },
  { block: 0.05, session: 0.02 },
  { block: 0.1, session: 0.02 },
  { block: 0.1, session: 0.05 },
  { block: 0.2, session: 0.1 },
]
const slowdowns = [0, 0.1, 0.2, 0.5]
/** Workloads of one size. */
const tests = 14
const rounds = Number(process.argv[2] ?? 200)

const normal = createNormal(createRandom('power'))

function draw(effort: EffortName, noise: Noise, slowdown: number): Series {
  const { sessions, blocksPerSession } = gateEfforts[effort]
  // Either arm has half of the variance.
  const drawArm = (): Samples => {
    const shared = noise.session * Math.SQRT1_2 * normal()
    const one = (): number => shared + noise.block * Math.SQRT1_2 * normal()
    return nonEmpty(Array.from({ length: blocksPerSession }, one))
  }
  const drawn = Array.from({ length: sessions }, () => {
    const [base, candidate, control] = [drawArm(), drawArm(), drawArm()]
    return {
      candidate: subtract(candidate, base, Math.log1p(slowdown)),
      control: subtract(control, base, 0),
    }
  })
  return {
    candidate: asSessions(drawn.map(({ candidate }) => candidate)),
    control: asSessions(drawn.map(({ control }) => control)),
    baseMedianMs: 50,
  }
}

function subtract(arm: Samples, base: Samples, shift: number): Samples {
  return nonEmpty(arm.map((value, index) => shift + value - (base[index] ?? 0)))
}

function asSessions([first, ...rest]: readonly Samples[]): Sessions {
  return [first ?? nonEmpty([]), ...rest]
}

function isFound(effort: EffortName, noise: Noise, slowdown: number): boolean {
  const decide = (family: number, mayRepeat = true): string | undefined => {
    const reading = readSeries(draw(effort, noise, slowdown))
    const verdict = judgeFamily([reading], family, alpha)[0]?.verdict
    return verdict === 'contaminated' && mayRepeat ? decide(family, false) : verdict
  }
  return decide(tests) === 'slower' && decide(1) === 'slower'
}

function share(effort: EffortName, noise: Noise, slowdown: number): string {
  let found = 0
  for (let round = 0; round < rounds; round += 1) {
    if (isFound(effort, noise, slowdown)) found += 1
  }
  return `${Math.round((100 * found) / rounds)} %`
}

const header = ['effort', 'a block', 'a session', ...slowdowns.map((each) => `+${each * 100} %`)]
const lines = effortNames.flatMap((effort) =>
  noises.map((noise) => {
    const shares = slowdowns.map((slowdown) => share(effort, noise, slowdown))
    return [effort, `${noise.block * 100} %`, `${noise.session * 100} %`].concat(shares)
  }),
)
const rule = header.map((_, index) => (index === 0 ? '---' : '---:'))
for (const cells of [header, rule, ...lines]) process.stdout.write(`| ${cells.join(' | ')} |\n`)
