import type {
  ArmFacts,
  Base,
  Block,
  Detectable,
  ExactComparison,
  Execution,
  GateDocument,
  GateFinding,
  GrowthComparison,
  LawPair,
  SizeComparison,
  Subject,
  TargetComparison,
  TargetStanding,
  TimedComparison,
  TimingFacts,
} from '../../gate/result.ts'
import { lawShape, reachShape } from './growth.ts'
import { filesShape, fixtureShape, provenanceShape } from './provenance.ts'
import {
  choice,
  count,
  described,
  flag,
  listOf,
  literal,
  nonEmptyListOf,
  oneOf,
  optional,
  orNull,
  pairOf,
  positive,
  published,
  quantity,
  recordOf,
  text,
  type Fields,
  type Schema,
} from './shape.ts'
import { boundShape, claimShape, placeShape, statusShape } from './verify.ts'

const armFields: Fields<ArmFacts> = {
  kind: choice('git', 'folder'),
  name: described('The ref or the folder, as it was named.', text),
  commit: orNull(text),
  directory: text,
  contractSource: choice('folder', 'builtin'),
  checksum: described('Equal ones mean the same scripts.', text),
  files: filesShape,
}

type BaseFrom<From extends Base['from']> = Extract<Base, { readonly from: From }>

const baseShape: Schema<Base> = oneOf(
  recordOf<BaseFrom<'migrations'>>({ from: literal('migrations'), ...armFields }),
  recordOf<BaseFrom<'baseline'>>({ from: literal('baseline'), file: text, checksum: orNull(text) }),
)

const objectShape = recordOf<Subject['object']>({
  kind: choice('view', 'function', 'index'),
  name: text,
})

const subjectFields: Fields<Subject> = {
  id: text,
  title: text,
  object: objectShape,
  scale: described('Base-table rows.', positive),
}

const executionShape = recordOf<Execution>({
  work: recordOf<Execution['work']>({
    blocks: described('Shared blocks hit and read.', count),
    tempBlocks: count,
    tuples: described('Rows that all nodes handed up, every loop counted.', count),
    tuplesRemoved: count,
    heapFetches: count,
  }),
  rows: count,
  answer: described('Hash of the rows; null where only their number counts.', orNull(text)),
  fingerprint: described('Equal ones mean the same plan.', text),
  plan: described('A line a node, indented by depth.', listOf(text)),
  indexes: listOf(text),
})

const exactShape = recordOf<ExactComparison>({
  ...subjectFields,
  sql: text,
  parametersSql: described('Takes the parameters from the data.', orNull(text)),
  base: orNull(executionShape),
  candidate: orNull(executionShape),
  unstable: described(
    'Metrics that differed between two runs of the same arm: never gated.',
    listOf(
      choice(
        'blocks',
        'tempBlocks',
        'tuples',
        'tuplesRemoved',
        'heapFetches',
        'answer',
        'plan',
        'indexBytes',
        'walBytes',
        'walRecords',
      ),
    ),
  ),
})

const sizeShape = recordOf<SizeComparison>({
  scale: positive,
  metric: choice('indexBytes', 'walBytes', 'walRecords'),
  name: text,
  base: orNull(count),
  candidate: orNull(count),
  isUnstable: flag,
})

const findingShape = recordOf<GateFinding>({
  severity: described('Only red fails the gate.', choice('red', 'noted', 'unjudged')),
  kind: choice('answer', 'error', 'object', 'work', 'plan', 'growth'),
  title: text,
  id: text,
  scale: positive,
  object: orNull(recordOf<NonNullable<GateFinding['object']>>({ kind: text, name: text })),
  place: optional(placeShape),
  expected: text,
  actual: text,
})

const blockShape = recordOf<Block>({
  phase: choice('triage', 'decision', 'repeated decision', 'confirmation', 'repeated confirmation'),
  session: positive,
  order: described(
    'First half; the second is its mirror. A base, B candidate, C base again.',
    text,
  ),
  baseMs: pairOf(quantity),
  candidateMs: pairOf(quantity),
  controlMs: pairOf(quantity),
})

const timedShape = recordOf<TimedComparison>({
  ...subjectFields,
  verdict: choice('slower', 'contaminated', 'inconclusive', 'faster', 'unchanged'),
  reason: text,
  baseMedianMs: quantity,
  candidateMedianMs: quantity,
  ratio: described('Candidate ÷ base, Hodges-Lehmann.', quantity),
  ratioInterval: described('95 %.', orNull(pairOf(quantity))),
  limitRatio: described('1 + δ: what a slowdown must exceed.', quantity),
  controlRatio: described('Base again ÷ base.', quantity),
  adjustedP: described('One-sided, after Holm; null where triage settled it.', orNull(quantity)),
  designEffect: orNull(quantity),
  detectable: described(
    'The smallest slowdown that is decided and confirmed nine times in ten in such noise.',
    recordOf<Detectable>({
      ratio: orNull(quantity),
      wantedRatio: quantity,
      blocks: orNull(positive),
    }),
  ),
  executionsPerBatch: positive,
  place: optional(placeShape),
  blocks: described(
    'Raw samples: the fastest execution of each batch, without what it waited for a processor.',
    listOf(blockShape),
  ),
})

const standingShape = recordOf<TargetStanding>({
  claim: claimShape,
  p95Ms: quantity,
  boundMs: boundShape,
  latenciesMs: described('Single executions, in the order taken.', nonEmptyListOf(quantity)),
})

const pairShape = recordOf<LawPair>({ base: orNull(lawShape), candidate: orNull(lawShape) })

/** The published schema of `gate --format json`. */
export const gateSchema: Schema<GateDocument> = published(
  'hook-harness/gate/2',
  'What hook-harness gate found',
  recordOf<GateDocument>({
    schema: literal('hook-harness/gate'),
    schemaVersion: literal(2),
    status: statusShape,
    provenance: provenanceShape,
    title: text,
    command: described('Repeats the run.', text),
    base: baseShape,
    candidate: recordOf<ArmFacts>(armFields),
    seed: text,
    effort: choice('quick', 'standard', 'thorough'),
    isStrict: flag,
    accepted: described('Names of objects that are meant to change.', listOf(text)),
    fixtures: listOf(fixtureShape),
    findings: listOf(findingShape),
    exact: described('Layer 1.', listOf(exactShape)),
    sizes: listOf(sizeShape),
    timing: described(
      'Layer 2; null where nothing was timed.',
      orNull(
        recordOf<TimingFacts>({
          tests: count,
          alpha: quantity,
          sessions: count,
          comparisons: listOf(timedShape),
        }),
      ),
    ),
    targets: described(
      'Layer 3.',
      listOf(
        recordOf<TargetComparison>({
          ...subjectFields,
          targetMs: quantity,
          base: standingShape,
          candidate: standingShape,
        }),
      ),
    ),
    growth: described(
      'Layer 4; empty below three scales.',
      listOf(
        recordOf<GrowthComparison>({
          id: text,
          title: text,
          object: objectShape,
          blocks: pairShape,
          tuples: pairShape,
          time: pairShape,
          reach: recordOf<GrowthComparison['reach']>({
            base: orNull(reachShape),
            candidate: orNull(reachShape),
          }),
        }),
      ),
    ),
    notes: listOf(text),
    durationMs: quantity,
  }),
)
