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

export const reachShape: Schema<TargetReach> = oneOf(
  recordOf<Exclude<TargetReach, { readonly reached: 'at' }>>({
    reached: choice('never', 'already'),
  }),
  recordOf<Extract<TargetReach, { readonly reached: 'at' }>>({
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
    predictedMs: real,
    intervalMs: pairOf(real),
    measuredMs: quantity,
    isInside: flag,
  }),
)

const markShape = recordOf<GrowthMark>({
  scale: positive,
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
  points: listOf(markShape),
  time: orNull(lawShape),
  blocks: orNull(lawShape),
  tuples: orNull(lawShape),
  reach: described('At how many events p95 reaches the target.', orNull(reachShape)),
  foretelling: orNull(foretellingShape),
})
