import type { Database } from '../database/database.ts'
import { type Callee, type Plan, explain } from '../database/plan.ts'
import { rehearse } from '../database/rehearse.ts'
import { QueryError } from '../errors.ts'
import { loadEvents } from '../fixture/load.ts'
import { chooseFixture } from '../fixture/source.ts'
import type { Contract, IndexContract } from '../migration/contract.ts'
import { MigrationError } from '../migration/migration-error.ts'
import { parseName, quoteName } from '../migration/object-name.ts'
import { applyScript } from '../migration/runner.ts'
import { currentSecondUs, formatRows } from '../units.ts'
import { callOfFunction, callOfView, describeCall, sqlOfCall } from './answer.ts'
import { argumentsFor, isCallable } from './arguments.ts'
import { calleeOf } from './callee.ts'
import { type Outcome, type ScratchCheck, skipped } from './check.ts'
import { type Usefulness, judgeUsefulness } from './index-use.ts'
import { type Setting, placeOf } from './subject.ts'

/** Enough for a sequential scan to be the worse choice wherever an index is of use. */
const choiceRows = 100_000

/** What Postgres's own costs say of a row against a block: cpu_tuple_cost ÷ seq_page_cost, as they are by default. */
const blocksOfRow = 0.01

/** Something that is asked of the database: a declared query, a view, a function. */
interface Question {
  readonly text: string
  readonly sql: string
  readonly args: readonly unknown[]
  readonly callee?: Callee
}

/** How it was answered, with every index in place; or why it wasn't. */
interface Answer {
  readonly question: Question
  readonly plan: Plan | QueryError
}

/**
 * Loads `rows` generated events of slim payload, applies the migrations and asks everything that is declared, as the
 * planner likes it after VACUUM ANALYZE. An index is of use when it is in the plan of each query that is declared for it, and one
 * question takes more work without it. Work is counted, not timed: blocks read, and rows thrown away at Postgres's own rate. How much is
 * saved is for the reader: a small index that saves little may still be worth its place.
 */
export async function judgeChoice(setting: Setting, rows: number): Promise<readonly Outcome[]> {
  const { workbench, migrations, contract, seed } = setting
  const endUs = currentSecondUs()
  const source = chooseFixture({ events: rows, seed, endUs })
  const load = (empty: Database): Promise<number> => loadEvents(empty, source.events())
  const database = await workbench.prepare(migrations, { load, record: false })
  const title = (name: string): string =>
    `${name} is chosen at ${formatRows(rows)} rows, and missed`
  try {
    for (const script of migrations.forward) await applyScript(database, script)
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error
    return contract.indexes.map(({ name }) => skipped(title(name), error.message))
  }
  await workbench.gatherStatistics()
  const answers = await askAll(database, await listQuestions(database, contract))
  const outcomes: Outcome[] = []
  for (const declared of contract.indexes) {
    outcomes.push(
      judgeUsefulness(
        title(declared.name),
        'in the plan of each of its queries, one of which takes more work without it',
        declared,
        await findGain(database, declared, answers),
        await placeOf(setting, 'index', declared.name),
      ),
    )
  }
  return outcomes
}

async function listQuestions(database: Database, contract: Contract): Promise<readonly Question[]> {
  const { indexes, views, functions } = contract
  const questions: Question[] = []
  for (const sql of new Set(indexes.flatMap(({ serves }) => serves))) {
    const callee = await calleeOf(sql, contract)
    questions.push({ text: sql, sql, args: [], ...(callee !== null && { callee }) })
  }
  for (const view of views) {
    const call = callOfView(view)
    questions.push({ text: view.name, sql: sqlOfCall(call, false), args: [] })
  }
  for (const one of functions.filter(isCallable)) {
    const [args = []] = await argumentsFor(database, one)
    const call = callOfFunction(one, args)
    const text = describeCall(call, true)
    questions.push({
      text,
      sql: sqlOfCall(call, true),
      args,
      callee: { name: one.name, args },
    })
  }
  return questions
}

async function askAll(
  database: Database,
  questions: readonly Question[],
): Promise<readonly Answer[]> {
  const answers: Answer[] = []
  for (const question of questions) answers.push({ question, plan: await ask(database, question) })
  return answers
}

/** What the server refuses is an answer, too: a query that a contract misspells serves nothing. */
async function ask(
  database: Database,
  { sql, args, callee }: Question,
): Promise<Plan | QueryError> {
  try {
    return await explain(database, sql, args, callee)
  } catch (error) {
    if (error instanceof QueryError) return error
    throw error
  }
}

async function findGain(
  database: Database,
  { name, serves }: IndexContract,
  answers: readonly Answer[],
): Promise<Usefulness> {
  const idle = listIdle(name, serves, answers)
  if (idle.length > 0) return { isUseful: false, actual: idle.join('\n') }
  const comparisons: { readonly text: string; readonly savedRatio: number }[] = []
  for (const { question, plan } of answers) {
    if (plan instanceof QueryError || !plan.indexes.includes(parseName(name).name)) continue
    const other = await askWithout(database, name, question)
    const text = `${question.text}: ${describeWork(plan)}; without it ${describeWork(other)}`
    comparisons.push({ text, savedRatio: savedRatioOf(plan, other) })
  }
  const [best] = comparisons.toSorted((one, another) => another.savedRatio - one.savedRatio)
  if (best === undefined) {
    const actual = 'no view or function chooses it, and the contract declares no query'
    return { isUseful: false, actual }
  }
  if (best.savedRatio <= 0) {
    const texts = comparisons.map(({ text }) => `chosen, but saves nothing: ${text}`)
    return { isUseful: false, actual: texts.join('\n') }
  }
  const percent = (100 * best.savedRatio).toFixed(1)
  return { isUseful: true, evidence: `saves ${percent} % of the work of ${best.text}` }
}

/** A constraint that keeps the index from being dropped is a refusal: without the index there is no answer. */
async function askWithout(
  database: Database,
  index: string,
  question: Question,
): Promise<Plan | QueryError> {
  return rehearse(database, async (transaction) => {
    try {
      await transaction.query(`drop index ${quoteName(index)}`)
    } catch (error) {
      if (error instanceof QueryError) return error
      throw error
    }
    return ask(transaction, question)
  })
}

/** What part of the work it takes without the index is saved by it; negative: the index costs more. */
function savedRatioOf(plan: Plan, other: Plan | QueryError): number {
  if (other instanceof QueryError) return 1
  const work = workOf(other)
  return work === 0 ? 0 : 1 - workOf(plan) / work
}

function workOf({ blocks, tuplesRemoved }: Plan): number {
  return blocks + blocksOfRow * tuplesRemoved
}

/** Declared queries for which the planner takes something else: one that takes the index makes up for none that doesn't. */
function listIdle(
  name: string,
  serves: readonly string[],
  answers: readonly Answer[],
): readonly string[] {
  return answers
    .filter(({ question }) => serves.includes(question.text))
    .filter(({ plan }) => plan instanceof QueryError || !plan.indexes.includes(name))
    .map(({ question, plan }) => `not chosen for ${question.text}: ${describeWork(plan)}`)
}

function describeWork(plan: Plan | QueryError): string {
  if (plan instanceof QueryError) return `refused: ${plan.message}`
  const by = plan.indexes.length === 0 ? 'no index' : plan.indexes.join(', ')
  return `${plan.blocks} blocks, ${plan.tuplesRemoved} rows thrown away (${by})`
}

/** Tables that we have no rows for stay as they are: what a planner does with none says nothing about many. */
export const indexChoice: ScratchCheck = {
  id: 'indexes/choice',
  title: `Every declared index is chosen by the planner at ${formatRows(choiceRows)} rows, and missed when it is gone`,
  stage: 'scratch',
  effort: 'thorough',
  owes: ({ contract }) => (contract.fixture === null ? 0 : contract.indexes.length),
  run: async (setting) =>
    setting.contract.fixture === null ? [] : judgeChoice(setting, choiceRows),
}
