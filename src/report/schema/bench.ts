import type {
  AbsentRung,
  BenchDocument,
  BenchRequest,
  BodyPlan,
  ColdFacts,
  Effort,
  FollowedRows,
  IndexBuild,
  IndexUse,
  Measurement,
  Plan,
  RowMismatch,
  Rung,
  Sample,
  StorageFacts,
  Subject,
  TargetClaim,
  WorkloadFacts,
  WriteCost,
} from '../../benchmark/result.ts'
import { growthShape } from './growth.ts'
import { fixtureShape, migrationsShape, provenanceShape } from './provenance.ts'
import {
  anything,
  choice,
  count,
  described,
  flag,
  instant,
  listOf,
  literal,
  mapOf,
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
import { boundShape, claimShape, statusShape } from './verify.ts'

type MeasurementOf<State extends Measurement['state']> = Extract<
  Measurement,
  { readonly state: State }
>

const workloadFields: Fields<Subject> = {
  workloadId: text,
  title: text,
  object: described(
    'The view or function that is measured; null where it is something else.',
    orNull(text),
  ),
  scale: described('Base-table rows; 0: those that the base scripts insert.', count),
}

const planFields: Fields<BodyPlan> = {
  fingerprint: described('Equal ones mean the same plan.', text),
  executionMs: described(
    "Time inside the executor; EXPLAIN's clocks around every node were off.",
    quantity,
  ),
  blocks: described('Shared blocks hit and read.', count),
  tempBlocks: count,
  tuples: described('Rows that all nodes handed up, every loop counted.', count),
  tuplesRemoved: described('Rows that filters and rechecks threw away.', count),
  heapFetches: count,
  indexes: listOf(text),
  json: described(
    'As EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) said it; null with --without-plans.',
    anything,
  ),
}

const planShape = recordOf<Plan>({
  ...planFields,
  inner: described("The plan of the function's body.", orNull(recordOf<BodyPlan>(planFields))),
})

const measurementShape: Schema<Measurement> = oneOf(
  recordOf<MeasurementOf<'measured'>>({
    state: literal('measured'),
    ...workloadFields,
    samples: described(
      'In the order taken: fetch included; connect, warm-up, EXPLAIN excluded.',
      nonEmptyListOf(recordOf<Sample>({ latencyMs: quantity, rows: count })),
    ),
    p50Ms: quantity,
    p75Ms: quantity,
    p95Ms: quantity,
    p99Ms: quantity,
    madMs: described('Median absolute deviation.', quantity),
    medianIntervalMs: described(
      '95 % interval of the median; null with too few samples.',
      orNull(pairOf(quantity)),
    ),
    marginPercent: described(
      'Half of the 95 % interval of the mean, in percent of the mean; null for a single sample.',
      orNull(quantity),
    ),
    target: orNull(
      recordOf<TargetClaim>({
        targetMs: quantity,
        claim: claimShape,
        reason: described(
          'Why nothing is shown; null where it is.',
          orNull(choice('too-few-samples', 'too-close')),
        ),
        boundMs: boundShape,
      }),
    ),
    plan: orNull(planShape),
    toastBlocks: described(
      'Of TOAST and its index, among those that one execution reads; null where there are none.',
      orNull(count),
    ),
    followed: described(
      'The rows that its work should follow; null: all events.',
      orNull(recordOf<FollowedRows>({ title: text, rows: count })),
    ),
  }),
  recordOf<MeasurementOf<'void'>>({
    state: literal('void'),
    ...workloadFields,
    fault: described('wrong: another answer than was due. error: none.', choice('wrong', 'error')),
    reason: text,
    expected: optional(text),
    mismatch: optional(recordOf<RowMismatch>({ expectedRows: count, actualRows: count })),
  }),
)

const storageShape = recordOf<StorageFacts>({
  tableBytes: count,
  toastBytes: count,
  indexes: listOf(
    recordOf<StorageFacts['indexes'][number]>({ name: text, sizeBytes: count, ofMigration: flag }),
  ),
  totalBytes: count,
  addedBytesPerEvent: described(
    "Bytes of the migration's indexes, divided by the events.",
    quantity,
  ),
})

const writeCostShape = described(
  'What the migration costs a logger: the same write before it and after it.',
  recordOf<WriteCost>({
    title: text,
    beforeId: text,
    afterId: text,
    pairs: described('Executions after, each beside one before.', positive),
    ratio: described('After divided by before: Hodges-Lehmann over the pairs.', quantity),
    ratioInterval: described(
      '95 %, by the signed-rank test; null below six pairs.',
      orNull(pairOf(quantity)),
    ),
  }),
)

const coldShape = described(
  'The first execution after every shared buffer was taken by something else.',
  recordOf<ColdFacts>({
    workloadId: text,
    latenciesMs: nonEmptyListOf(quantity),
    p50Ms: quantity,
    warmP50Ms: quantity,
  }),
)

const rungShape = described(
  'One size of data, measured from an empty database to the rollback.',
  recordOf<Rung>({
    scale: described('Events; 0: the tables hold what the base scripts insert.', count),
    fixture: fixtureShape,
    medium: choice('memory', 'folder'),
    storage: storageShape,
    indexUse: listOf(recordOf<IndexUse>({ name: text, scans: count })),
    indexBuilds: listOf(recordOf<IndexBuild>({ name: text, elapsedMs: nonEmptyListOf(quantity) })),
    writeCosts: listOf(writeCostShape),
    cold: listOf(coldShape),
    measurements: listOf(measurementShape),
    peakMemoryBytes: described(
      'The most that this process had held by the end of the rung.',
      count,
    ),
    durationMs: quantity,
  }),
)

const absentShape = recordOf<AbsentRung>({ scale: positive, reason: text })

const requestShape = described(
  'What was asked for, as it was understood.',
  recordOf<BenchRequest>({
    command: described('The command line; null where the library was called.', orNull(text)),
    scales: listOf(count),
    payload: choice('slim', 'recorded'),
    clock: described(
      "Where the data ends and every engine's clock starts; null: at the real time.",
      orNull(instant),
    ),
    effort: recordOf<Effort>({
      minimumSamples: count,
      maximumSamples: count,
      timeMs: described('For the samples of one workload.', quantity),
      warmUpMs: quantity,
      rounds: positive,
    }),
    budget: described(
      'Null without one; wantedTimeMs is what the samples of a workload would have got.',
      orNull(
        recordOf<NonNullable<BenchRequest['budget']>>({
          budgetMs: quantity,
          wantedTimeMs: quantity,
        }),
      ),
    ),
    statementTimeoutMs: described(
      'The longest that one execution of a workload was allowed to take.',
      orNull(quantity),
    ),
    workloads: listOf(
      recordOf<WorkloadFacts>({
        id: text,
        file: text,
        digest: described("The first sixteen hex digits of its statement's SHA-256.", text),
      }),
    ),
  }),
)

export const benchShape: Schema<BenchDocument> = recordOf<BenchDocument>({
  schema: literal('hook-harness/bench'),
  schemaVersion: literal(1),
  status: statusShape,
  provenance: provenanceShape,
  migrations: migrationsShape,
  seed: described('Decides the order in which the workloads ran.', text),
  request: requestShape,
  settings: described("The server's settings that timings depend on.", mapOf(text)),
  rungs: listOf(rungShape),
  unbuilt: described('Could not be built.', listOf(absentShape)),
  omitted: described('Left out, because the budget was too small.', listOf(absentShape)),
  growth: listOf(growthShape),
  durationMs: quantity,
})

/** The published schema of `bench --format json`. */
export const benchSchema: Schema<BenchDocument> = published(
  'hook-harness/bench/1',
  'What hook-harness bench measured',
  benchShape,
)
