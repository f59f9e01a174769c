import { type Prepared, isVoid, prepareWorkloads } from '../benchmark/prepare.ts'
import type { Void } from '../benchmark/result.ts'
import type { Workload } from '../benchmark/workload.ts'
import type { Engine } from '../database/database.ts'
import type { MigrationSet } from '../migration/migration.ts'
import { compareSizes } from './compare-size.ts'
import { compareExact } from './compare.ts'
import { measureExact } from './exact.ts'
import type { Ground } from './ground.ts'
import type { Unplaced } from './growth-limit.ts'
import { type ObjectSeen, captureObjects, compareObjects } from './object.ts'
import { type Query, listQueries } from './query.ts'
import type { ExactComparison, SizeComparison, Subject } from './result.ts'
import { type Sizes, measureSizes } from './size.ts'

/** Layer 1 at one scale. */
export interface ExactLayer {
  readonly findings: readonly Unplaced[]
  readonly exact: readonly ExactComparison[]
  readonly sizes: readonly SizeComparison[]
  /** What the comparisons were made of: a baseline is written from it, and compares with it. */
  readonly measured: { readonly sizes: Sizes; readonly objects: readonly ObjectSeen[] }
  /** Workloads that both arms answer alike: what can be timed. */
  readonly timeable: readonly Query[]
  readonly engine: Engine
}

export interface ExactRequest {
  readonly ground: Ground
  readonly base: MigrationSet
  readonly candidate: MigrationSet
  readonly workloads: readonly Workload[]
  readonly endUs: number
  /** Objects that are meant to change. */
  readonly accepted?: ReadonlySet<string>
  /** Indexes that are not new; absent: those of the base. */
  readonly knownIndexes?: ReadonlySet<string>
}

/** Answers against the oracle, then work against the base's, on instances that nothing else is done with. */
export async function measureLayer(request: ExactRequest): Promise<ExactLayer> {
  const { ground, base, workloads, endUs } = request
  const { scale, oracle } = ground
  await using instances = await ground.open()
  const { databases } = instances
  const objects = await captureObjects(databases.candidate)
  const others = compareObjects(await captureObjects(databases.base), objects, 'noted', scale)
  const ofBase = await prepareWorkloads(databases.base, oracle, workloads)
  const ofCandidate = await prepareWorkloads(databases.candidate, oracle, workloads)
  const judged = ofBase.map((before, index) =>
    judgeAnswers(before, ofCandidate[index] ?? before, request),
  )
  const wrong = new Set(judged.flatMap(({ id, findings }) => (findings.length > 0 ? [id] : [])))
  const queries = listQueries(base, ofBase).filter(({ id }) => !wrong.has(id))
  const rounds = await measureExact(instances, queries)
  const compared = queries.map((query, at) => compareExact(query, at, scale, rounds))
  const sizes = await measureSizes(instances, {
    fixture: ground.fixture,
    endUs,
    isPaidFor: listPaidFor(request),
  })
  const sized = compareSizes(sizes, scale)
  return {
    findings: [
      ...judged.flatMap(({ findings }) => findings),
      ...others,
      ...compared.flatMap(({ findings }) => findings),
      ...sized.findings,
    ],
    exact: compared.map(({ comparison }) => comparison),
    sizes: sized.sizes,
    measured: { sizes, objects },
    timeable: queries.filter(
      ({ object }, at) =>
        object.kind !== 'index' &&
        compared[at]?.findings.every(({ kind }) => kind !== 'answer' && kind !== 'error') === true,
    ),
    engine: databases.candidate.engine,
  }
}

/** A new index that the contract declares, and any that was accepted, may make writes dearer by what it costs itself. */
function listPaidFor({
  candidate,
  accepted,
  knownIndexes,
}: ExactRequest): Parameters<typeof measureSizes>[1]['isPaidFor'] {
  const declared = new Set(candidate.contract.indexes.map(({ name }) => name))
  return (name, base) => {
    const isNew = !(knownIndexes?.has(name) ?? base.has(name))
    return accepted?.has(name) === true || (isNew && declared.has(name))
  }
}

/** No finding: both arms answer what the events give. */
function judgeAnswers(
  { workload, task: before }: Prepared,
  { task: after }: Prepared,
  { base, candidate, ground: { scale } }: ExactRequest,
): { readonly id: string; readonly findings: readonly Unplaced[] } {
  const { id, title, relation } = workload
  if (!isVoid(before) && !isVoid(after)) return { id, findings: [] }
  const object: Subject['object'] = {
    kind: id.startsWith('function/') ? 'function' : 'view',
    name: relation,
  }
  const about = { id, scale, object, title: `${title} gives the answer due` }
  const expected = 'the answer that the events give'
  const isNew = !isDeclared(base, relation)
  const finding = ((): Unplaced => {
    if (!isVoid(after)) {
      const found = isVoid(before) && !isNew ? `before: ${before.reason}` : 'it is new'
      const actual = `it is right now; ${found}`
      return { ...about, severity: 'noted', kind: 'answer', expected, actual }
    }
    const kind = kindOf(after)
    if (isVoid(before) && !isNew) {
      const actual = `neither arm gives it: ${after.reason}`
      return { ...about, severity: 'unjudged', kind, expected, actual }
    }
    // That the object is gone is a finding of its own.
    return isDeclared(candidate, relation)
      ? { ...about, severity: 'red', kind, expected, actual: after.reason }
      : { ...about, severity: 'noted', kind: 'object', expected, actual: 'no longer declared' }
  })()
  return { id, findings: [finding] }
}

function kindOf({ fault }: Void): 'answer' | 'error' {
  return fault === 'wrong' ? 'answer' : 'error'
}

/** Whether a folder's contract has this view or function. */
export function isDeclared({ contract }: MigrationSet, relation: string): boolean {
  return [...contract.views, ...contract.functions].some(({ name }) => name === relation)
}
