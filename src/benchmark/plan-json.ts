import type { BenchDocument, Measurement, Plan } from './result.ts'

/** The same document without what EXPLAIN said word for word, which is more than all the rest. */
export function leaveOutPlans(document: BenchDocument): BenchDocument {
  const rungs = document.rungs.map((rung) =>
    Object.assign({}, rung, { measurements: rung.measurements.map(leaveOutPlan) }),
  )
  return { ...document, rungs }
}

function leaveOutPlan(measurement: Measurement): Measurement {
  if (measurement.state === 'void' || measurement.plan === null) return measurement
  const { plan } = measurement
  const inner = plan.inner === null ? null : { ...plan.inner, json: null }
  const bare: Plan = { ...plan, json: null, inner }
  return { ...measurement, plan: bare }
}
