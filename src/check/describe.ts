import { defined } from '../defined.ts'
import { rollbackDifferences } from './compatibility.ts'
import { createdObjects } from './created.ts'
import type { ObjectFacts, RollbackFacts, StepFacts } from './document.ts'
import { compareLedgers } from '../migration/ledger.ts'
import { declaredName } from '../migration/object-name.ts'
import { type Subject, placeOf } from './subject.ts'
import type { Step } from './walk.ts'

export function describeStep(step: Step): StepFacts {
  const { role, file } = step.script
  return 'applied' in step
    ? {
        role,
        file,
        statements: step.applied.statements.length,
        elapsedMs: step.applied.elapsedMs,
        outcome: 'applied',
      }
    : { role, file, statements: 0, elapsedMs: 0, outcome: 'failed' }
}

/** The objects that the contract declares, as far as they were created, each with its statement. */
export async function describeObjects(subject: Subject): Promise<readonly ObjectFacts[]> {
  const { indexes, views, functions } = subject.contract
  const declared = { index: indexes, view: views, function: functions } as const
  const created = createdObjects(subject)
  const listed: ObjectFacts[] = []
  for (const kind of ['index', 'view', 'function'] as const) {
    const names = new Set(declared[kind].map(({ name }) => name))
    for (const object of created) {
      const name = declaredName(object)
      if (object.kind !== kind || !names.has(name)) continue
      const place = await placeOf(subject, kind, name)
      listed.push({ kind, identity: object.identity, ...defined({ place }) })
    }
  }
  return listed
}

export function describeRollback(subject: Subject): RollbackFacts {
  const differences = rollbackDifferences(subject)
  const [, up, back] = subject.walks.main.stages
  if (differences === null || up === undefined || back === undefined) {
    return { verdict: 'unjudged', differences: [] }
  }
  const lost = compareLedgers(subject.walks.main.stages[0]?.ledger ?? [], back.ledger)
  const all = [...differences, ...lost]
  return { verdict: all.length === 0 ? 'clean' : 'unclean', differences: all }
}
