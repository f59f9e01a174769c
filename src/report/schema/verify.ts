import type { CategoryReport, CheckCategory, Finding, Place, RunStatus } from '../../check/check.ts'
import type {
  BlindSpot,
  CoverageFacts,
  CoveragePoint,
  LockFacts,
  ObjectFacts,
  RollbackFacts,
  StepFacts,
  TargetFacts,
  VerifyDocument,
} from '../../check/document.ts'
import { fixtureShape, migrationsShape, provenanceShape, roleShape } from './provenance.ts'
import {
  choice,
  count,
  described,
  listOf,
  literal,
  oneOf,
  flag,
  optional,
  orNull,
  positive,
  published,
  quantity,
  recordOf,
  text,
  textLike,
  type Fields,
  type Schema,
} from './shape.ts'

export const statusShape: Schema<RunStatus> = described(
  'unjudged: something could not be looked at. Only passed is green.',
  choice('passed', 'failed', 'unjudged'),
)

export const claimShape: Schema<TargetFacts['claim']> = choice('met', 'missed', 'not-shown')

export const boundShape: Schema<number | null> = described(
  'Upper bound of p95 with 95 % confidence; null with too few samples to have one.',
  orNull(quantity),
)

export const categoryShape: Schema<CheckCategory> = choice(
  'indexes',
  'views',
  'functions',
  'performance',
  'answers',
  'integrity',
  'compatibility',
  'metadata',
)

export const placeShape: Schema<Place> = described(
  'The migration statement behind it; line is 1-based.',
  recordOf<Place>({ file: text, line: positive }),
)

type FindingOf<Status extends Finding['status']> = Extract<Finding, { readonly status: Status }>

const findingFields: Fields<Omit<Finding, 'status'>> = {
  title: text,
  place: optional(placeShape),
  checkId: textLike<Finding['checkId']>(
    '^(indexes|views|functions|performance|answers|integrity|compatibility|metadata)/.+$',
  ),
  category: categoryShape,
  durationMs: quantity,
}

const findingShape: Schema<Finding> = oneOf(
  recordOf<FindingOf<'passed'>>({
    status: literal('passed'),
    ...findingFields,
    note: optional(text),
  }),
  recordOf<FindingOf<'failed'>>({
    status: literal('failed'),
    ...findingFields,
    expected: text,
    actual: text,
  }),
  recordOf<FindingOf<'skipped'>>({ status: literal('skipped'), ...findingFields, reason: text }),
  recordOf<FindingOf<'errored'>>({
    status: literal('errored'),
    ...findingFields,
    error: recordOf<FindingOf<'errored'>['error']>({
      code: text,
      message: text,
      hint: optional(text),
    }),
  }),
)

export const verifyShape: Schema<VerifyDocument> = recordOf<VerifyDocument>({
  schema: literal('hook-harness/verify'),
  schemaVersion: literal(1),
  status: statusShape,
  provenance: provenanceShape,
  migrations: migrationsShape,
  fixture: fixtureShape,
  effort: described('How much of the heavy parts ran.', choice('quick', 'standard', 'thorough')),
  steps: listOf(
    recordOf<StepFacts>({
      role: roleShape,
      file: text,
      statements: count,
      elapsedMs: quantity,
      outcome: choice('applied', 'failed'),
    }),
  ),
  objects: described(
    'What the migrations created.',
    listOf(recordOf<ObjectFacts>({ kind: text, identity: text, place: optional(placeShape) })),
  ),
  rollback: recordOf<RollbackFacts>({
    verdict: choice('clean', 'unclean', 'unjudged'),
    differences: listOf(text),
  }),
  blindSpots: described(
    'What no check looks at, and why.',
    listOf(recordOf<BlindSpot>({ what: text, reason: text })),
  ),
  locks: described(
    'What each statement locked of the tables that existed before the migration.',
    listOf(
      recordOf<LockFacts>({
        place: placeShape,
        statement: text,
        table: text,
        mode: choice(
          'ACCESS SHARE',
          'ROW SHARE',
          'ROW EXCLUSIVE',
          'SHARE UPDATE EXCLUSIVE',
          'SHARE',
          'SHARE ROW EXCLUSIVE',
          'EXCLUSIVE',
          'ACCESS EXCLUSIVE',
        ),
        blocks: described(
          'Whom it keeps waiting.',
          choice('nothing', 'writes', 'reads and writes'),
        ),
        heldMs: described('Until the end of the transaction.', quantity),
        rows: described('Rows in the table.', count),
        rewritten: described('Whether the statement wrote every row anew.', flag),
        allowed: described('Why the contract allows it.', orNull(text)),
      }),
    ),
  ),
  targets: listOf(
    recordOf<TargetFacts>({
      object: text,
      events: described('Events in the table while it was timed.', count),
      samples: count,
      p50Ms: quantity,
      p95Ms: quantity,
      boundMs: boundShape,
      targetMs: quantity,
      claim: claimShape,
      codeTier: described(
        'What the engine was compiled to: in baseline a target can be met, but not be missed.',
        choice('baseline', 'optimised'),
      ),
    }),
  ),
  coverage: described(
    'How much of the indexes, views and functions the rows of the checks reached.',
    listOf(
      recordOf<CoverageFacts>({
        kind: choice('index', 'view', 'function'),
        object: text,
        points: listOf(
          recordOf<CoveragePoint>({
            kind: choice('plan', 'call', 'column', 'case arm', 'filter', 'body'),
            text,
            state: described(
              'What is not measured counts as neither.',
              choice('hit', 'missed', 'not measured'),
            ),
            detail: described(
              'What was missing, why nothing was measured, or what it took.',
              orNull(text),
            ),
          }),
        ),
      }),
    ),
  ),
  categories: listOf(
    recordOf<CategoryReport>({
      category: categoryShape,
      title: text,
      declared: described('Outcomes owed by the checks of the category.', count),
      ran: described('Outcomes that came.', count),
      passed: count,
      failed: count,
      skipped: count,
      errored: count,
      durationMs: quantity,
    }),
  ),
  findings: listOf(findingShape),
  durationMs: quantity,
})

/** The published schema of `verify --format json`. */
export const verifySchema: Schema<VerifyDocument> = published(
  'hook-harness/verify/1',
  'What hook-harness verify found',
  verifyShape,
)
