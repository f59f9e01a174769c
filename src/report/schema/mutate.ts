import type { CheckCategory } from '../../check/check.ts'
import type {
  MutantCounts,
  MutantFacts,
  MutateDocument,
  OperatorFacts,
} from '../../mutation/document.ts'
import { migrationsShape, provenanceShape } from './provenance.ts'
import {
  count,
  described,
  listOf,
  literal,
  oneOf,
  orNull,
  positive,
  published,
  quantity,
  recordOf,
  text,
  type Fields,
  type Schema,
} from './shape.ts'
import { categoryShape, placeShape, statusShape } from './verify.ts'

type MutantIn<State extends MutantFacts['state']> = Extract<MutantFacts, { readonly state: State }>

const mutantFields: Fields<Pick<MutantFacts, 'name' | 'operator' | 'place'>> = {
  name: described('operator:object:hash; the same wherever its lines stand.', text),
  operator: text,
  place: placeShape,
}

const mutantShape: Schema<MutantFacts> = oneOf(
  recordOf<MutantIn<'killed'>>({
    state: literal('killed'),
    ...mutantFields,
    categories: described('The categories that noticed.', listOf(categoryShape)),
    checks: listOf(text),
  }),
  recordOf<MutantIn<'timed-out'>>({ state: literal('timed-out'), ...mutantFields, reason: text }),
  recordOf<MutantIn<'costlier'>>({
    state: literal('costlier'),
    ...mutantFields,
    work: described('Queries that take more, each in one line.', listOf(text)),
  }),
  recordOf<MutantIn<'survived'>>({
    state: literal('survived'),
    ...mutantFields,
    diff: described('Unified.', text),
  }),
  recordOf<MutantIn<'equivalent'>>({
    state: literal('equivalent'),
    ...mutantFields,
    argument: described('Why nothing can notice it.', text),
  }),
  recordOf<MutantIn<'invalid'>>({
    state: literal('invalid'),
    ...mutantFields,
    reason: described('What the server said.', text),
  }),
  recordOf<MutantIn<'unjudged'>>({ state: literal('unjudged'), ...mutantFields, reason: text }),
)

const countFields: Fields<MutantCounts> = {
  generated: described('Those that a sample left out, too.', count),
  killed: count,
  timedOut: count,
  costlier: described('No check noticed, but a query takes more.', count),
  survived: count,
  equivalent: count,
  invalid: count,
  unjudged: count,
}

/** The published schema of `mutate --format json`. */
export const mutateSchema: Schema<MutateDocument> = published(
  'hook-harness/mutate/1',
  'How many mutants of the migrations hook-harness mutate noticed',
  recordOf<MutateDocument>({
    schema: literal('hook-harness/mutate'),
    schemaVersion: literal(1),
    status: statusShape,
    provenance: provenanceShape,
    migrations: migrationsShape,
    sample: described(
      'How many were drawn, and from which seed; null: all.',
      orNull(recordOf<NonNullable<MutateDocument['sample']>>({ mutants: count, seed: text })),
    ),
    jobs: positive,
    counts: recordOf<MutantCounts>(countFields),
    scorePercent: described(
      'Killed, timed out and costlier of all that are valid and not equivalent; null where there is none.',
      orNull(quantity),
    ),
    operators: listOf(recordOf<OperatorFacts>({ id: text, description: text, ...countFields })),
    categories: described(
      'How many mutants each category noticed, as far as it was asked.',
      listOf(
        recordOf<{ readonly category: CheckCategory; readonly killed: number }>({
          category: categoryShape,
          killed: count,
        }),
      ),
    ),
    mutants: listOf(mutantShape),
    refuted: described('Argued to be equivalent, and noticed all the same.', listOf(text)),
    durationMs: quantity,
  }),
)
