import type {
  Foretelling,
  GrowthFacts,
  GrowthLaw,
  GrowthMark,
  TargetReach,
} from '../../benchmark/result.ts'
import {
  choice,
  count,
  described,
  flag,
  listOf,
  literal,
  oneOf,
  orNull,
  pairOf,
  positive,
  quantity,
  real,
  recordOf,
  text,
  tupleOf,
  type Schema,
} from './shape.ts'

const growthClassShape: Schema<GrowthLaw['growthClass']> = choice(
  '1',
  'log n',
  'n',
  'n log n',
  'n²',
)

export const lawShape: Schema<GrowthLaw> = recordOf<GrowthLaw>({
  growthClass: growthClassShape,
  plausible: described(
    "Every class that the points can't tell from the best one.",
    listOf(growthClassShape),
  ),
  exponent: described('Slope of log(quantity) on log(events).', real),
  exponentInterval: described('95 %.', pairOf(real)),
})

type ReachOf<Reached extends TargetReach['reached']> = Extract<
  TargetReach,
  { readonly reached: Reached }
>

export const reachShape: Schema<TargetReach> = oneOf(
  recordOf<ReachOf<'never' | 'already'>>({
    reached: choice('never', 'already'),
  }),
  recordOf<ReachOf<'not-told'>>({
    reached: literal('not-told'),
    earliest: described('Where there is growth at all, 95 %.', quantity),
  }),
  recordOf<ReachOf<'at'>>({
    reached: literal('at'),
    events: quantity,
    interval: described(
      '95 %; an upper end of null: never is not excluded.',
      tupleOf(quantity, orNull(quantity)),
    ),
    farOut: described('More than ten times the largest measured size.', flag),
  }),
)

const foretellingShape = described(
  'The largest rung, foretold from the smaller ones.',
  recordOf<Foretelling>({
    scale: positive,
    sizes: described('Smaller sizes that it was foretold from.', positive),
    predictedMs: real,
    intervalMs: pairOf(real),
    measuredMs: quantity,
    isInside: flag,
  }),
)

const markShape = recordOf<GrowthMark>({
  scale: positive,
  rows: described('What the laws are over.', count),
  p50Ms: quantity,
  p95Ms: quantity,
  blocks: count,
  tuples: count,
  fingerprint: text,
  indexes: listOf(text),
  isPlanChanged: described('Another plan than at the rung before.', flag),
})

export const growthShape: Schema<GrowthFacts> = recordOf<GrowthFacts>({
  workloadId: text,
  title: text,
  object: orNull(text),
  over: described("What its laws are over: 'events', or the rows that its work follows.", text),
  points: listOf(markShape),
  classes: described(
    'What its exact work is as likely to grow by; empty where it follows no class.',
    listOf(growthClassShape),
  ),
  time: orNull(lawShape),
  blocks: orNull(lawShape),
  tuples: orNull(lawShape),
  reach: described('At how many of those rows p95 reaches the target.', orNull(reachShape)),
  foretelling: orNull(foretellingShape),
})
