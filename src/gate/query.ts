import type { Prepared } from '../benchmark/prepare.ts'
import { isVoid } from '../benchmark/prepare.ts'
import type { Callee } from '../database/plan.ts'
import type { MigrationSet } from '../migration/migration.ts'
import type { Question, Subject } from './result.ts'

/** One statement whose work is compared. */
export interface Query extends Omit<Subject, 'scale'>, Question {
  readonly params: readonly unknown[]
  /** The function whose body has a plan of its own. */
  readonly callee: Callee | null
  /**
   * `ordered`: the rows as they come, their order being total. `unordered`: the rows as a set. `count`: only how many, as
   * for a query that an index is documented to serve: it may stop at any of several equal rows.
   */
  readonly compares: 'ordered' | 'unordered' | 'count'
}

/**
 * Every workload that the base answers rightly, then every query that an index of its contract is documented to serve and
 * that is no workload already.
 */
export function listQueries(set: MigrationSet, prepared: readonly Prepared[]): readonly Query[] {
  const workloads = prepared.flatMap(({ workload, task }): readonly Query[] => {
    if (isVoid(task)) return []
    const { id, title, relation, parametersSql } = workload
    const isFunction = id.startsWith('function/')
    const view = set.contract.views.find(({ name }) => name === relation)
    return [
      {
        id,
        title,
        object: { kind: isFunction ? 'function' : 'view', name: relation },
        sql: task.sql,
        parametersSql,
        params: task.params,
        callee: isFunction ? { name: relation, args: task.params } : null,
        // The oracle has found the rows of a function right in their order.
        compares: isFunction || (view?.order.length ?? 0) > 0 ? 'ordered' : 'unordered',
      },
    ]
  })
  const known = new Set(workloads.map(({ sql }) => sql))
  return [...workloads, ...listServed(set).filter(({ sql }) => !known.has(sql))]
}

function listServed({ contract }: MigrationSet): readonly Query[] {
  return contract.indexes.flatMap(({ name, serves }) =>
    serves.map((sql, index) => ({
      id: `index/${name}/${index + 1}`,
      title: `${name}, query ${index + 1}`,
      object: { kind: 'index' as const, name },
      sql,
      parametersSql: null,
      params: [],
      callee: null,
      compares: 'count' as const,
    })),
  )
}
