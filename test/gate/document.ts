import {
  type ExactComparison,
  type Execution,
  type GateDocument,
  type GateFinding,
  type TimedComparison,
  type VerdictName,
  verdicts,
} from '../../src/gate/result.ts'
import { fixture, migrations, provenance } from '../report/origin.ts'

/** Every kind of thing that a gate can say; `text` stands wherever data may put a text. */
export function describeGate(text = 'a view'): GateDocument {
  const arm = {
    kind: 'git',
    name: text,
    commit: 'a'.repeat(40),
    directory: text,
    contractSource: 'folder',
    checksum: '0123456789abcdef',
    files: migrations.files,
  } as const
  return {
    schema: 'hook-harness/gate',
    schemaVersion: 2,
    status: 'failed',
    provenance,
    title: text,
    command: `hook-harness gate --base ${text}`,
    base: { from: 'migrations', ...arm },
    candidate: { ...arm, kind: 'folder', commit: null },
    seed: text,
    effort: 'standard',
    isStrict: false,
    accepted: [],
    fixtures: [fixture],
    findings: findings(text),
    exact: [exact(text)],
    sizes: [
      { scale: 227, metric: 'indexBytes', name: text, base: null, candidate: 1, isUnstable: false },
    ],
    timing: {
      tests: verdicts.length,
      alpha: 0.01,
      sessions: 3,
      // Not in the order in which they must be told.
      comparisons: verdicts.toReversed().map((verdict) => timed(verdict, text)),
    },
    targets: [
      {
        ...subject(text),
        targetMs: 100,
        base: { claim: 'met', p95Ms: 1, boundMs: 2, latenciesMs: [1] },
        candidate: { claim: 'not-shown', p95Ms: 1, boundMs: null, latenciesMs: [1] },
      },
    ],
    growth: [
      {
        id: 'view/one',
        title: text,
        object: { kind: 'view', name: text },
        blocks: { base: law, candidate: null },
        tuples: { base: law, candidate: law },
        time: { base: null, candidate: law },
        reach: {
          base: null,
          candidate: { reached: 'at', events: 340_000, interval: [1, null], farOut: true },
        },
      },
    ],
    notes: [text],
    durationMs: 1_234,
  }
}

const law = {
  growthClass: 'n',
  plausible: ['n', 'n log n'],
  exponent: 1,
  exponentInterval: [0.9, 1.1],
} as const

function subject(text: string): Pick<TimedComparison, 'id' | 'title' | 'object' | 'scale'> {
  return { id: 'view/one', title: text, object: { kind: 'view', name: text }, scale: 227 }
}

function timed(verdict: VerdictName, text: string): TimedComparison {
  return {
    ...subject(text),
    verdict,
    reason: text,
    baseMedianMs: 10,
    candidateMedianMs: 12,
    ratio: 1.2,
    ratioInterval: [1.1, 1.3],
    limitRatio: 1.05,
    controlRatio: 1,
    adjustedP: 0.001,
    designEffect: 1.2,
    detectable: { ratio: 1.15, wantedRatio: 1.1, blocks: 44 },
    executionsPerBatch: 2,
    ...(verdict === 'slower' ? { place: { file: text, line: 3 } } : {}),
    blocks: [
      {
        phase: 'decision',
        session: 1,
        order: 'BAC',
        baseMs: [10, 10],
        candidateMs: [12, 12],
        controlMs: [10, 10],
      },
    ],
  }
}

function exact(text: string): ExactComparison {
  const execution: Execution = {
    work: { blocks: 1, tempBlocks: 0, tuples: 1, tuplesRemoved: 0, heapFetches: 0 },
    rows: 1,
    answer: null,
    fingerprint: text,
    plan: [text],
    indexes: [text],
  }
  return {
    ...subject(text),
    sql: text,
    parametersSql: text,
    base: execution,
    candidate: null,
    unstable: ['tuples'],
  }
}

function findings(text: string): readonly GateFinding[] {
  return (['red', 'noted', 'unjudged'] as const).flatMap((severity) =>
    (['answer', 'error', 'object', 'work', 'plan', 'growth'] as const).map((kind) => ({
      severity,
      kind,
      title: text,
      id: 'view/other',
      scale: 227,
      object: { kind: 'view', name: text },
      place: { file: text, line: 3 },
      expected: `${text}\n${text}`,
      actual: text,
    })),
  )
}
