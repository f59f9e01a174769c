import type { Round, Seen } from './exact.ts'
import { type Unplaced, isFarGrown, isGrown } from './growth-limit.ts'
import type { Query } from './query.ts'
import {
  type ExactComparison,
  type Execution,
  type Metric,
  type Question,
  type Subject,
  type WorkMetric,
  workMetrics,
} from './result.ts'

/** More than this is growth: blocks, tuples. */
const floors: Readonly<Record<WorkMetric, number>> = {
  blocks: 8,
  tempBlocks: 8,
  tuples: 100,
  tuplesRemoved: 100,
  heapFetches: 100,
}

const titles: Readonly<Record<WorkMetric, string>> = {
  blocks: 'blocks read',
  tempBlocks: 'temporary blocks',
  tuples: 'rows handled',
  tuplesRemoved: 'rows filtered out',
  heapFetches: 'heap fetches',
}

export interface Compared {
  readonly comparison: ExactComparison
  readonly findings: readonly Unplaced[]
}

/** Holds the candidate's rounds against the base's, one query each; `at` is its place in every round. */
export function compareExact(
  { id, title, object, sql, parametersSql }: Query,
  at: number,
  scale: number,
  rounds: readonly Round[],
): Compared {
  const passes = rounds.flatMap((round) => {
    const [base, candidate, control] = [round.base[at], round.candidate[at], round.control[at]]
    if (base === undefined || candidate === undefined || control === undefined) return []
    return [{ base, candidate, control }]
  })
  const subject = { id, title, object, scale, sql, parametersSql }
  return comparePasses(subject, passes, listUnstable(passes))
}

type Asked = Subject & Question

/** Passes of one query; `unstable`: what they can say nothing about. */
export function comparePasses(
  subject: Asked,
  passes: readonly Pass[],
  unstable: readonly Metric[],
): Compared {
  const last = passes.at(-1)
  const comparison = (base: Execution | null, candidate: Execution | null): ExactComparison => ({
    ...subject,
    base,
    candidate,
    unstable,
  })
  if (last === undefined) return { comparison: comparison(null, null), findings: [] }
  if (isFailed(last.base)) {
    return { comparison: comparison(null, null), findings: [unjudge(subject, last.base.failed)] }
  }
  if (isFailed(last.control)) {
    return { comparison: comparison(null, null), findings: [unjudge(subject, last.control.failed)] }
  }
  if (isFailed(last.candidate)) {
    return {
      comparison: comparison(last.base, null),
      findings: [redError(subject, last.base, last.candidate.failed)],
    }
  }
  const pairs = passes.flatMap(({ base, candidate, control }) =>
    isFailed(base) || isFailed(candidate) || isFailed(control)
      ? []
      : [{ base, candidate, control }],
  )
  return {
    comparison: comparison(last.base, last.candidate),
    findings: [
      ...findAnswer(subject, pairs, unstable),
      ...findWork(subject, pairs, unstable),
      ...findPlan(subject, pairs, unstable),
    ],
  }
}

interface Pass {
  readonly base: Seen
  readonly candidate: Seen
  readonly control: Seen
}

interface Pair {
  readonly base: Execution
  readonly candidate: Execution
  readonly control: Execution
}

function isFailed(seen: Seen): seen is { readonly failed: string } {
  return 'failed' in seen
}

/** Two arms that are the same must say the same; a metric in which they don't says nothing about a third. */
function listUnstable(passes: readonly Pass[]): readonly Metric[] {
  const metrics: readonly Metric[] = ['answer', 'plan', ...workMetrics]
  return metrics.filter((metric) =>
    passes.some(({ base, control }) => read(base, metric) !== read(control, metric)),
  )
}

function read(seen: Seen, metric: Metric): string | number | null {
  if (isFailed(seen)) return seen.failed
  if (metric === 'answer') return seen.answer ?? seen.rows
  if (metric === 'plan') return seen.fingerprint
  const work = workMetrics.find((known) => known === metric)
  return work === undefined ? null : seen.work[work]
}

function findAnswer(
  subject: Subject,
  pairs: readonly Pair[],
  unstable: readonly Metric[],
): readonly Unplaced[] {
  const isOther = pairs.every(
    ({ base, candidate }) => read(base, 'answer') !== read(candidate, 'answer'),
  )
  const last = pairs.at(-1)
  if (!isOther || last === undefined || unstable.includes('answer')) return []
  return [
    {
      ...refer(subject),
      severity: 'red',
      kind: 'answer',
      title: `${subject.title} answers as before`,
      expected: describeAnswer(last.base),
      actual: describeAnswer(last.candidate),
    },
  ]
}

function describeAnswer({ rows, answer }: Execution): string {
  return answer === null ? `${rows} rows` : `${rows} rows, hash ${answer}`
}

function findWork(
  subject: Subject,
  pairs: readonly Pair[],
  unstable: readonly Metric[],
): readonly Unplaced[] {
  const grown = workMetrics.filter(
    (metric) =>
      !unstable.includes(metric) &&
      pairs.every(({ base, candidate }) =>
        isGrown(base.work[metric], candidate.work[metric], floors[metric]),
      ),
  )
  const doubtful = workMetrics.filter(
    (metric) =>
      unstable.includes(metric) &&
      pairs.every(({ base, candidate, control }) =>
        isFarGrown(base.work[metric], control.work[metric], candidate.work[metric], floors[metric]),
      ),
  )
  return [
    ...describeWork(subject, pairs, grown, 'red'),
    ...describeWork(subject, pairs, doubtful, 'unjudged'),
  ]
}

function describeWork(
  subject: Subject,
  pairs: readonly Pair[],
  metrics: readonly WorkMetric[],
  severity: 'red' | 'unjudged',
): readonly Unplaced[] {
  const last = pairs.at(-1)
  if (last === undefined || metrics.length === 0) return []
  const tell = ({ work, plan }: Execution): string =>
    [...metrics.map((metric) => `${titles[metric]}: ${work[metric]}`), ...plan].join('\n')
  const doubt =
    severity === 'red' ? '' : ', by far more than the two runs of the base, which differ'
  return [
    {
      ...refer(subject),
      severity,
      kind: 'work',
      title: `${subject.title} does no more work than before: ${metrics.map((metric) => growthOf(metric, last)).join(', ')}${doubt}`,
      expected: tell(last.base),
      actual: tell(last.candidate),
    },
  ]
}

function growthOf(metric: WorkMetric, { base, candidate }: Pair): string {
  return `${titles[metric]} ${base.work[metric]} → ${candidate.work[metric]}`
}

/** Another plan is no harm by itself: it is told, so that growth has its reason beside it. */
function findPlan(
  subject: Subject,
  pairs: readonly Pair[],
  unstable: readonly Metric[],
): readonly Unplaced[] {
  const last = pairs.at(-1)
  const isOther = pairs.every(({ base, candidate }) => base.fingerprint !== candidate.fingerprint)
  if (last === undefined || !isOther || unstable.includes('plan')) return []
  const lost = last.base.indexes.filter((name) => !last.candidate.indexes.includes(name))
  return [
    {
      ...refer(subject),
      severity: 'noted',
      kind: 'plan',
      title: `${subject.title} has another plan${lost.length === 0 ? '' : `, without ${lost.join(', ')}`}`,
      expected: last.base.plan.join('\n'),
      actual: last.candidate.plan.join('\n'),
    },
  ]
}

function refer({ id, scale, object }: Subject): Pick<Unplaced, 'id' | 'scale' | 'object'> {
  return { id, scale, object }
}

function redError(subject: Subject, base: Execution, failed: string): Unplaced {
  return {
    ...refer(subject),
    severity: 'red',
    kind: 'error',
    title: `${subject.title} answers as before`,
    expected: describeAnswer(base),
    actual: `an error: ${failed}`,
  }
}

function unjudge(subject: Subject, failed: string): Unplaced {
  return {
    ...refer(subject),
    severity: 'unjudged',
    kind: 'error',
    title: `${subject.title} can be compared`,
    expected: 'an answer of the base',
    actual: `an error: ${failed}`,
  }
}
