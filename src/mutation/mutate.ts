import { judgingCategories } from './judge.ts'
import type { RunStatus } from '../check/check.ts'
import { pickDefined } from '../defined.ts'
import { HarnessError, usageError } from '../errors.ts'
import { describeMigrations } from '../migration/describe.ts'
import type { MigrationSet } from '../migration/migration.ts'
import { type Provenance, captureProvenance } from '../provenance.ts'
import type { MutantCounts, MutantFacts, MutantFate, MutateDocument } from './document.ts'
import { drawMutants } from './draw.ts'
import { loadEquivalents, refuseStale } from './equivalent.ts'
import { type Judge, type Judgement, openJudge } from './judge.ts'
import { type Mutant, generateMutants, plantMutant } from './mutant.ts'
import { allOperators } from './operators.ts'
import { renderUnifiedDiff } from './unified-diff.ts'
import { layWorkGrounds } from './work.ts'

export interface MutateOptions {
  readonly migrations: MigrationSet
  /** Ids of the operators whose mutants are judged; absent: all. */
  readonly operators?: readonly string[]
  /** How many mutants are drawn, of each file and of each kind of statement in turn; absent: all are judged. */
  readonly sample?: number
  /** What the draw starts from; default `1`. */
  readonly seed?: string
  /** Engines at work side by side, each a thread; default 2. */
  readonly jobs?: number
  /** The longest a statement of a mutant may take, in milliseconds; default 60 000. */
  readonly statementTimeoutMs?: number
  readonly everyCategory?: boolean
  readonly signal?: AbortSignal
  /** Called before each mutant: how many are done, of how many, and its name. */
  readonly onMutant?: (done: number, total: number, name: string) => void
  /** Who judges; default: the checks. */
  readonly openJudge?: () => Judge
}

/**
 * Breaks migrations in one place after the other and lets the checks look at each: what nobody notices shows where a check
 * or the data is weak.
 * @throws {HarnessError} `E_MUTATION_OPERATOR`, `E_EQUIVALENT` (usage); `E_MUTATION_BASELINE`: the migrations as they are do
 * not pass, so that nothing could be told from a mutant that does not; E_INTERRUPTED.
 */
export async function mutate(options: MutateOptions): Promise<MutateDocument> {
  const started = performance.now()
  const { migrations, jobs = 2, seed = '1' } = options
  const equivalents = await loadEquivalents(migrations.directory)
  const generated = await generateMutants(migrations)
  refuseStale(migrations.directory, equivalents, new Set(generated.map(({ name }) => name)))
  const meant = chooseOperators(generated, options.operators)
  const chosen = options.sample === undefined ? meant : drawMutants(meant, options.sample, seed)
  const { provenance, mutants } = await judgeAll(chosen, equivalents, options)
  const counts = countFates(meant, mutants)
  const noticed = counts.killed + counts.timedOut + counts.costlier
  const judged = noticed + counts.survived
  const refuted = listRefuted(mutants, equivalents)
  return {
    schema: 'hook-harness/mutate',
    schemaVersion: 1,
    status: statusOf(counts, refuted),
    provenance,
    migrations: describeMigrations(migrations),
    sample: options.sample === undefined ? null : { mutants: chosen.length, seed },
    jobs,
    counts,
    scorePercent: judged === 0 ? null : (100 * noticed) / judged,
    operators: allOperators.map(({ id, description }) => ({
      id,
      description,
      ...countFates(
        meant.filter(({ operator }) => operator === id),
        mutants.filter(({ operator }) => operator === id),
      ),
    })),
    categories: judgingCategories.map((category) => ({
      category,
      killed: mutants.filter(
        (mutant) => mutant.state === 'killed' && mutant.categories.includes(category),
      ).length,
    })),
    mutants,
    refuted,
    durationMs: performance.now() - started,
  }
}

function statusOf(counts: MutantCounts, refuted: readonly string[]): RunStatus {
  const { killed, timedOut, costlier, survived, equivalent, unjudged } = counts
  if (survived > 0 || refuted.length > 0) return 'failed'
  return unjudged > 0 || killed + timedOut + costlier + equivalent === 0 ? 'unjudged' : 'passed'
}

function chooseOperators(
  mutants: readonly Mutant[],
  ids: readonly string[] | undefined,
): readonly Mutant[] {
  if (ids === undefined) return mutants
  const unknown = ids.find((id) => allOperators.every((operator) => operator.id !== id))
  if (unknown !== undefined) {
    throw usageError(
      'E_MUTATION_OPERATOR',
      `Operator '${unknown}': found no such one, expected one of ${allOperators.map(({ id }) => id).join(', ')}`,
    )
  }
  return mutants.filter(({ operator }) => ids.includes(operator))
}

/** Every judge takes the next mutant as soon as it is done with one. */
async function judgeAll(
  mutants: readonly Mutant[],
  equivalents: ReadonlyMap<string, string>,
  options: MutateOptions,
): Promise<{ readonly provenance: Provenance; readonly mutants: readonly MutantFacts[] }> {
  const { migrations, jobs = 2, onMutant = () => undefined } = options
  const facts: MutantFacts[] = []
  const queue = mutants.entries()
  let done = 0
  const work = async (judge: Judge): Promise<void> => {
    for (const [index, mutant] of queue) {
      onMutant(done, mutants.length, mutant.name)
      const judgement = await judge.judge(plantMutant(migrations, mutant), mutant)
      facts[index] = describe(mutant, argue(mutant, judgement, equivalents.get(mutant.name)))
      done += 1
    }
  }
  const hire = hireJudges(options)
  const first = hire()
  const judges = [first]
  try {
    const provenance = await requireGreen(migrations, first)
    for (let more = Math.min(jobs, mutants.length); more > 1; more -= 1) judges.push(hire())
    const ends = await Promise.allSettled(judges.map(work))
    const failure = ends.find((end) => end.status === 'rejected')
    if (failure !== undefined) throw failure.reason
    return { provenance, mutants: facts }
  } finally {
    for (const judge of judges) await judge[Symbol.asyncDispose]()
  }
}

/** Opens judges who count work on the same rows. */
function hireJudges(options: MutateOptions): () => Judge {
  if (options.openJudge !== undefined) return options.openJudge
  const { migrations, statementTimeoutMs = 60_000, everyCategory = false } = options
  const limits = { statementTimeoutMs, ...pickDefined(options, ['signal']) }
  let laid: ReturnType<typeof layWorkGrounds> | undefined
  const grounds = (): typeof laid & object => (laid ??= layWorkGrounds(migrations, limits))
  return () => openJudge({ migrations, everyCategory, grounds, ...limits })
}

/** Of migrations that are red already every mutant is red, whoever looks. Says on what they were judged. */
async function requireGreen(migrations: MigrationSet, judge: Judge): Promise<Provenance> {
  const { directory, forward } = migrations
  const provenance = captureProvenance(await judge.engine())
  const [script] = forward
  const judgement =
    script === undefined
      ? { state: 'unjudged' as const, reason: 'there is no migration' }
      : await judge.judge(migrations, { script, statement: '', object: '' })
  if (judgement.state === 'survived') return provenance
  const found =
    judgement.state === 'killed' ? `red (${judgement.checks.join(', ')})` : reasonOf(judgement)
  throw new HarnessError(
    'E_MUTATION_BASELINE',
    `Migrations '${directory}': found them ${found} as they are, expected every check to pass`,
    { hint: "Run 'hook-harness verify' first, and mend what it finds." },
  )
}

function reasonOf(judgement: Judgement): string {
  return 'reason' in judgement ? judgement.reason : judgement.state
}

function argue(mutant: Mutant, judgement: Judgement, argument: string | undefined): MutantFate {
  if (judgement.state !== 'survived') return judgement
  if (argument !== undefined) return { state: 'equivalent', argument }
  return { state: 'survived', diff: renderUnifiedDiff(mutant) }
}

/** Mutants that are argued to be equivalent and were noticed all the same: their argument is wrong. */
function listRefuted(
  mutants: readonly MutantFacts[],
  equivalents: ReadonlyMap<string, string>,
): readonly string[] {
  return mutants
    .filter(({ name, state }) => equivalents.has(name) && state !== 'equivalent')
    .map(({ name }) => name)
}

function describe({ name, operator, script, line }: Mutant, fate: MutantFate): MutantFacts {
  return { name, operator, place: { file: script.file, line }, ...fate }
}

function countFates(generated: readonly Mutant[], mutants: readonly MutantFacts[]): MutantCounts {
  const count = (state: MutantFate['state']): number =>
    mutants.filter((mutant) => mutant.state === state).length
  return {
    generated: generated.length,
    killed: count('killed'),
    timedOut: count('timed-out'),
    costlier: count('costlier'),
    survived: count('survived'),
    equivalent: count('equivalent'),
    invalid: count('invalid'),
    unjudged: count('unjudged'),
  }
}
