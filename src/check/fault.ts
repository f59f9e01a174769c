import type { Database } from '../database/database.ts'
import { QueryError } from '../errors.ts'
import { MigrationError } from '../migration/migration-error.ts'
import { readStatements } from '../migration/runner.ts'
import type { Script } from '../migration/script.ts'
import type { Statement } from '../migration/statement.ts'
import { createRandom } from '../random.ts'
import { attempt } from './attempt.ts'
import { type Outcome, type ScratchCheck, failed, passed, skipped } from './check.ts'
import { describeStageDifference } from './stage-difference.ts'
import type { Setting } from './subject.ts'
import { Tour } from './tour.ts'
import type { Stage } from './walk.ts'

const someRows = 20

/** Statements a script after which a standard run raises an error; a thorough one does so after every statement. */
const standardFaults = 40

const faults: ScratchCheck = {
  stage: 'scratch',
  effort: 'standard',
  id: 'compatibility/faults',
  title: 'A script that fails half-way leaves nothing behind',
  owes: ({ migrations }) => migrations.forward.length + migrations.backward.length,
  async run(setting) {
    const { forward, backward } = setting.migrations
    const tour = new Tour(setting, { rows: someRows, record: false })
    const outcomes: Outcome[] = []
    const path: Script[] = []
    for (const script of [...forward, ...backward]) {
      outcomes.push(await judgeScript(setting, tour, [...path], script))
      path.push(script)
    }
    return outcomes
  },
}

export const faultChecks: readonly ScratchCheck[] = [faults]

/** An error of the server's own, of a class that Postgres leaves to others. */
const faultState = 'HHF01'
const faultSql = `do $$ begin raise exception 'an error on purpose' using errcode = '${faultState}'; end $$`

function isFault(error: unknown): error is QueryError {
  return error instanceof QueryError && error.sqlState === faultState
}

async function judgeScript(
  setting: Setting,
  tour: Tour,
  path: readonly Script[],
  script: Script,
): Promise<Outcome> {
  const title = `${script.file} leaves nothing behind when it fails half-way`
  try {
    const drawn = drawStatements(setting, script, await readStatements(script))
    const half = await failAfterEach(setting, tour, path, script, drawn)
    const [first] = half
    if (first === undefined)
      return passed(title, `an error after each of ${drawn.length} statements`)
    return failed(
      title,
      'the database as before the script, or as after the whole of it',
      describeHalves(half, drawn.length),
      { file: script.file, line: first.statement.position.line },
    )
  } catch (error) {
    if (error instanceof MigrationError) return skipped(title, error.message)
    throw error
  }
}

interface HalfDone {
  readonly statement: Statement
  readonly differences: readonly string[]
}

/** An error after the last statement is no failure half-way, but where somebody else's COMMIT comes after it. */
function drawStatements(
  { effort, seed }: Setting,
  { file, transaction }: Script,
  statements: readonly Statement[],
): readonly Statement[] {
  const candidates = transaction === 'wrapped' ? [...statements] : statements.slice(0, -1)
  const most = effort === 'thorough' ? Infinity : standardFaults
  const random = createRandom(`${seed} ${file}`)
  while (candidates.length > most) candidates.splice(random.integer(0, candidates.length - 1), 1)
  return candidates
}

async function failAfterEach(
  { contract }: Setting,
  tour: Tour,
  path: readonly Script[],
  script: Script,
  statements: readonly Statement[],
): Promise<readonly HalfDone[]> {
  await tour.reach(path)
  const before = await tour.look()
  const compare = (from: Stage, to: Stage): readonly string[] =>
    describeStageDifference(from, to, contract.record, [])
  const half: HalfDone[] = []
  let whole: Stage | undefined
  for (const statement of statements) {
    const isLast = statement === statements.at(-1)
    const database = await tour.reach(path)
    const { committed } = await attempt(database, script, hookAfter(database, statement), isFault)
    // Where nothing was committed nothing can have changed. Looking takes longer than failing: once is enough to hold it to that.
    if (!committed && !isLast) continue
    const after = await tour.look()
    const differences = compare(before, after)
    if (committed || differences.length > 0) tour.lost()
    if (differences.length === 0) continue
    if (whole === undefined) {
      await tour.reach([...path, script])
      whole = await tour.look()
    }
    if (compare(whole, after).length > 0) half.push({ statement, differences })
  }
  return half
}

function hookAfter(
  database: Database,
  last: Statement,
): { afterStatement(statement: Statement): Promise<void> } {
  return {
    async afterStatement(statement) {
      if (statement === last) await database.query(faultSql)
    },
  }
}

const shownHalves = 3

function describeHalves(half: readonly HalfDone[], drawn: number): string {
  const shown = half
    .slice(0, shownHalves)
    .map(({ statement, differences }) =>
      [
        `an error after line ${statement.position.line} (${statement.text.split('\n', 1)[0]}) leaves`,
        ...differences,
      ].join('\n'),
    )
  return [...shown, `${half.length} of ${drawn} errors leave something behind`].join('\n')
}
