import type { Row } from '../database/database.ts'
import { defined } from '../defined.ts'
import { QueryError } from '../errors.ts'
import type { Contract } from '../migration/contract.ts'
import { argumentsOf } from '../migration/function-arguments.ts'
import type { MigrationError } from '../migration/migration-error.ts'
import { declaredName } from '../migration/object-name.ts'
import type { AppliedScript } from '../migration/runner.ts'
import type { Script } from '../migration/script.ts'
import { type Check, type Outcome, type Place, compared, failed, passed } from './check.ts'
import { createdObjects } from './created.ts'
import { notReached } from './not-reached.ts'
import { placeInScripts } from './place-in-scripts.ts'
import { type Subject, placeOf } from './subject.ts'
import { judgeTransaction, titleOf } from './transaction.ts'
import type { Step, Walk } from './walk.ts'

/** The first time each script was executed on any walk; a failure on any walk counts before a success. */
function firstSteps({ walks }: Subject): readonly Step[] {
  const steps = [...walks.main.steps, ...walks.unpatched.steps, ...walks.recorded.steps]
  const failures = steps.filter((step) => 'error' in step)
  const byFile = new Map<string, Step>()
  for (const step of [...failures, ...steps]) {
    if (!byFile.has(step.script.file)) byFile.set(step.script.file, step)
  }
  return [...byFile.values()]
}

const scripts: Check = {
  id: 'metadata/scripts',
  title: 'Every script applies, all of it or nothing',
  owes: ({ migrations }) =>
    migrations.forward.length +
    migrations.backward.length +
    migrations.missing.length +
    migrations.stray.length,
  async run(subject) {
    const { migrations } = subject
    const steps = firstSteps(subject)
    const outcomes: Outcome[] = migrations.missing.map(({ file, role }) =>
      failed(`${file} is there`, `a ${role} of this name, as the contract says`, 'no such file'),
    )
    outcomes.push(...migrations.stray.map(describeStray))
    for (const script of [...migrations.forward, ...migrations.backward]) {
      const step = steps.find((one) => one.script.file === script.file)
      const title = titleOf({ script })
      if (step === undefined) outcomes.push(notReached(title, subject.walks.main))
      else if ('error' in step) outcomes.push(describeFailure(title, step.error))
      else outcomes.push(await judgeTransaction(subject.database, step.applied))
    }
    return outcomes
  },
}

function describeStray(file: string): Outcome {
  const expected =
    "a part under files in the folder's contract.json, or a reason under files.ignored"
  return failed(`${file} plays a part`, expected, 'none: nothing executes it', { file, line: 1 })
}

function describeFailure(title: string, error: MigrationError): Outcome {
  const { file, line, message, detail, snippet, hint } = error
  const parts = [message, detail, snippet, hint].filter((part) => part !== undefined)
  return failed(title, 'no error', parts.join('\n'), { file, line })
}

const record: Check = {
  id: 'metadata/record',
  title: 'Every migration and patch is recorded once, with the time it really took',
  owes: ({ contract }) => (contract.record === null ? 0 : 1 + contract.record.rows.length),
  run: async ({ contract, walks, migrations: { forward } }) => {
    if (contract.record === null) return []
    const stage = walks.main.stages[1]
    const title = `${contract.record.table} holds exactly the declared rows`
    if (stage === undefined) return [notReached(title, walks.main)]
    const place = await placeInScripts(forward, [contract.record.table], 'rows')
    if (stage.record instanceof QueryError) {
      const refusal = failed(title, 'the declared rows', `refused: ${stage.record.message}`, place)
      return [
        refusal,
        ...contract.record.rows.map(({ file }) =>
          failed(timeTitle(file), 'a row', 'no row', { file, line: 1 }),
        ),
      ]
    }
    return judgeRecord(title, contract.record, stage.record, walks.main, place)
  },
}

function timeTitle(file: string): string {
  return `${file} is recorded with its real elapsed time`
}

function describeRecord(file: unknown, version: unknown): string {
  return `${String(file)}: version ${String(version)}`
}

function judgeRecord(
  title: string,
  declared: NonNullable<Contract['record']>,
  rows: readonly Row[],
  walk: Walk,
  place: Place | undefined,
): Outcome[] {
  const expected = declared.rows
    .map(({ file, version }) => describeRecord(file, version))
    .toSorted()
  const actual = rows.map((row) => describeRecord(row['file'], row['version'])).toSorted()
  return [
    compared(title, expected.join('\n'), actual.join('\n') || 'no row', place),
    ...declared.rows.map(({ file }) => judgeTime(file, rows, walk)),
  ]
}

/** Rounded to a whole millisecond, and the clock is read before the commit: so much grace and no more. */
const graceMs = 1

/** Statements that a record can be written with. */
const writingKinds: ReadonlySet<string> = new Set(['InsertStmt', 'UpdateStmt', 'MergeStmt'])

/** Which of a script's statements writes the record: the last that writes; -1: none does. */
function findWriting({ statements }: AppliedScript): number {
  return statements.findLastIndex(({ statement }) => writingKinds.has(statement.kind))
}

/**
 * The time that a script's statements took from the one after its first to the one that writes the record, which is what
 * the record is about, as the engine's own thread measured it: half of it is granted to whoever starts to count later.
 */
function leastOf(step: Step | undefined): number {
  if (step === undefined || !('applied' in step)) return 0
  const before = step.applied.statements.slice(1, Math.max(1, findWriting(step.applied)))
  const elapsedMs = before.reduce((sum, one) => sum + one.elapsedMs, 0)
  return Math.max(0, elapsedMs / 2 - graceMs)
}

function placeOfWriting(file: string, step: Step | undefined): Place {
  if (step === undefined || !('applied' in step)) return { file, line: 1 }
  const { statements } = step.applied
  return { file, line: statements[findWriting(step.applied)]?.statement.position.line ?? 1 }
}

/** What the record claims can't be below what its statements took, nor above what the harness saw from outside. */
function judgeTime(file: string, rows: readonly Row[], walk: Walk): Outcome {
  const title = timeTitle(file)
  const row = rows.find((one) => one['file'] === file)
  const step = walk.steps.find((one) => one.script.file === file)
  const place = placeOfWriting(file, step)
  if (row === undefined) return failed(title, 'a row', 'no row', place)
  if (row['elapsed_ms'] === null)
    return rows.every((one) => one['elapsed_ms'] === null)
      ? passed(title, 'the record keeps no times')
      : failed(title, 'a time, as others have', 'none', place)
  const recordedMs = Number(row['elapsed_ms'])
  const measuredMs = step !== undefined && 'applied' in step ? step.wallMs : 0
  const leastMs = leastOf(step)
  const expected = `${leastMs.toFixed(1)} to ${(measuredMs + graceMs).toFixed(1)} ms, as measured from outside`
  const isTrue = recordedMs >= leastMs && recordedMs <= measuredMs + graceMs
  return isTrue
    ? passed(title, `${recordedMs} ms recorded, ${measuredMs.toFixed(1)} ms measured`)
    : failed(title, expected, `${recordedMs} ms`, place)
}

const existing: Check = {
  id: 'metadata/existing-record',
  title: 'A record table that was there before keeps its rows, and the declared ones are added',
  owes: ({ contract }) => (contract.record?.existingSql == null ? 0 : 2),
  run: async ({ contract, walks, migrations: { forward, backward } }) => {
    const { record: declared } = contract
    if (declared?.existingSql == null) return []
    const [before, up, , back] = walks.recorded.stages
    const kept = 'Existing rows of the record table survive migrations and patches'
    const restored = 'After the rollback the record table holds its own rows again'
    const placeIn = (ones: readonly Script[]): Promise<Place | undefined> =>
      placeInScripts(ones, [declared.table], 'lost rows')
    return [
      up === undefined
        ? notReached(kept, walks.recorded)
        : judgeKept(kept, before?.recordRows ?? [], up.recordRows, await placeIn(forward)),
      back === undefined
        ? notReached(restored, walks.recorded)
        : compared(
            restored,
            listRows(before?.recordRows ?? null),
            listRows(back.recordRows),
            await placeIn(backward),
          ),
    ]
  },
}

function listRows(rows: readonly string[] | null): string {
  return rows === null ? 'no such table' : rows.join('\n') || 'no row'
}

function judgeKept(
  title: string,
  before: readonly string[],
  after: readonly string[] | null,
  place: Place | undefined,
): Outcome {
  const lost = before.filter((row) => after?.includes(row) !== true)
  return lost.length === 0
    ? passed(title, `${before.length} rows`)
    : failed(title, lost.join('\n'), listRows(after), place)
}

const comments: Check = {
  id: 'metadata/comments',
  title: 'Every created object carries its declared comment',
  owes: ({ contract }) =>
    contract.indexes.length + contract.views.length + contract.functions.length,
  async run(subject) {
    const { contract } = subject
    const objects = createdObjects(subject)
    const judge = async (
      kind: 'index' | 'view' | 'function',
      { name, comment }: { readonly name: string; readonly comment: string },
      identity?: string,
    ): Promise<Outcome> => {
      const title = `${name} carries its comment`
      const named = objects.filter((one) => one.kind === kind && declaredName(one) === name)
      const object =
        named.length > 1 ? named.find((one) => argumentsOf(one) === identity) : named[0]
      const place = await placeOf(subject, kind, name, defined({ identity }))
      if (object === undefined) return failed(title, comment, `no such ${kind}`, place)
      const found = String(object.facts['comment'] ?? '')
      return compared(title, comment || 'no comment', found || 'no comment', place)
    }
    return Promise.all([
      ...contract.indexes.map((index) => judge('index', index)),
      ...contract.views.map((view) => judge('view', view)),
      ...contract.functions.map((one) => judge('function', one, one.identityArguments)),
    ])
  },
}

export const metadataChecks: readonly Check[] = [scripts, record, existing, comments]
