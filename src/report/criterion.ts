import type { CheckCategory } from '../check/check.ts'
import type { VerifyDocument } from '../check/document.ts'
import { countOf, isWhole } from './closing-line.ts'
import { partsOf, type ResultDocument } from './result-document.ts'

/** Something that a delivery promises, and what the document says about it. */
export interface Criterion {
  readonly title: string
  readonly state: 'met' | 'missed' | 'not judged'
  /** The figures it was derived from. */
  readonly evidence: string
}

/** What each category answers for; one that did not run leaves its promise unjudged. */
const promises: Readonly<Record<CheckCategory, string>> = {
  indexes: 'Every index is as declared, valid and useful',
  views: 'Every view has the declared columns, order and totals',
  functions: 'Every function has the declared signature and properties',
  performance: 'Every object was timed against its target',
  answers: 'Every answer is the one the events give',
  integrity: 'No row of the data is changed or lost',
  compatibility: 'What worked before the migrations works the same after them',
  metadata: 'The record of the migrations is true',
}

/** Every promise with the state that follows from the document; none is met that was not looked at. */
export function judgeCriteria(document: ResultDocument): readonly Criterion[] {
  const { verify, bench } = partsOf(document)
  const measurements = bench?.rungs.flatMap((rung) => rung.measurements) ?? []
  const measured = measurements.filter(({ state }) => state === 'measured').length
  const absent = bench === null ? 0 : bench.unbuilt.length + bench.omitted.length
  return [
    ...Object.entries(promises).map(([category, title]) => judgeCategory(verify, category, title)),
    judgeTargets(verify),
    judgeRollback(verify),
    judgeSteps(verify),
    {
      title: 'Every benchmark gave the answer due',
      state: measurements.some((each) => each.state === 'void' && each.fault === 'wrong')
        ? 'missed'
        : stateOf(measurements.length > 0 && measured === measurements.length && absent === 0),
      evidence:
        bench === null
          ? 'no benchmarks'
          : `${measured} of ${measurements.length} measured, ${absent} scales absent`,
    },
  ]
}

/** Not being shown is not being wrong. */
function stateOf(isMet: boolean): Criterion['state'] {
  return isMet ? 'met' : 'not judged'
}

function judgeCategory(verify: VerifyDocument | null, category: string, title: string): Criterion {
  const report = verify?.categories.find((candidate) => candidate.category === category)
  if (report === undefined) return { title, state: 'not judged', evidence: 'category did not run' }
  return {
    title,
    state: report.failed > 0 ? 'missed' : stateOf(isWhole(report)),
    evidence: `${report.title}: ${report.passed} passed, ${report.failed} failed, ${report.ran} of ${report.declared} ran`,
  }
}

function judgeTargets(verify: VerifyDocument | null): Criterion {
  const targets = verify?.targets ?? []
  const met = targets.filter(({ claim }) => claim === 'met').length
  const missed = targets.filter(({ claim }) => claim === 'missed').length
  return {
    title: 'p95 of every object is below its target, with 95 % confidence',
    state: missed > 0 ? 'missed' : stateOf(targets.length > 0 && met === targets.length),
    evidence:
      targets.length === 0
        ? 'nothing was timed'
        : `${met} of ${targets.length} met, ${missed} missed`,
  }
}

function judgeRollback(verify: VerifyDocument | null): Criterion {
  const title = 'The rollback leaves the catalog and every row as they were'
  if (verify === null) return { title, state: 'not judged', evidence: 'no rollback was judged' }
  const { verdict, differences } = verify.rollback
  return {
    title,
    state: verdict === 'unclean' ? 'missed' : stateOf(verdict === 'clean'),
    evidence: `${verdict}, ${countOf(differences.length, 'difference')}`,
  }
}

function judgeSteps(verify: VerifyDocument | null): Criterion {
  const steps = verify?.steps ?? []
  const applied = steps.filter(({ outcome }) => outcome === 'applied').length
  return {
    title: 'Every script applies',
    state: applied < steps.length ? 'missed' : stateOf(steps.length > 0),
    evidence: `${applied} of ${steps.length} applied`,
  }
}
