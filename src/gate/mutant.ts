import type { Database } from '../database/database.ts'
import { quoteIdentifier } from '../database/identifier.ts'
import { rehearse } from '../database/rehearse.ts'
import type { MigrationSet } from '../migration/migration.ts'
import { compareSizes } from './compare-size.ts'
import { compareExact } from './compare.ts'
import { measureExact } from './exact.ts'
import type { Instances } from './ground.ts'
import type { Query } from './query.ts'
import type { MutantFacts } from './self-test-document.ts'
import { captureIndexes } from './size.ts'

/** A change for the worse that layer 1 must see. */
export interface Mutant {
  readonly title: string
  /** What a finding must name. */
  readonly object: string
  plant(candidate: Database): Promise<void>
}

/**
 * Every index that the contract declares, dropped in turn, the first of them made another one under its name, and a view that
 * reads its table once more.
 */
export function listMutants({ contract }: MigrationSet): readonly Mutant[] {
  const [view] = contract.views
  const [table] = contract.tables
  const [index] = contract.indexes
  return [
    ...contract.indexes.map(({ name }) => ({
      title: `index ${name} dropped`,
      object: name,
      plant: async (candidate: Database): Promise<void> => {
        await candidate.query(`drop index ${quoteIdentifier(name)}`)
      },
    })),
    ...(index === undefined
      ? []
      : [
          {
            title: `index ${index.name} redefined`,
            object: index.name,
            plant: (candidate: Database) => redefine(candidate, index.name, index.table),
          },
        ]),
    ...(view === undefined || table === undefined
      ? []
      : [
          {
            title: `view ${view.name} reads ${table} twice`,
            object: view.name,
            plant: (candidate: Database) => scanTwice(candidate, view.name, table),
          },
        ]),
  ]
}

/** On the first column of its table, whatever it was on before. */
async function redefine(candidate: Database, index: string, table: string): Promise<void> {
  const [row] = await candidate.query<{ readonly column: string }>(
    `select attname as column from pg_attribute where attrelid = $1::regclass and attnum = 1`,
    [table],
  )
  await candidate.query(`drop index ${quoteIdentifier(index)}`)
  await candidate.query(
    `create index ${quoteIdentifier(index)} on ${quoteIdentifier(table)} (${quoteIdentifier(row?.column ?? '')})`,
  )
}

async function scanTwice(candidate: Database, view: string, table: string): Promise<void> {
  const [row] = await candidate.query<{ readonly definition: string }>(
    `select rtrim(pg_get_viewdef($1::regclass), ';') as definition`,
    [view],
  )
  await candidate.query(
    `create or replace view ${quoteIdentifier(view)} as select * from (${row?.definition ?? ''}) as once
      where (select count(again::text) from ${quoteIdentifier(table)} as again) >= 0`,
  )
}

/** Plants a mutant in the candidate, asks layer 1, and takes it out again. */
export async function tryMutant(
  instances: Instances,
  queries: readonly Query[],
  scale: number,
  mutant: Mutant,
): Promise<MutantFacts> {
  const { databases } = instances
  // Queries that other indexes are there for have nothing to say.
  const asked = queries.filter(
    ({ object }) => object.kind !== 'index' || object.name === mutant.object,
  )
  const findings = await rehearse(databases.candidate, async (candidate) => {
    await mutant.plant(candidate)
    const planted: Instances = { ...instances, databases: { ...databases, candidate } }
    const rounds = await measureExact(planted, asked, 1)
    const compared = asked.flatMap((query, at) => compareExact(query, at, scale, rounds).findings)
    const indexes = {
      base: await captureIndexes(databases.base),
      candidate: await captureIndexes(candidate),
      control: await captureIndexes(databases.control),
    }
    return [...compared, ...compareSizes({ indexes, writes: [], paidFor: [] }, scale).findings]
  })
  const red = findings.filter(({ severity }) => severity === 'red')
  return {
    title: mutant.title,
    object: mutant.object,
    isCaught: red.length > 0,
    isNamed: red.some(({ title, object }) => `${title} ${object?.name}`.includes(mutant.object)),
    isCaughtByWork: red.some(({ kind }) => kind === 'work'),
    findings: red.map(({ title }) => title),
  }
}
